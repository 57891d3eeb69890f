"""What does QuickBooks refuse, and in which words? quickbooks-money.md 1, 5.4, 7, 8."""

from decimal import Decimal

import pytest


def discount(amount):
    detail = {"PercentBased": False}
    return {"Amount": amount, "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}


async def test_a_total_below_zero_is_refused_and_a_line_below_zero_is_not(api, invoice, line):
    assert (await api.ok("Invoice", invoice(Line=[line("5"), line("-5")])))["TotalAmt"] == 0

    code, detail = await api.refused("Invoice", invoice(Line=[line("5"), line("-5.01")]))

    assert code == "6000"
    assert detail.endswith("The transaction amount must be 0 or greater.")


async def test_a_discount_above_the_subtotal_is_refused(api, invoice, line):
    assert (await api.ok("Invoice", invoice(Line=[line("5"), discount("5")])))["TotalAmt"] == 0

    assert (await api.refused("Invoice", invoice(Line=[line("5"), discount("5.01")])))[0] == "6000"


async def test_a_discount_names_the_companys_account(api, invoice, line):
    made = await api.ok("Invoice", invoice(Line=[line("5"), discount("1")]))

    account = made["Line"][2]["DiscountLineDetail"]["DiscountAccountRef"]
    assert account["name"] == "Discounts given"


@pytest.mark.parametrize(
    "change",
    [
        {"CustomerRef": {"value": "99"}},
        {"DepositToAccountRef": {"value": "99"}},
        {"SalesTermRef": {"value": "99"}},
        {"CustomerRef": {}},
        {"CustomerRef": {"value": "Amy's Birds"}},
        {"CustomerRef": {"name": "Amy's Birds"}},
    ],
)
async def test_a_reference_that_leads_nowhere_is_2500(api, invoice, change):
    code, detail = await api.refused("Invoice", invoice(**change))

    assert code == "2500"
    assert detail.startswith("Invalid Reference Id : ")


async def test_a_class_is_looked_for_once_the_company_has_one(api, simulator, invoice, line):
    body = invoice(Line=[line("1", ClassRef={"value": "7"})], DepartmentRef={"value": "8"})
    assert (await api.ok("Invoice", body))["DepartmentRef"] == {"value": "8"}

    simulator.person.create("Class", {"Name": "Print"})

    assert (await api.refused("Invoice", body))[0] == "2500"


async def test_a_line_refers_to_an_item_that_is_there(api, invoice, line):
    body = invoice(Line=[line("1", ItemRef={"value": "99"})])

    assert (await api.refused("Invoice", body))[0] == "2500"


@pytest.mark.parametrize("code", ["610", "2500"])
async def test_what_is_inactive_cannot_be_used_by_either_code(api, simulator, invoice, code):
    simulator.change_settings({"inactive_reference": code})
    await api.ok("Invoice", invoice())
    simulator.person.edit("Item", "1", {"Active": False})

    refused = await api.refused("Invoice", invoice())
    memo = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "x"}

    assert refused[0] == code
    assert "has been made inactive" in refused[1]
    assert (await api.refused("Invoice", memo))[0] == code
    assert (await api.read("Invoice", "1"))["TotalAmt"] == 100


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("a@example.com", True),
        ("a@example.com, b.c+d@mail.example.co.uk", True),
        ("a@example.com;b@example.com", False),
        ("a@example", False),
        ("@example.com", False),
        ("a@example.com,", False),
        ("a..b@example.com", False),
        ("Amy <amy@example.com>", False),
    ],
)
async def test_an_address_that_is_none_is_2210(api, invoice, address, taken):
    status, answer = await api.post("invoice", invoice(BillEmail={"Address": address}))
    person = {"DisplayName": "B", "PrimaryEmailAddr": {"Address": address}}

    assert (status == 200) is taken
    if not taken:
        error = answer["Fault"]["Error"][0]
        assert error["code"] == "2210"
        assert error["Detail"].endswith(f"RFC 822. Supplied value: {address}")
        assert (await api.refused("Customer", person))[0] == "2210"


@pytest.mark.parametrize(("name", "most"), [("BillEmail", 100), ("BillEmailCc", 200)])
async def test_a_list_of_addresses_has_its_length(api, invoice, name, most):
    fits = "a" * (most - len("@example.com")) + "@example.com"

    assert (await api.ok("Invoice", invoice(**{name: {"Address": fits}})))["Id"]
    code, detail = await api.refused("Invoice", invoice(**{name: {"Address": f"a{fits}"}}))
    assert code == "2050"
    assert f"Max: {most} characters, Supplied length: {most + 1} characters" in detail


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("text/html, */*;q=0.1", 200),
        ("application/json; charset=utf-8", 200),
        ("text/html", 406),
        ("application/pdf", 406),
        ("application/xml", 406),
    ],
)
async def test_an_answer_comes_in_a_form_that_is_known(api, http, accept, status):
    headers = {"authorization": f"Bearer {api.token}", "accept": accept}

    answer = await http.get(f"/v3/company/{api.realm}/preferences", headers=headers)

    assert answer.status_code == status


async def test_a_category_cannot_be_sold(api, simulator, invoice, line):
    category = simulator.person.create("Item", {"Name": "Print", "Type": "Category"})

    body = invoice(Line=[line("1", ItemRef={"value": category["Id"]})])

    assert (await api.refused("Invoice", body))[0] == "6000"


async def test_a_line_without_an_item_is_documentation_and_counts_for_nothing(api, invoice, line):
    bare = {"Amount": "50", "DetailType": "SalesItemLineDetail", "Description": "fee"}
    text = {"Amount": "7", "DetailType": "DescriptionOnly", "Description": "PO 4411"}

    made = await api.ok("Invoice", invoice(Line=[line("10"), bare, text]))

    assert made["TotalAmt"] == 10
    assert made["Line"][1] == {
        "Id": "2",
        "LineNum": 2,
        "Description": "fee",
        "DetailType": "DescriptionOnly",
        "DescriptionLineDetail": {},
    }
    assert (made["Line"][2]["Description"], "Amount" in made["Line"][2]) == ("PO 4411", False)


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "taken"),
    [
        ("3", "33.33", "100.00", False),
        ("3", "33.333333", "100.00", True),
        ("15", "0.5306667", "7.96", True),
        ("1", "0.005", "0.01", True),
        ("-1", "0.005", "-0.01", True),
    ],
)
async def test_a_product_is_rounded_half_up_at_the_precision_sent(
    api, invoice, line, quantity, price, amount, taken
):
    lines = [line(amount, Qty=quantity, UnitPrice=price), line("10")]

    status, answer = await api.post("invoice", invoice(Line=lines))

    assert (status == 200) is taken
    if taken:
        assert answer["Invoice"]["Line"][0]["Amount"] == Decimal(amount)
    else:
        assert answer["Fault"]["Error"][0]["code"] == "6070"
