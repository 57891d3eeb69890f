"""What do payments do to invoices and customers? quickbooks-online.md 2.3, 2.5, 7."""

from decimal import Decimal

import pytest


async def test_a_payment_moves_the_invoices_token_balance_and_links(api, invoice, payment):
    await api.ok("Invoice", invoice("100"))

    paid = await api.ok("Payment", payment("60.10", to_1="50"))

    assert (paid["UnappliedAmt"], paid["TotalAmt"]) == (Decimal("10.10"), Decimal("60.10"))
    assert paid["DepositToAccountRef"]["name"] == "Undeposited Funds"
    seen = await api.read("Invoice", "1")
    assert (seen["SyncToken"], seen["Balance"]) == ("1", 50)
    assert seen["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "Payment"}]


async def test_one_payment_is_split_over_two_invoices(api, invoice, payment):
    for amount in ("30", "40"):
        await api.ok("Invoice", invoice(amount))

    await api.ok("Payment", payment("70", to_1="30", to_2="40"))

    balances = [(await api.read("Invoice", number))["Balance"] for number in ("1", "2")]
    assert balances == [0, 0]


async def test_an_invoice_changes_the_customers_time_and_never_its_token(api, clock, invoice):
    clock.advance(minutes=1)

    await api.ok("Invoice", invoice("12.34"))

    customer = await api.read("Customer", "1")
    assert (customer["SyncToken"], customer["Balance"]) == ("0", Decimal("12.34"))
    assert customer["MetaData"]["LastUpdatedTime"] == "2026-03-02T10:31:15-08:00"


async def test_taking_a_payment_away_moves_the_token_but_tells_nobody(api, clock, invoice, payment):
    await api.ok("Invoice", invoice("100"))
    await api.ok("Payment", payment("50", to_1="50"))
    before = await api.read("Invoice", "1")
    clock.advance(minutes=1)

    await api.ok("Payment", {"Id": "2", "SyncToken": "0", "sparse": True, "Line": []})

    after = await api.read("Invoice", "1")
    assert (after["SyncToken"], after["Balance"], after["LinkedTxn"]) == ("2", 100, [])
    assert after["MetaData"] == before["MetaData"]


@pytest.mark.parametrize("operation", ["delete", "void"])
async def test_a_payment_gone_opens_the_invoice_again(api, invoice, payment, operation):
    await api.ok("Invoice", invoice("100"))
    await api.ok("Payment", payment("100", to_1="100"))
    body = {"Id": "2", "SyncToken": "0", "sparse": True}
    how = {"operation": "update", "include": "void"} if operation == "void" else {}

    await api.ok("Payment", body, **({"operation": "delete"} | how))

    assert (await api.read("Invoice", "1"))["Balance"] == 100
    assert (await api.read("Customer", "1"))["Balance"] == 100


async def test_an_invoice_made_smaller_gives_back_what_was_too_much(api, invoice, payment, line):
    await api.ok("Invoice", invoice("100"))
    await api.ok("Payment", payment("80", to_1="80"))
    body = {"Id": "1", "SyncToken": "1", "sparse": True, "Line": [line("50")]}

    changed = await api.ok("Invoice", body)

    assert (changed["TotalAmt"], changed["Balance"]) == (50, 0)
    assert (await api.read("Payment", "2"))["UnappliedAmt"] == 30


@pytest.mark.parametrize(
    ("total", "applied", "code"),
    [
        ("10", {"to_9": "5"}, "2500"),
        ("10", {"to_1": "11"}, "6000"),
        ("200", {"to_1": "150"}, "6000"),
    ],
    ids=["no such invoice", "more than the payment", "more than is open"],
)
async def test_a_payment_is_applied_only_where_it_fits(api, invoice, payment, total, applied, code):
    await api.ok("Invoice", invoice("100"))

    assert (await api.refused("Payment", payment(total, **applied)))[0] == code


async def test_lines_are_read_with_an_extension_that_cannot_be_sent_back(
    api, simulator, invoice, payment
):
    simulator.change_settings({"payment_line_extras": True})
    await api.ok("Invoice", invoice("100"))
    await api.ok("Payment", payment("30", to_1="30"))

    read = await api.read("Payment", "2")
    [asked] = (await api.query("SELECT * FROM Payment"))["Payment"]

    said = [one["value"] for one in read["Line"][0]["LineEx"]["any"]]
    assert said == [
        {"Name": "txnId", "Value": "1"},
        {"Name": "txnOpenBalance", "Value": "100.00"},
        {"Name": "txnReferenceNumber", "Value": "1001"},
    ]
    assert asked == read
    echo = {"Id": "2", "SyncToken": "0", "sparse": True, "Line": read["Line"]}
    assert (await api.refused("Payment", echo))[0] == "2010"
