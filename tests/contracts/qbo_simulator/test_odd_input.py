"""Is there anything that a client can send to which the simulator has no answer?

A fault is an answer; a 500 would be a fault of the simulator's own. Every property of every kind is
sent odd, and every property is asked for by odd statements.
"""

import json
from itertools import product

import pytest

from streams.simulators.quickbooks.api import answer
from streams.simulators.quickbooks.reply import Call
from streams.simulators.quickbooks.shapes import SHAPES
from streams.simulators.quickbooks.writes import WRITABLE

pytestmark = pytest.mark.thorough

ODD = (
    *(10**30, -(10**30), 1e-30, 0.1 + 0.2, -1, True, None, "", " ", [], {}, [[]], [None], {"": 1}),
    *("1e30", "-0", "9" * 5000, "0x10", "NaN", "\ud800", "\x00", "é\u202e😀", "%", "a:b\tc"),
    *("9999-12-31", "0001-01-01", "2026-02-30", "2026-03-02T10:00:00+99:99", "1 (deleted)"),
    *({"value": "9" * 5000}, {"value": None}, {"value": "1", "name": 5}, [{"Amount": 10**30}]),
    *([{"DetailType": 5, "Amount": 1}], [{"LinkedTxn": [{"TxnId": "x", "TxnType": "Invoice"}]}]),
)
#: Bodies that would be taken, were nothing odd in them.
LINE = {
    "Amount": 100,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 50},
}
COST = {
    "Amount": 100,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "1"}},
}
ONE = {"value": "1"}


def posted(side, account):
    entity = {"Type": "Customer", "EntityRef": ONE}
    detail = {"PostingType": side, "AccountRef": {"value": account}, "Entity": entity}
    return {"Amount": 5, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}


SOUND = {
    **{
        kind: {"CustomerRef": ONE, "Line": [LINE]}
        for kind in ("Invoice", "SalesReceipt", "Estimate")
    },
    **{
        kind: {"VendorRef": ONE, "Line": [COST]}
        for kind in ("Bill", "VendorCredit", "PurchaseOrder")
    },
    "CreditMemo": {"CustomerRef": ONE, "Line": [LINE]},
    "RefundReceipt": {"DepositToAccountRef": {"value": "35"}, "Line": [LINE]},
    "Deposit": {
        "DepositToAccountRef": {"value": "35"},
        "Line": [{"Amount": 5, "DepositLineDetail": {"AccountRef": ONE}}],
    },
    "JournalEntry": {"Line": [posted("Debit", "2"), posted("Credit", "1")]},
    "Payment": {"CustomerRef": ONE, "TotalAmt": 5, "Line": []},
    "Purchase": {"AccountRef": ONE, "PaymentType": "Cash", "Line": [COST]},
    "BillPayment": {"VendorRef": ONE, "PayType": "Check", "TotalAmt": 5},
    "Transfer": {"FromAccountRef": ONE, "ToAccountRef": {"value": "2"}, "Amount": 5},
    "CreditCardPayment": {
        "BankAccountRef": ONE,
        "CreditCardAccountRef": {"value": "42"},
        "Amount": 5,
    },
    "TimeActivity": {"NameOf": "Employee", "EmployeeRef": ONE, "Hours": 1},
    "Account": {"AccountSubType": "Checking"},
    "Term": {"DueDays": 5},
    "Item": {"IncomeAccountRef": ONE},
    "CompanyCurrency": {"Code": "SEK"},
}


@pytest.fixture
def ask(simulator):
    """Send one call and return its answer; what the simulator itself does wrong is raised."""
    simulator.person.create("Vendor", {"DisplayName": "Paper Mill"})
    simulator.person.create("Employee", {"GivenName": "Ann"})

    async def no_sleep(_seconds):
        return None

    async def ask(method, path, body=b"", **params):
        call = Call(
            method=method, realm=simulator.realm, path=path, params=params, body=body, bearer="x"
        )
        reply = await answer(call, simulator.company(), no_sleep)
        assert reply.status in {200, 400}
        return json.loads(reply.body)

    return ask


def sound(kind, number):
    body = dict(SOUND.get(kind, {}))
    for name in ("Name", "DisplayName"):
        if name in SHAPES[kind]:
            body.setdefault(name, f"one {number}")
    return body


def statement(kind, tail):
    return f"select * from {kind} {tail}"  # noqa: S608 - the simulator's language, no database's


def written(body):
    return json.dumps(body).encode()


@pytest.mark.parametrize("kind", WRITABLE)
async def test_any_property_may_be_odd(ask, kind):
    path = kind.lower()
    made = await ask("POST", path, written(sound(kind, "first")))
    [record] = [value for name, value in made.items() if name != "time"]
    known = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}

    for number, (name, odd) in enumerate(product(SHAPES[kind], ODD)):
        await ask("POST", path, written({**sound(kind, number), name: odd}))
        changed = await ask("POST", path, written({name: odd} | known))
        for now in changed.values():
            if isinstance(now, dict) and now.get("Id") == known["Id"]:
                known["SyncToken"] = now["SyncToken"]


@pytest.mark.parametrize("kind", SHAPES)
async def test_any_property_may_be_asked_for_oddly(ask, kind):
    if kind in WRITABLE:
        await ask("POST", kind.lower(), written(sound(kind, "first")))
    values = ("1e30", "'1e30'", f"'{'9' * 5000}'", "'9999-12-31'", "true", "'x'", "('1', 2, '')")
    operators = ("=", "!=", "<", ">=", "LIKE", "IN")

    for name, operator, value in product(SHAPES[kind], operators, values):
        await ask("GET", "query", query=statement(kind, f"where {name} {operator} {value}"))
    for name in SHAPES[kind]:
        await ask("GET", "query", query=statement(kind, f"orderby {name} desc"))


@pytest.mark.parametrize(
    "tail",
    [
        *(
            f"startposition {value}"
            for value in ("9" * 5000, "1e30", "-1", "0", "''", "9999999999")
        ),
        *(f"maxresults {value}" for value in ("9" * 5000, "1e30", "-1", "0", "٣", "1001")),
        "where MetaData.LastUpdatedTime > '9999-12-31T23:59:59-23:59'",
        "where MetaData.LastUpdatedTime < '0001-01-01T00:00:00+23:59'",
        "where MetaData.LastUpdatedTime < '0001-01-01'",
        "where DisplayName = '\ud800'",
        "where DisplayName like '%%%%'",
        "where " + "Active = true and " * 2000 + "Active = true",
        "where Id in (" + "1, " * 5000 + "1)",
        "'" * 4001,
    ],
)
async def test_any_statement_is_answered(ask, tail):
    await ask("GET", "query", query=statement("Customer", tail))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"Line": ' + b"9" * 5000 + b"}",
        b'{"DisplayName": "\\ud800"}',
        b'{"DisplayName": NaN}',
        b"\xff\xfe",
        b"null",
        b'{"BatchItemRequest": [null, 5, {}, {"bId": [], "Invoice": 5}, {"Query": {}}]}',
    ],
)
@pytest.mark.parametrize("path", ["customer", "batch", "preferences", "exchangerate", "upload"])
async def test_any_body_is_answered(ask, path, body):
    await ask("POST", path, body)


@pytest.mark.parametrize("record_id", ["1e30", "9" * 5000, "-1", "٣", "1.5", "0", "%2e"])
async def test_any_id_is_answered(ask, record_id):
    await ask("GET", f"customer/{record_id}")
    await ask("GET", f"invoice/{record_id}/pdf")
    await ask("POST", f"invoice/{record_id}/send")
    await ask("POST", "invoice", written({"Id": record_id, "SyncToken": "0"}), operation="void")


@pytest.mark.parametrize(
    "since", ["", "9999-12-31", "0001-01-01", "1e30", "2026-03-02T10:00:00 00:00"]
)
@pytest.mark.parametrize("entities", ["", ",", "Customer,", "Teapot", "Customer," * 5000])
async def test_any_question_for_changes_is_answered(ask, since, entities):
    await ask("GET", "cdc", entities=entities, changedSince=since)
    await ask("GET", "exchangerate", sourcecurrencycode=entities, asofdate=since)


async def test_the_tax_service_may_be_asked_oddly(ask):
    await ask("POST", "taxagency", written({"DisplayName": "County"}))
    names = ("TaxRateName", "TaxRateId", "RateValue", "TaxAgencyId")
    for number, (name, odd) in enumerate(product(("TaxCode", "TaxRateDetails", *names), ODD)):
        rate = {"TaxRateName": f"rate {number}", "RateValue": 2, "TaxAgencyId": "1"}
        body = {"TaxCode": f"code {number}", "TaxRateDetails": [rate | {name: odd}]}
        await ask("POST", "taxservice/taxcode", written(body | {name: odd}))


def within(shape, odd, depth=3):
    """Make every part of a shape that has one odd property, however deep it lies."""
    for name, inner in shape.items():
        yield {name: odd}
        below = inner[0] if isinstance(inner, list) else inner
        for part in within(below, odd, depth - 1) if below and depth else ():
            yield {name: [part] if isinstance(inner, list) else part}


DEEP = ("1e30", -1, "", "99", {"value": "99"}, [None], True)
MONEY = ("Invoice", "CreditMemo", "RefundReceipt", "Payment", "Deposit", "JournalEntry")


@pytest.mark.parametrize("model", ["automated", "manual", "per_line"])
@pytest.mark.parametrize("kind", MONEY)
async def test_what_is_odd_may_lie_deep_and_bear_tax(ask, simulator, kind, model):
    simulator.person.set_sales_tax(model)
    loose = {"bad_links": "dropped", "payment_line_extras": True, "void_keeps_lines": True}
    simulator.change_settings(loose)
    shape, path, own = SHAPES[kind], kind.lower(), sound(kind, "first")
    for odd in DEEP:
        for part in within(shape["TxnTaxDetail"], odd) if "TxnTaxDetail" in shape else ():
            await ask("POST", path, written(own | {"TxnTaxDetail": part}))
        usual = (own.get("Line") or [{"Amount": 1}])[0]
        for part in within(shape["Line"][0], odd):
            await ask("POST", path, written(own | {"Line": [laid_over(usual, part)]}))


def laid_over(usual, part):
    """Return a part with what is usual beside what is odd in it."""
    both = {
        name: laid_over(usual[name], value)
        for name, value in part.items()
        if isinstance(value, dict) and isinstance(usual.get(name), dict)
    }
    return {**usual, **part, **both}
