"""What do the records beside sales and payments demand, and what follows from them?"""

import pytest

ONE = {"value": "1"}
COST = {
    "Amount": "200.00",
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": ONE},
}


@pytest.fixture
def vendor(simulator):
    return simulator.person.create("Vendor", {"DisplayName": "Paper Mill"})["Id"]


@pytest.fixture
def bill(vendor):
    return {"VendorRef": {"value": vendor}, "Line": [COST]}


@pytest.fixture
def paid():
    """Make the body of a payment of the first bill."""

    def make(amount, bill_id="1"):
        line = {"Amount": amount, "LinkedTxn": [{"TxnId": bill_id, "TxnType": "Bill"}]}
        return {"VendorRef": ONE, "PayType": "Check", "TotalAmt": amount, "Line": [line]}

    return make


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({"AccountSubType": "Checking"}, ("Bank", "Checking", "Asset")),
        ({"AccountType": "Credit Card"}, ("Credit Card", "CreditCard", "Liability")),
        ({"AccountType": "Income"}, ("Income", "SalesOfProductIncome", "Revenue")),
    ],
)
async def test_an_account_is_of_a_type_of_a_detail_and_of_a_class(api, named, found):
    made = await api.ok("Account", {"Name": "New", **named})

    assert (made["AccountType"], made["AccountSubType"], made["Classification"]) == found


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("Account", {"Name": "New"}, "2020"),
        ("Account", {"Name": "New", "AccountType": "Piggy"}, "2010"),
        ("Account", {"Name": "New", "AccountType": "Bank", "AccountSubType": "Travel"}, "2010"),
        ("Account", {"Name": "CHECKING", "AccountSubType": "Checking"}, "6240"),
        ("Term", {"Name": "Some day"}, "2020"),
        ("Class", {}, "2020"),
        ("Class", {"Name": "North", "ParentRef": {"value": "7"}}, "2500"),
        ("TimeActivity", {"NameOf": "Robot"}, "2010"),
        ("TimeActivity", {"NameOf": "Employee"}, "2020"),
        ("Bill", {"VendorRef": {"value": "7"}, "Line": [COST]}, "2500"),
        ("Bill", {"VendorRef": ONE, "Line": [{"Amount": 5}]}, "2020"),
        ("Bill", {"VendorRef": ONE, "Line": [{**COST, "Amount": "-5"}]}, "2290"),
        (
            "Attachable",
            {"AttachableRef": [{"EntityRef": {"type": "Invoice", "value": "7"}}]},
            "2500",
        ),
        ("Estimate", {"Line": []}, "2020"),
    ],
)
async def test_what_a_neighbour_lacks_is_refused_by_its_code(api, vendor, kind, body, code):
    assert (await api.refused(kind, body))[0] == code


async def test_a_class_below_another_is_called_by_both_names(api):
    north = await api.ok("Class", {"Name": "North"})
    below = {"Name": "Coast", "ParentRef": {"value": north["Id"]}}

    coast = await api.ok("Class", below)

    assert (coast["FullyQualifiedName"], coast["SubClass"]) == ("North:Coast", True)
    assert (await api.ok("Class", {"Name": "Coast"}))["FullyQualifiedName"] == "Coast"
    assert (await api.refused("Class", below))[0] == "6240"
    itself = {
        "Id": north["Id"],
        "SyncToken": "0",
        "sparse": True,
        "ParentRef": {"value": north["Id"]},
    }
    assert (await api.refused("Class", itself))[0] == "2500"


async def test_the_name_of_an_inactive_one_is_free_again_and_what_names_it_is_refused(api, bill):
    account = await api.ok("Account", {"Name": "Petty", "AccountSubType": "CashOnHand"})
    known = {"Id": account["Id"], "SyncToken": "0", "sparse": True}
    await api.ok("Account", known | {"Active": "false"})

    again = await api.ok("Account", {"Name": "Petty", "AccountSubType": "CashOnHand"})
    detail = {"AccountRef": {"value": account["Id"]}}
    spent = {**COST, "AccountBasedExpenseLineDetail": detail}

    assert (await api.read("Account", account["Id"]))["Name"] == "Petty (deleted)"
    assert again["Id"] != account["Id"]
    assert (await api.refused("Bill", {**bill, "Line": [spent]}))[0] == "610"


async def test_a_bill_is_open_by_what_its_payments_leave(api, bill, paid):
    await api.ok("Bill", bill)
    payment = await api.ok("BillPayment", paid("150.00"))
    partly = await api.read("Bill", "1")
    await api.ok(
        "Bill", {**bill, "Id": "1", "SyncToken": partly["SyncToken"], "DueDate": "2026-05-01"}
    )
    edited = await api.read("Bill", "1")
    await api.ok("BillPayment", {"Id": payment["Id"], "SyncToken": "0"}, include="void")
    opened = await api.read("Bill", "1")

    assert [one["Balance"] for one in (partly, edited, opened)] == [50, 50, 200]
    assert partly["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "BillPaymentCheck"}]
    assert opened["LinkedTxn"] == []
    assert (await api.refused("BillPayment", paid("5.00", "77")))[0] == "2500"


async def test_an_estimate_is_owed_by_nobody_and_numbered_for_itself(api, invoice):
    first, second = [await api.ok("Estimate", invoice()) for _ in range(2)]
    sale = await api.ok("Invoice", invoice())

    assert [first["DocNumber"], second["DocNumber"], sale["DocNumber"]] == ["1001", "1002", "1001"]
    assert (first["TxnStatus"], "Balance" in first) == ("Pending", False)
    assert (await api.read("Customer", "1"))["Balance"] == sale["Balance"]
    assert (await api.refused("Estimate", {"Id": first["Id"], "SyncToken": "0"}, operation="void"))[
        0
    ] == "500"


async def test_a_rate_is_the_newest_that_is_not_after_the_day(api):
    for day, rate in (("2026-02-01", "1.10"), ("2026-02-20", "1.20"), ("2026-02-20", "1.25")):
        body = {"SourceCurrencyCode": "EUR", "Rate": rate, "AsOfDate": day}
        await api.ok("ExchangeRate", body)

    async def on(**asked):
        status, answer = await api.get("exchangerate", **asked)
        return (
            answer["ExchangeRate"]["Rate"] if status == 200 else answer["Fault"]["Error"][0]["code"]
        )

    days = ("2026-02-10", "2026-02-20", "2030-01-01", "2000-01-01", "x")
    found = [str(await on(sourcecurrencycode="EUR", asofdate=day)) for day in days]
    assert found == ["1.10", "1.25", "1.25", "610", "2060"]
    assert str(await on(sourcecurrencycode="eur")) == "1.25"
    assert (await on(), await on(sourcecurrencycode="XXX")) == ("2020", "610")
    assert (await api.refused("ExchangeRate", {"SourceCurrencyCode": "EUR", "Rate": 0}))[
        0
    ] == "2090"


async def test_a_mail_needs_an_address_and_is_told(api, invoice, simulator):
    told = []
    simulator.book._report = told.append
    await api.ok("Invoice", invoice())

    async def send(**params):
        status, answer = await api.post("invoice/1/send", "", **params)
        return answer["Invoice"] if status == 200 else answer["Fault"]["Error"][0]["code"]

    assert [await send(), await send(sendTo="nobody")] == ["6420", "2210"]
    sent = await send(sendTo="amy@example.com")
    assert (sent["EmailStatus"], sent["BillEmail"]) == ("EmailSent", {"Address": "amy@example.com"})
    assert sent["DeliveryInfo"]["DeliveryType"] == "Email"
    assert [change.operation for change in told if change.kind == "Invoice"] == [
        "Create",
        "Emailed",
    ]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"x"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b--"),
        (
            "multipart/form-data; boundary=b",
            b'--b\nContent-Disposition: form-data; name="x"\n\n5\n--b--',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\nContent-Disposition: form-data; name="file_content_01"\n\n5\n--b--',
        ),
    ],
)
async def test_a_form_without_a_named_file_is_refused(http, api, content_type, body):
    headers = {"authorization": f"Bearer {api.token}", "content-type": content_type}
    answer = await http.post(f"/v3/company/{api.realm}/upload", content=body, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == "2020"


async def test_numbers_flags_and_texts_are_taken_as_each_other_says_them(api, invoice):
    body = invoice(TxnDate="2026-02-18T00:59:41.885Z", PrivateNote=5, ApplyTaxAfterDiscount="true")
    made = await api.ok("Invoice", body)
    odd = {"Line": [], "CustomerRef": ONE}

    assert (made["TxnDate"], made["PrivateNote"]) == ("2026-02-18", "5")
    assert made["ApplyTaxAfterDiscount"] is True
    for name, value, code in (
        ("TxnDate", "20260218", "2060"),
        ("TxnDate", "9999-12-31", "2060"),
        ("ExchangeRate", "1e30", "2090"),
        ("ApplyTaxAfterDiscount", "perhaps", "2010"),
    ):
        assert (await api.refused("Invoice", {**odd, name: value}))[0] == code
