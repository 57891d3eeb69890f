"""What does a bank deposit do to the payments in it? quickbooks-money.md 2.3."""

from decimal import Decimal

import pytest


@pytest.fixture
async def paid(api, invoice, payment):
    await api.ok("Invoice", invoice("262"))
    return await api.ok("Payment", payment("262", to_1="262"))


async def test_a_deposit_less_a_fee_is_shown_as_recorded(api, simulator, paid):
    made = simulator.person.deposit([paid["Id"]], fee="62.50")

    assert made["TotalAmt"] == Decimal("199.50")
    assert made["DepositToAccountRef"] == {"value": "35", "name": "Checking"}
    linked, fee = made["Line"]
    link = {"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    assert linked == {"Amount": Decimal("262.00"), "LinkedTxn": [link]}
    assert (fee["Id"], fee["Amount"], fee["DetailType"]) == (
        "1",
        Decimal("-62.50"),
        "DepositLineDetail",
    )


async def test_cash_kept_back_lowers_a_deposit(api, paid):
    link = {"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    body = {
        "DepositToAccountRef": {"value": "35"},
        "Line": [{"Amount": "262", "LinkedTxn": [link]}],
        "CashBack": {"AccountRef": {"value": "36"}, "Amount": "12"},
    }

    assert (await api.ok("Deposit", body))["TotalAmt"] == 250


async def test_a_deposited_payment_is_frozen_until_it_is_taken_out(api, simulator, paid):
    made = simulator.person.deposit([paid["Id"]])

    shown = await api.read("Payment", paid["Id"])
    assert shown["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Deposit"}]
    assert shown["DepositToAccountRef"]["name"] == "Undeposited Funds"
    body = {"Id": paid["Id"], "SyncToken": shown["SyncToken"], "sparse": True}
    for how in (
        {},
        {"operation": "delete"},
        {"operation": "update", "include": "void"},
    ):
        code, detail = await api.refused("Payment", {**body, "PrivateNote": "x"}, **how)
        assert code == "6540"
        assert detail.startswith("This transaction has been deposited. If you want to change")

    await api.ok("Deposit", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")

    freed = await api.read("Payment", paid["Id"])
    assert "LinkedTxn" not in freed
    note = {"Id": paid["Id"], "SyncToken": freed["SyncToken"], "sparse": True, "PrivateNote": "y"}
    assert (await api.ok("Payment", note))["PrivateNote"] == "y"


async def test_a_person_moves_a_deposited_payment_and_it_stays_deposited(api, simulator, paid):
    simulator.person.deposit([paid["Id"]])

    moved = simulator.person.edit("Payment", paid["Id"], {"Line": []})

    assert (moved["UnappliedAmt"], moved["LinkedTxn"][0]["TxnType"]) == (262, "Deposit")
    assert (await api.read("Invoice", "1"))["Balance"] == 262


async def test_a_deposit_without_one_of_its_payments_frees_it(api, simulator, paid, payment):
    other = await api.ok("Payment", payment("5"))
    made = simulator.person.deposit([paid["Id"], other["Id"]])
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": made["Line"][:1]}

    changed = await api.ok("Deposit", body)

    assert changed["TotalAmt"] == 262
    assert "LinkedTxn" not in await api.read("Payment", other["Id"])


def linked(txn_id, **more):
    return {"Amount": 1, "LinkedTxn": [{"TxnId": txn_id, "TxnType": "Payment", **more}]}


@pytest.mark.parametrize(
    ("lines", "into", "code"),
    [
        ([linked("2")], "35", "2020"),
        ([linked("99", TxnLineId="0")], "35", "2500"),
        ([linked("2", TxnLineId="0")], "99", "2500"),
        ([linked("2", TxnLineId="0")], "1", "6430"),
        ([{"Amount": -1, "DepositLineDetail": {"AccountRef": {"value": "1"}}}], "35", "6000"),
        ([{"Amount": 1, "DepositLineDetail": {}}], "35", "2020"),
        ([{"DepositLineDetail": {"AccountRef": {"value": "1"}}}], "35", "2020"),
        ([], "35", "2020"),
    ],
)
async def test_a_deposit_that_makes_no_sense_is_refused(api, paid, lines, into, code):
    body = {"DepositToAccountRef": {"value": into}, "Line": lines}

    assert (await api.refused("Deposit", body))[0] == code


async def test_only_undeposited_funds_are_deposited_and_once(api, simulator, paid, payment):
    straight = {**payment("5"), "DepositToAccountRef": {"value": "35"}}
    other = await api.ok("Payment", straight)
    body = {"DepositToAccountRef": {"value": "35"}}

    refused = await api.refused("Deposit", {**body, "Line": [linked(other["Id"], TxnLineId="0")]})
    simulator.person.deposit([paid["Id"]])
    twice = await api.refused("Deposit", {**body, "Line": [linked(paid["Id"], TxnLineId="0")]})

    assert (refused[0], twice[0]) == ("6000", "6000")


async def test_a_deposit_on_the_form_lowers_the_invoices_balance(api, simulator, invoice, payment):
    await api.ok("Invoice", invoice("100"))

    edited = simulator.person.edit("Invoice", "1", {"Deposit": "20"})

    assert (edited["Balance"], edited["TotalAmt"], edited["Deposit"]) == (80, 100, 20)
    assert (await api.read("Customer", "1"))["Balance"] == 80
    assert (await api.refused("Payment", payment("100", to_1="80.01")))[0] == "6000"
    await api.ok("Payment", payment("80", to_1="80"))
    assert (await api.read("Invoice", "1"))["Balance"] == 0
    too_much = {"Id": "1", "SyncToken": "2", "sparse": True, "Deposit": "100.01"}
    assert (await api.refused("Invoice", too_much))[0] == "6000"
