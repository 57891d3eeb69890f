"""What may be voided or deleted, and what becomes of what is linked? quickbooks-money.md 0, 4."""

import pytest

VOID_PAYMENT = {"operation": "update", "include": "void"}


@pytest.fixture
async def paid(api, invoice, payment):
    """Make an invoice of 100 with a payment of 60 on it."""
    await api.ok("Invoice", invoice("100"))
    return await api.ok("Payment", payment("60", to_1="60"))


async def test_a_void_unlinks_the_payments(api, clock, paid):
    clock.advance(minutes=1)

    left = await api.ok("Invoice", {"Id": "1", "SyncToken": "1"}, operation="void")

    assert (left["TotalAmt"], left["Balance"], left["LinkedTxn"]) == (0, 0, [])
    assert (left["SyncToken"], left["PrivateNote"], left["DocNumber"]) == ("2", "Voided", "1001")
    freed = await api.read("Payment", paid["Id"])
    assert (freed["Line"], freed["UnappliedAmt"], freed["TotalAmt"]) == ([], 60, 60)
    assert freed["MetaData"]["LastUpdatedTime"] == "2026-03-02T10:31:15-08:00"
    assert (await api.read("Customer", "1"))["Balance"] == -60


async def test_a_paid_invoice_is_not_voided_by_switch_except_by_a_person(api, simulator, paid):
    simulator.change_settings({"void_paid": "refuse_6000"})

    assert (await api.refused("Invoice", {"Id": "1", "SyncToken": "1"}, operation="void"))[0] == (
        "6000"
    )
    assert simulator.person.void("Invoice", "1")["TotalAmt"] == 0


async def test_by_switch_only_a_deposited_payment_stops_a_void(api, simulator, paid):
    simulator.change_settings({"void_paid": "refuse_if_deposited"})
    simulator.person.deposit([paid["Id"]])
    body = {"Id": "1", "SyncToken": "1"}

    assert (await api.refused("Invoice", body, operation="void"))[0] == "6540"
    simulator.person.delete("Deposit", "3")
    assert (await api.ok("Invoice", body, operation="void"))["TotalAmt"] == 0


async def test_a_void_may_unlink_what_is_deposited(api, simulator, paid):
    simulator.person.deposit([paid["Id"]])

    await api.ok("Invoice", {"Id": "1", "SyncToken": "1"}, operation="void")

    left = await api.read("Payment", paid["Id"])
    assert (left["UnappliedAmt"], left["LinkedTxn"][0]["TxnType"]) == (60, "Deposit")


@pytest.mark.parametrize(("keeps", "amount"), [(False, 0), (True, 8)])
async def test_a_void_keeps_its_lines_by_switch(api, simulator, invoice, line, keeps, amount):
    simulator.change_settings({"void_keeps_lines": keeps})
    await api.ok("Invoice", invoice(Line=[line("8", Qty="2", UnitPrice="4")], PrivateNote="ours"))

    left = await api.ok("Invoice", {"Id": "1", "SyncToken": "0"}, operation="void")
    noted = await api.ok("Invoice", {"Id": "1", "SyncToken": "1", "sparse": True, "DocNumber": "V"})

    assert left["PrivateNote"] == "Voided - ours"
    assert [one["Amount"] for one in left["Line"]] == [amount, amount]
    assert left["Line"][0]["SalesItemLineDetail"]["Qty"] == (2 if keeps else 0)
    assert (left["TotalAmt"], left["Balance"]) == (noted["TotalAmt"], noted["Balance"]) == (0, 0)
    assert noted["Line"] == left["Line"]


async def test_an_invoice_with_links_is_deleted_by_a_person_alone(api, simulator, paid):
    body = {"Id": "1", "SyncToken": "1"}

    code, detail = await api.refused("Invoice", body, operation="delete")
    simulator.person.delete("Invoice", "1")

    assert code == "6000"
    assert "must unlink any linked transactions" in detail
    left = await api.read("Payment", paid["Id"])
    assert (left["UnappliedAmt"], left["Line"], left["SyncToken"]) == (60, [], "1")
    assert (await api.read("Customer", "1"))["Balance"] == -60


async def test_a_payment_is_voided_to_nothing_and_its_invoice_opens(api, paid):
    body = {"Id": paid["Id"], "SyncToken": "0", "sparse": True}

    left = await api.ok("Payment", body, **VOID_PAYMENT)

    assert (left["TotalAmt"], left["UnappliedAmt"], left["Line"]) == (0, 0, [])
    assert (left["PrivateNote"], left["DepositToAccountRef"]) == (
        "Voided",
        paid["DepositToAccountRef"],
    )
    assert (await api.read("Invoice", "1"))["Balance"] == 100


@pytest.mark.parametrize("kind", ["CreditMemo", "RefundReceipt"])
async def test_a_credit_is_voided_by_a_person_and_not_by_the_api(
    api, simulator, invoice, clock, kind
):
    bank = {"DepositToAccountRef": {"value": "35"}} if kind == "RefundReceipt" else {}
    made = await api.ok(kind, invoice("30", **bank))
    body = {"Id": made["Id"], "SyncToken": "0"}

    assert (await api.refused(kind, body, operation="void"))[0] == "500"
    left = simulator.person.void(kind, made["Id"])

    assert (left["TotalAmt"], left["Balance"], left["PrivateNote"]) == (0, 0, "Voided")
    assert (await api.read("Customer", "1"))["Balance"] == 0


@pytest.mark.parametrize("kind", ["Deposit", "JournalEntry", "Customer", "Estimate"])
async def test_what_has_no_void_says_so(api, kind):
    assert (await api.refused(kind, {"Id": "1", "SyncToken": "0"}, operation="void"))[0] == "500"
