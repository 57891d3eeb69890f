"""What happens to records when they are written and read? quickbooks-online.md 2.1 to 2.3, 7."""

from decimal import Decimal

import pytest


async def test_a_new_invoice_carries_what_the_server_adds(api, invoice):
    made = await api.ok("Invoice", invoice("100.0"))

    assert (made["Id"], made["SyncToken"], made["DocNumber"]) == ("1", "0", "1001")
    assert (made["TxnDate"], made["DueDate"]) == ("2026-03-02", "2026-04-01")
    assert made["MetaData"]["CreateTime"] == "2026-03-02T10:30:15-08:00"
    assert made["CustomerRef"] == {"value": "1", "name": "Amy's Birds"}
    assert made["BillAddr"]["Line1"] == made["ShipAddr"]["Line1"] == "4581 Finch St."
    assert made["Line"][1] == {
        "Amount": Decimal("100.00"),
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    assert made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}
    assert (made["Balance"], made["TotalAmt"]) == (100, 100)


async def test_money_goes_out_with_two_decimals_and_zero_as_zero(api, http, invoice):
    made = await api.ok("Invoice", invoice("337.5"))
    url = f"/v3/company/{api.realm}/invoice/{made['Id']}"

    answer = await http.get(url, headers={"authorization": f"Bearer {api.token}"})

    assert b'"TotalAmt":337.50' in answer.content
    assert b'"TotalTax":0}' in answer.content


async def test_a_discount_is_subtracted(api, invoice, line):
    discount = {
        "Amount": "10.05",
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": False},
    }

    made = await api.ok("Invoice", invoice(Line=[line("100"), line("0.10"), discount]))

    assert made["TotalAmt"] == made["Balance"] == Decimal("90.05")
    assert [one["DetailType"] for one in made["Line"]] == [
        "SalesItemLineDetail",
        "SalesItemLineDetail",
        "SubTotalLineDetail",
        "DiscountLineDetail",
    ]


async def test_the_same_content_again_moves_neither_token_nor_time(api, clock, invoice):
    made = await api.ok("Invoice", invoice(PrivateNote="same"))
    clock.advance(minutes=5)
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "same"}

    assert await api.ok("Invoice", body) == made


async def test_a_sparse_update_keeps_what_it_does_not_name(api, clock, invoice):
    made = await api.ok("Invoice", invoice(PrivateNote="old", CustomerMemo={"value": "thanks"}))
    clock.advance(seconds=9)

    body = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "new"}
    changed = await api.ok("Invoice", body)

    meta = {**made["MetaData"], "LastUpdatedTime": "2026-03-02T10:30:24-08:00"}
    assert changed == {**made, "PrivateNote": "new", "SyncToken": "1", "MetaData": meta}


async def test_a_full_update_empties_what_it_leaves_out(api, invoice):
    await api.ok("Invoice", invoice(PrivateNote="old", CustomerMemo={"value": "thanks"}))

    changed = await api.ok("Invoice", {**invoice(), "Id": "1", "SyncToken": "0"})

    assert "PrivateNote" not in changed
    assert "CustomerMemo" not in changed


async def test_lines_are_all_or_nothing_and_an_id_keeps_a_line(api, invoice, line):
    await api.ok("Invoice", invoice(Line=[line("1"), line("2")]))
    kept = {**line("2"), "Id": "2"}
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "Line": [kept, line("3")]}

    changed = await api.ok("Invoice", body)

    assert [(one.get("Id"), one["Amount"]) for one in changed["Line"]] == [
        ("2", 2),
        ("3", 3),
        (None, 5),
    ]


async def test_a_stale_token_is_refused_with_5010(api, invoice):
    await api.ok("Invoice", invoice())
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "first"}
    await api.ok("Invoice", body)

    code, detail = await api.refused("Invoice", body)

    assert code == "5010"
    assert detail.endswith("finished before you did, so your work was not saved.")


async def test_a_deleted_invoice_is_gone_for_reads_and_writes(api, invoice):
    await api.ok("Invoice", invoice())
    body = {"Id": "1", "SyncToken": "0"}

    gone = await api.ok("Invoice", body, operation="delete")

    assert gone == {"domain": "QBO", "status": "Deleted", "Id": "1"}
    assert (await api.get("invoice/1"))[1]["Fault"]["Error"][0]["code"] == "610"
    assert (await api.refused("Invoice", body, operation="delete"))[0] == "610"


async def test_a_void_leaves_zero_amounts_and_a_note(api, invoice):
    await api.ok("Invoice", invoice(PrivateNote="MediaOS 136"))

    left = await api.ok("Invoice", {"Id": "1", "SyncToken": "0"}, operation="void")

    assert (left["TotalAmt"], left["Balance"], left["SyncToken"]) == (0, 0, "1")
    assert {one["Amount"] for one in left["Line"]} == {0}
    assert (left["PrivateNote"], left["DocNumber"]) == ("Voided - MediaOS 136", "1001")


async def test_an_inactive_customer_lives_on_under_another_name(api):
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False}

    changed = await api.ok("Customer", body)

    assert changed["DisplayName"] == "Amy's Birds (deleted)"
    taken = {"DisplayName": "amy's birds (DELETED)"}
    assert (await api.refused("Vendor", taken))[0] == "6240"
    assert (await api.ok("Customer", {"DisplayName": "Amy's Birds"}))["Id"] == "2"


@pytest.mark.parametrize("rival", ["Customer", "Vendor", "Employee"])
async def test_a_name_is_taken_by_any_of_the_three_lists(api, simulator, rival):
    simulator.person.create(rival, {"DisplayName": "Weiskopf"})

    code, detail = await api.refused("Customer", {"DisplayName": "weiskopf"})

    assert code == "6240"
    assert detail.startswith("The name supplied already exists. : ")


async def test_a_customer_who_owes_cannot_be_made_inactive(api, invoice):
    await api.ok("Invoice", invoice())
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False}

    assert (await api.refused("Customer", body))[0] == "6220"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"BadJson": 1}, "2010"),
        ({"Line": "none"}, "2010"),
        ({"DocNumber": "X" * 22}, "2050"),
        ({"CustomerRef": {"value": "99"}}, "2500"),
        ({"CustomerRef": None}, "2020"),
        ({"Line": []}, "2020"),
        ({"TxnDate": "March"}, "2060"),
        ({"TxnTaxDetail": {"TotalTax": "much"}}, "2090"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
async def test_a_malformed_invoice_is_refused_by_name(api, invoice, change, code):
    assert (await api.refused("Invoice", invoice(**change)))[0] == code


async def test_an_unknown_property_is_named_with_those_known(api):
    code, detail = await api.refused("Customer", {"DisplayName": "B", "Colour": "red"})

    assert code == "2010"
    assert 'Unrecognized field "Colour" (class com.intuit.schema.finance.v3.Customer)' in detail


@pytest.mark.parametrize(("amount", "taken"), [("1861.08", True), ("1861.07", False)])
async def test_an_amount_must_be_the_product_rounded_half_up(api, invoice, line, amount, taken):
    body = invoice(Line=[line(amount, Qty="14.50", UnitPrice="128.35")])

    status, answer = await api.post("invoice", body)

    assert (status == 200) is taken
    if not taken:
        error = answer["Fault"]["Error"][0]
        assert error["code"] == "6070"
        assert error["Detail"].endswith("Supplied value:1,861.07")


async def test_a_read_of_no_number_is_2030_and_of_no_resource_500(api):
    _, invalid = await api.get("invoice/abc")
    status, unknown = await api.get("teapot/1")

    assert (invalid["Fault"]["Error"][0]["code"], "time" in invalid) == ("2030", False)
    assert (status, unknown["Fault"]["Error"][0]["code"]) == (400, "500")


async def test_us_companies_refuse_what_latin_1_cannot_hold(api, simulator):
    simulator.change_settings({"reads_utf8": False})

    assert (await api.refused("Customer", {"DisplayName": "Łódź"}))[0] == "2040"


async def test_a_body_that_is_no_object_is_refused_in_words(api):
    for body in ("[]", "{", "NaN"):
        assert (await api.refused("Invoice", body))[0] == "2010"
