"""Does the simulator answer as Intuit did, key by key and type by type?

Needs the folder of recordings in RECORDED_TRAFFIC. A number is a number, whether written 100 or
100.00; values are compared only where the request determines them. What a recording cannot show
(it was shortened, or spoke XML, which has no empty lists) is named beside its file.
"""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from streams.simulators.quickbooks.amounts import dump, load
from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.settings import SimulatorSettings
from tests.testing.means import missing

REALM = "1"
#: What the request alone determines, wherever it stands in a reply.
DETERMINED = {
    *("code", "Message", "type", "DetailType", "domain", "sparse", "bId", "SyncToken", "status"),
    *("DisplayName", "FullyQualifiedName", "PrintOnCheckName", "GivenName", "FamilyName"),
    *("PrivateNote", "totalCount", "startPosition", "maxResults", "PrintStatus", "EmailStatus"),
    *("PreferredDeliveryMethod", "Taxable", "Job", "Active", "LineNum", "Qty", "UnitPrice"),
    *("Detail", "element", "Name", "Amount", "TotalAmt", "DueDate", "Type"),
    *("Classification", "AccountType", "AccountSubType", "SubClass", "SubDepartment"),
}
#: The recorded colleague who was faster.
COLLEAGUE = "Christian Pelczarski"


@pytest.fixture
def recorded():
    folder = os.environ.get("RECORDED_TRAFFIC")
    if not folder or not Path(folder).is_dir():
        missing("RECORDED_TRAFFIC names no folder of recorded traffic")

    def read(name):
        return json.loads((Path(folder) / f"{name}.json").read_text(), parse_float=Decimal)

    return read


@pytest.fixture
def simulator():
    return QboSimulator(
        realm=REALM,
        now=lambda: datetime(2020, 9, 29, 12, 58, 7, 300_000, tzinfo=UTC),
        settings=SimulatorSettings(other_user=COLLEAGUE),
        admin_token="admin",
        client_id="app",
        client_secret="secret",
        verifier_token="verifier",
    )


@pytest.fixture
async def send(simulator):
    token = simulator.grant()["access_token"]
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    transport = httpx.ASGITransport(simulator.app)

    async def send(request):
        # Some recordings lost the company from the address.
        path = request["path"]
        if not path.startswith("/v3/company/"):
            path = path.replace("/v3/", f"/v3/company/{REALM}/", 1)
        content = dump(request["body"]) if request["body"] else None
        return await client.request(request["method"], path, content=content, headers=headers)

    async with httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as client:
        yield send


def differences(ours, theirs, path=""):
    """Name every key and type in which two JSON values differ."""
    if kind_of(ours) != kind_of(theirs):
        return [f"{path}: {kind_of(ours)} instead of {kind_of(theirs)}"]
    if isinstance(theirs, dict):
        keys = [f"{path}.{key}: ours alone" for key in ours.keys() - theirs.keys()]
        keys += [f"{path}.{key}: theirs alone" for key in theirs.keys() - ours.keys()]
        for key in ours.keys() & theirs.keys():
            keys += differences(ours[key], theirs[key], f"{path}.{key}")
        return sorted(keys)
    if isinstance(theirs, list):
        found = [] if len(ours) == len(theirs) else [f"{path}: {len(ours)} not {len(theirs)}"]
        for place, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            found += differences(one, other, f"{path}[{place}]")
        return found
    determined = path.rpartition(".")[2] in DETERMINED
    return [f"{path}: {ours!r} not {theirs!r}"] if determined and ours != theirs else []


def kind_of(value):
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, int | Decimal) else type(value).__name__


async def answers_alike(send, exchange, but=()):
    answer = await send(exchange["request"])
    theirs = exchange["response"]
    assert answer.status_code == theirs["status"]
    if exchange.get("converted_from") is None:
        assert answer.headers["content-type"] == theirs["headers"]["Content-Type"]
    found = differences(load(answer.content), theirs["body"])
    assert [one for one in found if not any(part in one for part in but)] == []


#: To what the references of a recording lead, and how such a record is made under a name.
LEADS_TO = {
    "CustomerRef": ("Customer", lambda name: {"DisplayName": name}),
    "ItemRef": ("Item", lambda name: {"Name": name, "IncomeAccountRef": {"value": "1"}}),
    "PaymentMethodRef": ("PaymentMethod", lambda name: {"Name": name}),
    "DepositToAccountRef": ("Account", lambda name: {"Name": name, "AccountSubType": "Checking"}),
    "DiscountAccountRef": ("Account", lambda name: {"Name": name, "AccountType": "Income"}),
}


def provide(simulator, value):
    """Make what the references in a record lead to, where it is not there."""
    for item in value if isinstance(value, list) else ():
        provide(simulator, item)
    for key, item in value.items() if isinstance(value, dict) else ():
        provide(simulator, item)
        kind, fields = LEADS_TO.get(key, (None, None))
        if kind and simulator.book.find(kind, item["value"]) is None:
            name = item.get("name") or f"{kind} {item['value']}"
            make_room(simulator, kind, item["value"], name)
            move(simulator, kind, simulator.person.create(kind, fields(name)), item["value"])


def make_room(simulator, kind, record_id, name):
    """Take away what a new company has under an id or a name of the recorded one."""
    records = simulator.book._records.get(kind, {})
    for own in list(records.values()):
        if own["Id"] == record_id or own.get("Name") == name:
            del records[own["Id"]]


def move(simulator, kind, made, record_id):
    records = simulator.book._records[kind]
    records[record_id] = {**records.pop(made["Id"]), "Id": record_id}
    return records[record_id]


def bring(simulator, kind, recorded):
    """Make a record as somebody would in QBO, under the id and times it was recorded with."""
    provide(simulator, recorded)
    make_room(simulator, kind, recorded["Id"], recorded.get("Name", ""))
    made = simulator.person.create(kind, recorded)
    system = {name: recorded[name] for name in ("SyncToken", "MetaData") if name in recorded}
    move(simulator, kind, made, recorded["Id"])
    return simulator.tamper.rewrite(kind, recorded["Id"], system)


def shown(body):
    """Name each record in an answer, with its kind."""
    for name, value in body.items():
        if name in {"QueryResponse", "CDCResponse"}:
            for part in value if isinstance(value, list) else [value]:
                yield from shown(part)
        elif isinstance(value, list):
            yield from ((name, record) for record in value)
        elif isinstance(value, dict) and "Id" in value:
            yield name, value


def lay_out(simulator, exchanges):
    """Bring what the questions of a recording were answered with, parents and elders first."""
    found = {}
    for exchange in exchanges:
        if exchange["request"]["method"] == "GET":
            for kind, record in shown(exchange["response"]["body"]):
                found.setdefault((kind, record["Id"]), record)
    by_age = sorted(
        found.items(), key=lambda one: ("ParentRef" in one[1], one[1]["MetaData"]["CreateTime"])
    )
    for (kind, _), record in by_age:
        bring(simulator, kind, record)


async def test_a_customer_is_created_as_recorded(recorded, send):
    [exchange] = recorded("create-customer")

    await answers_alike(send, exchange)


async def test_a_customer_is_read_and_fully_updated_as_recorded(recorded, simulator, send):
    read, update = recorded("update-customer")
    bring(simulator, "Customer", {"Id": "68", "DisplayName": "Doe2, Jane"})

    await answers_alike(send, read)
    await answers_alike(send, update)


async def test_an_invoice_is_created_as_recorded(recorded, simulator, send):
    [exchange] = recorded("create-invoice")
    theirs = exchange["response"]["body"]["Invoice"]
    simulator.person.create("Item", {"Name": "Services", "IncomeAccountRef": {"value": "1"}})
    name = theirs["CustomerRef"]["name"]
    simulator.person.create("Customer", {"DisplayName": name, "BillAddr": theirs["BillAddr"]})

    await answers_alike(send, exchange)


async def test_all_customers_are_counted_and_listed_as_recorded(recorded, simulator, send):
    count, listing = recorded("all-customers")
    customers = listing["response"]["body"]["QueryResponse"]["Customer"]
    by_age = sorted(customers, key=lambda one: int(one.get("ParentRef") is not None))
    for theirs in by_age:
        made = bring(simulator, "Customer", theirs)
        # The sample company's oldest customers were not made through today's API.
        old = {name: theirs.get(name) for name in ("DefaultTaxCodeRef", "Balance", "SyncToken")}
        simulator.tamper.rewrite("Customer", made["Id"], old)
    # The listing was shortened after the recording, its figures were not.
    count["response"]["body"]["QueryResponse"]["totalCount"] = len(customers)
    listing["response"]["body"]["QueryResponse"]["maxResults"] = len(customers)

    await answers_alike(send, count)
    await answers_alike(send, listing)


async def test_a_batch_is_answered_item_by_item_as_recorded(recorded, simulator, send):
    [exchange] = recorded("batch-basic")
    query = exchange["response"]["body"]["BatchItemResponse"][3]["QueryResponse"]
    newer, older = query["SalesReceipt"]
    item = {"Name": "Design", "IncomeAccountRef": {"value": "1"}}
    for number in range(1, 5):
        simulator.person.create("Item", item if number == 4 else {**item, "Name": str(number)})
    bring(simulator, "Customer", {"Id": "6", "DisplayName": older["CustomerRef"]["name"]})
    for theirs in (older, newer):
        made = bring(simulator, "SalesReceipt", theirs)
        simulator.tamper.rewrite("SalesReceipt", made["Id"], {"SyncToken": theirs["SyncToken"]})

    await answers_alike(send, exchange)


#: Oldest customers were not made through today's API, which gives each a code of tax.
OLD_CUSTOMERS = (".DefaultTaxCodeRef: ours alone",)
#: Cut after the recording, while its figures stayed.
SHORTENED = (".maxResults: ", ".totalCount: ")
#: What a company without currencies, tax or fields of its own did not say in 2014.
SINCE_2014 = tuple(
    f".{name}: ours alone" for name in ("CurrencyRef", "CustomField", "TxnTaxDetail")
)
#: XML leaves empty lists out, and counts where JSON does not.
FROM_XML = (".LinkedTxn: ours alone", ".totalCount: theirs alone", ".time: ours alone")


@pytest.mark.parametrize(
    ("name", "but"),
    [
        ("account-query-by-name", FROM_XML),
        ("all-alt_select", OLD_CUSTOMERS),
        ("all-employees_including_active", ()),
        # A deposit of another day is linked to two of them.
        ("all-sales_receipts", (".LinkedTxn: theirs alone",)),
        ("all-vendors_by_5", ()),
        # Its fourth class is called without the one above it, as none is today.
        ("class-query", (*FROM_XML, ".Class[3].FullyQualifiedName")),
        ("credit-memo-create", (*FROM_XML, *SINCE_2014)),
        ("credit-memo-update-full", (*FROM_XML, *SINCE_2014)),
        ("deactivate-account", ()),
        ("deactivate-employee", ()),
        ("delete-invoice", ()),
        ("department-query", (*FROM_XML, *SHORTENED)),
        ("error-400", (*OLD_CUSTOMERS, *SHORTENED)),
        ("get-display_name", OLD_CUSTOMERS),
        ("get-id", ()),
        ("get-inactive_vendors", SHORTENED),
        ("invoice-update-full", FROM_XML),
        ("misc-ampersand", ()),
        ("sales-receipt-create-undeposited", FROM_XML),
        ("update-sales_receipt", ()),
        ("void-invoice", ()),
    ],
)
async def test_it_is_answered_as_recorded(recorded, simulator, send, name, but):
    exchanges = recorded(name)
    lay_out(simulator, exchanges)

    for exchange in exchanges:
        if exchange["request"].get("body"):
            provide(simulator, exchange["request"]["body"])
        await answers_alike(send, exchange, but)


async def test_changes_of_five_years_ago_are_told_as_recorded(recorded, simulator, send):
    [exchange] = recorded("cdc-basic")
    simulator.person.set_sales_tax("manual", rate="8")
    lay_out(simulator, [exchange])
    links = {
        record["Id"]: record["LinkedTxn"]
        for _, record in shown(exchange["response"]["body"])
        if "LinkedTxn" in record
    }
    for record_id, linked in links.items():
        simulator.tamper.rewrite("Estimate", record_id, {"LinkedTxn": linked})
    simulator.change_settings({"cdc_beyond_horizon": "served"})

    await answers_alike(send, exchange)


@pytest.mark.parametrize(
    ("name", "says_whose"), [("error-validation", False), ("fault-6240-three-lists", True)]
)
async def test_a_taken_name_is_refused_in_both_wordings(
    recorded, simulator, send, name, says_whose
):
    [exchange] = recorded(name)
    simulator.change_settings({"taken_name_says_whose": says_whose})
    taken = exchange["request"]["body"]["DisplayName"]
    simulator.person.create("Vendor", {"DisplayName": taken})

    await answers_alike(send, exchange)


async def test_an_unknown_property_is_refused_with_a_list_that_has_the_recorded_ones(
    recorded, send
):
    [exchange] = recorded("error-400_json")
    answer = await send(exchange["request"])
    [ours] = load(answer.content)["Fault"]["Error"]
    [theirs] = exchange["response"]["body"]["Fault"]["Error"]

    assert ours.keys() == theirs.keys()
    assert quoted(theirs["Detail"]) <= quoted(ours["Detail"])
    assert [one.split("(")[0] for one in (ours["Detail"], theirs["Detail"])] == [
        ours["Detail"].split("(")[0]
    ] * 2
    assert ours["Detail"].rpartition("]")[2] == theirs["Detail"].rpartition("]")[2]


def quoted(text):
    return set(text.split('"')[1::2])


async def test_an_old_token_is_refused_as_recorded(recorded, simulator):
    [exchange] = recorded("error-401")
    headers = {"authorization": "Bearer AB01700000000exampleTokenPartNotReal"}
    transport = httpx.ASGITransport(simulator.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as client:
        answer = await client.get(exchange["request"]["path"], headers=headers)

    assert answer.status_code == exchange["response"]["status"]
    found = differences(load(answer.content), exchange["response"]["body"])
    assert [one for one in found if not one.startswith(".fault.error[0].detail")] == []


async def test_no_such_place_and_no_such_number_are_refused_as_recorded(recorded, send):
    place, number = recorded("error-500")
    [error] = place["response"]["body"]["Fault"]["Error"]
    path = "/v3/company/-COMPANY_ID-/customer/1/5"
    # The recorded answer names the machine that gave it.
    whole = error["Detail"].split(" of full path: ")[1].split(" is not ")[0]
    ours = f"https://qbo.invalid/qbo50{path}"
    error["Detail"] = error["Detail"].replace(whole, ours).replace("-COMPANY_ID-", REALM)

    await answers_alike(send, place)
    await answers_alike(send, number)


async def test_a_line_without_its_detail_is_refused_as_recorded(recorded, send):
    [exchange] = recorded("fault-2020-line-detail-type")
    # It came with a charset, as no refusal of later years does.
    exchange["response"]["headers"]["Content-Type"] = "application/json"

    await answers_alike(send, exchange)


async def test_a_property_without_a_value_of_its_own_is_not_asked_for(recorded, send):
    [exchange] = recorded("fault-4001-not-queryable")
    # The opening quote was lost with the address behind it.
    exchange["request"]["path"] = exchange["request"]["path"].replace("%person", "%27person")

    await answers_alike(send, exchange)


async def test_a_term_is_read_as_recorded(recorded, simulator, send):
    [exchange] = recorded("term-read")
    # Recorded was the answer to a query; a record that is read stands alone.
    body = exchange["response"]["body"]
    [term] = body.pop("QueryResponse")["Term"]
    bring(simulator, "Term", term)
    body["Term"] = term

    await answers_alike(send, exchange)


async def test_a_rate_of_exchange_is_read_as_recorded(recorded, send):
    [exchange] = recorded("exchange-rate-read")
    theirs = exchange["response"]["body"]["ExchangeRate"]
    path = "/v3/exchangerate"
    await send({"method": "POST", "path": path, "body": {**theirs, "SyncToken": "0"}})

    await answers_alike(send, exchange, FROM_XML)


async def test_an_invoice_with_a_discount_in_percent_is_created_as_recorded(
    recorded, simulator, send
):
    [exchange] = recorded("invoice-create-percent-discount")
    theirs = exchange["response"]["body"]["Invoice"]
    provide(simulator, theirs)
    # Only the answer was recorded.
    sent = ("CustomerRef", "Line", "TxnDate", "DueDate", "BillAddr", "ShipAddr")
    exchange["request"]["body"] = {name: theirs[name] for name in sent if name in theirs}

    # In 2014 a company without currencies, tax or fields of its own said nothing of them.
    later = ("CurrencyRef", "CustomField", "TxnTaxDetail")
    but = (*FROM_XML, *(f".Invoice.{name}: ours alone" for name in later))
    await answers_alike(send, exchange, (*but, ".Invoice.Deposit: theirs alone"))


INTO = "DepositToAccountRef"
#: XML names what JSON does not where a reference has no name of its own in it.
UNNAMED = (*FROM_XML, "Ref.name: ours alone", ".CurrencyRef: ours alone")


async def test_a_voided_payment_is_answered_as_recorded(recorded, simulator, send):
    [exchange] = recorded("payment-void")
    theirs = exchange["response"]["body"]["Payment"]
    theirs |= {"sparse": False, "SyncToken": "1"}
    paid = {**theirs, "TotalAmt": 5, "PrivateNote": None, "SyncToken": "0"}
    bring(simulator, "Payment", paid)

    await answers_alike(send, exchange, (*UNNAMED, ".Line: ours alone"))


async def test_a_deposit_less_cash_back_is_read_as_recorded(recorded, simulator, send):
    [exchange] = recorded("deposit-read")
    theirs = exchange["response"]["body"]["Deposit"]
    swept, back = theirs["Line"]
    simulator.person.create("Customer", {"DisplayName": "A. Person"})
    bring(
        simulator,
        "Payment",
        {"Id": swept["LinkedTxn"][0]["TxnId"], "CustomerRef": {"value": "1"}, "TotalAmt": 262},
    )
    accounts = {"Expense": back["DepositLineDetail"], "Bank": {"AccountRef": theirs[INTO]}}
    for kind, detail in accounts.items():
        ref = detail["AccountRef"]
        make_room(simulator, "Account", ref["value"], ref["name"])
        account = {"Name": ref["name"], "AccountType": kind}
        move(simulator, "Account", simulator.person.create("Account", account), ref["value"])
    bring(simulator, "Deposit", theirs)

    # 262.00 less 62.50 is 199.50; the fixture says 200.00.
    await answers_alike(send, exchange, (".Deposit.TotalAmt", ".time: ours alone"))


async def test_a_taxed_refund_is_read_as_recorded(recorded, simulator, send):
    [exchange] = recorded("refund-receipt-read")
    theirs = exchange["response"]["body"]["RefundReceipt"]
    simulator.person.set_sales_tax("manual", rate="6.5")
    for name in ("Department", "Class"):
        ref = theirs[f"{name}Ref"]
        move(simulator, name, simulator.person.create(name, {"Name": ref["name"]}), ref["value"])
    bring(simulator, "RefundReceipt", theirs)
    made = simulator.book.get("RefundReceipt", theirs["Id"])

    assert made["TxnTaxDetail"] == {**theirs["TxnTaxDetail"]}
    # The fixture leaves the subtotal out, and its total is not the sum of its parts.
    but = (*FROM_XML, ".Line: 2 not 1", ".TotalAmt", ".EmailStatus: ours alone")
    await answers_alike(send, exchange, but)


async def test_a_payments_line_is_read_with_its_extension_as_recorded(recorded, simulator, send):
    [exchange] = recorded("payment-read-line-extras")
    theirs = exchange["response"]["body"]["Payment"]
    [line] = theirs["Line"]
    # XML writes the pairs bare; JSON wraps each.
    pairs = line["LineEx"].pop("NameValue")
    number = {pair["Name"]: pair["Value"] for pair in pairs}["txnReferenceNumber"]
    simulator.change_settings({"payment_line_extras": True})
    provide(simulator, theirs)
    item = {"Name": "Services", "IncomeAccountRef": {"value": "1"}}
    sold = {"ItemRef": {"value": simulator.person.create("Item", item)["Id"]}}
    line_of = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": sold}
    body = {"CustomerRef": theirs["CustomerRef"], "Line": [{"Amount": line["Amount"], **line_of}]}
    made = simulator.person.create("Invoice", {**body, "DocNumber": number})
    move(simulator, "Invoice", made, line["LinkedTxn"][0]["TxnId"])
    paid = {**theirs, "Line": [{name: line[name] for name in ("Amount", "LinkedTxn")}]}
    bring(simulator, "Payment", paid)

    answer = await send(exchange["request"])
    [ours] = load(answer.content)["Payment"]["Line"]

    assert [one["value"] for one in ours["LineEx"].pop("any")] == pairs
    assert differences(ours, line) == []


async def test_tax_codes_are_listed_as_recorded(recorded, simulator, send):
    [exchange] = recorded("tax-code-query")
    for theirs in exchange["response"]["body"]["QueryResponse"]["TaxCode"]:
        if theirs["Id"].isdecimal():
            simulator.book.tamper("TaxCode", theirs)

    await answers_alike(send, exchange, (*FROM_XML, *SHORTENED))
