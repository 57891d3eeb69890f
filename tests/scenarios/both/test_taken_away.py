"""What one side deletes or voids is so on the other, and nothing that hangs on it is lost.

In QuickBooks it is voided, so that its number stays; in MediaOS it is deleted, softly.
"""

from decimal import Decimal
from typing import Any

import pytest

from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Kind, Side
from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    a_payment,
    delete,
    edit,
    lines_of,
    paid_in_qbo,
    sold_in_qbo,
)
from tests.testing.simulated.lying_proxy import Lie

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
WAYS = ["void", "delete"]
#: What QuickBooks does with the void of an invoice that is paid.
OF_PAID = ["unlink", "refuse_6000", "refuse_if_deposited"]
#: Until it is proved that no attempt of an earlier create may still arrive.
SETTLED = 130.0


def invoice_in_qbo(town) -> Any:
    return town.in_qbo("Invoice")[0]


def is_void(record) -> bool:
    return record["TotalAmt"] == 0 and record["PrivateNote"].startswith("Voided")


def is_deleted(record) -> bool:
    return record["date_deleted"] is not None


def park_of(town, customer, kind, record_id, side="mediaos"):
    return town.document(customer, f"{side}/{kind}/{record_id}").park


async def take_away(town, way, kind, record_id) -> None:
    getattr(town.qbo.person, way)(kind, record_id)
    await town.run()


async def brought_back(town, kind, record_id) -> None:
    await town.mediaos.people.restore(kind, record_id)
    await town.run(SETTLED)


# From MediaOS to QuickBooks.


async def test_an_invoice_deleted_in_mediaos_is_voided_in_quickbooks_and_keeps_its_number(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await delete(town, "invoices", invoice)
    await town.run()

    [crossed] = town.in_qbo("Invoice")
    assert is_void(crossed)
    assert crossed["DocNumber"] == f"MediaOS-{invoice}"
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


@pytest.mark.parametrize("keeps", [False, True], ids=["empties", "keeps"])
async def test_a_void_says_the_same_whether_quickbooks_keeps_its_lines(town, keeps):
    town.qbo.change_settings({"void_keeps_lines": keeps})
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await delete(town, "invoices", invoice)
    await town.run()

    assert is_void(invoice_in_qbo(town))
    await town.agrees()


async def test_a_payment_deleted_in_mediaos_is_voided_and_its_invoice_is_owed_again(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    await delete(town, "payments", payment)
    await town.run()

    assert is_void(town.in_qbo("Payment")[0])
    assert invoice_in_qbo(town)["Balance"] == Decimal(100)
    await town.agrees()


async def test_a_payment_and_its_invoice_deleted_one_after_the_other_are_both_voided(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()
    await delete(town, "payments", payment)
    await delete(town, "invoices", invoice)
    await town.run()

    assert is_void(town.in_qbo("Payment")[0])
    assert is_void(invoice_in_qbo(town))
    await town.agrees()


async def test_a_deposited_payment_is_never_voided(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    [paid] = town.in_qbo("Payment")
    town.qbo.person.deposit([paid["Id"]])
    await town.run()
    await delete(town, "payments", payment)
    asked = town.writes()
    await town.run()

    assert town.writes() == asked
    assert "deposit" in park_of(town, customer, "payment", payment).detail
    assert town.in_qbo("Payment")[0]["TotalAmt"] == Decimal(60)


@pytest.mark.parametrize("position", OF_PAID)
async def test_an_invoice_that_is_paid_in_quickbooks_alone_parks_with_the_list(town, position):
    town.qbo.change_settings({"void_paid": position})
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.webhooks.misbehave("drop")
    paid = paid_in_qbo(town, "30", {invoice_in_qbo(town)["Id"]: "30"})
    await delete(town, "invoices", invoice)
    await town.run(5)
    assert "30.00 settled" in park_of(town, customer, "invoice", invoice).detail
    await town.hears(Kind.PAYMENT, paid["Id"])
    await town.run(120)

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.DELETED
    assert f"payment {paid['Id']} with 30.00" in park.detail
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(100)

    town.qbo.person.edit("Payment", paid["Id"], {"Line": []})
    await town.run(120)
    assert is_void(invoice_in_qbo(town))
    assert park_of(town, customer, "invoice", invoice) is None


async def test_what_a_credit_settles_is_named_and_stays(town):
    listed = {"born_in_quickbooks": BornInQuickbooks.LIST}
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, **listed)
    line = {"Amount": Decimal(20), "DetailType": "SalesItemLineDetail"}
    line |= {"SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    customer_there = town.in_qbo("Customer")[0]["Id"]
    fields = {"CustomerRef": {"value": customer_there}, "Line": [line]}
    memo = town.qbo.person.create("CreditMemo", fields)
    town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run()
    await delete(town, "invoices", invoice)
    await town.run()

    assert "20.00" in park_of(town, customer, "invoice", invoice).detail
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(100)


async def test_a_deletion_that_meets_an_edit_in_quickbooks_is_a_conflict_for_a_person(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.mediaos_unheard = True
    await delete(town, "invoices", invoice)
    town.mediaos_unheard = False
    town.mediaos.faults.arm("wrong_412", times=50)
    changes = {"CustomerMemo": {"value": "Thank you"}}
    town.qbo.person.edit("Invoice", invoice_in_qbo(town)["Id"], changes)
    await town.run(600)

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.CONFLICT
    assert "deleted in MediaOS" in park.detail
    assert "memo changed in QuickBooks" in park.detail
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(100)
    await town.agrees(parked=1)


async def test_a_void_that_a_closed_period_refuses_parks_with_its_remedy(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    today = town.clock.now().date()
    town.qbo.person.close_books(today.replace(year=today.year + 1))
    await delete(town, "invoices", invoice)
    await town.run()

    assert "closed" in park_of(town, customer, "invoice", invoice).detail
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(100)


async def test_an_observing_tenant_takes_nothing_away(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await town.settings(observe=True)
    await town.run()
    await delete(town, "invoices", invoice)
    asked = town.writes()
    await town.run()

    park = park_of(town, customer, "invoice", invoice)
    assert (park.reason, park.detail) == (
        ParkReason.OBSERVE,
        "would void this invoice in QuickBooks",
    )
    assert town.writes() == asked


# From QuickBooks to MediaOS.


@pytest.mark.parametrize("way", WAYS)
async def test_an_invoice_taken_away_in_quickbooks_is_deleted_in_mediaos(town, way):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await take_away(town, way, "Invoice", invoice_in_qbo(town)["Id"])

    assert is_deleted(town.in_mediaos("invoices")[0])
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


@pytest.mark.parametrize("born", list(Side))
@pytest.mark.parametrize("way", WAYS)
async def test_a_payment_taken_away_in_quickbooks_is_deleted_in_mediaos(town, way, born):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    if born is Side.MEDIAOS:
        await a_payment(town, customer, "60", {invoice: "60"})
    else:
        paid_in_qbo(town, "60", {invoice_in_qbo(town)["Id"]: "60"})
    await town.run()
    await take_away(town, way, "Payment", town.in_qbo("Payment")[0]["Id"])

    assert is_deleted(town.in_mediaos("payments")[0])
    assert town.in_mediaos("invoices")[0]["balance"] == "100"
    await town.agrees()


async def test_a_paid_invoice_voided_in_quickbooks_goes_once_its_payment_is_unapplied(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()
    await take_away(town, "void", "Invoice", invoice_in_qbo(town)["Id"])
    await town.run(120)

    assert is_deleted(town.in_mediaos("invoices")[0])
    [payment] = town.in_mediaos("payments")
    assert (is_deleted(payment), payment["lines"], payment["amount"]) == (False, [], "100")
    await town.agrees()


@pytest.mark.parametrize("way", WAYS)
async def test_an_invoice_that_mediaos_has_payments_on_parks_with_the_list(town, way):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.faults.answer_next(503, times=40)
    payment = await a_payment(town, customer, "30", {invoice: "30"})
    town.qbo.faults.clear()
    await take_away(town, way, "Invoice", invoice_in_qbo(town)["Id"])
    await town.run(120)

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason in {ParkReason.VOIDED, ParkReason.DELETED}
    assert f"payment {payment} with 30.00" in park.detail
    assert not is_deleted(town.in_mediaos("invoices")[0])

    await edit(town, "payments", payment, lines=[])
    await town.run(120)
    assert is_deleted(town.in_mediaos("invoices")[0])
    assert town.in_qbo("Payment")[0]["UnappliedAmt"] == Decimal(30)
    await town.agrees()


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_taken_away_in_quickbooks_and_edited_in_mediaos_is_a_conflict(town, way):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    getattr(town.qbo.person, way)("Invoice", invoice_in_qbo(town)["Id"])
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "110")))
    await town.run()

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason in {ParkReason.VOIDED, ParkReason.CONFLICT}
    assert "in QuickBooks on" in park.detail
    assert "lines changed in MediaOS" in park.detail
    assert not is_deleted(town.in_mediaos("invoices")[0])


async def test_a_removal_that_mediaos_refuses_since_it_is_paid_parks(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.mediaos_unheard = True
    await a_payment(town, customer, "30", {invoice: "30"})
    town.mediaos.book.records["invoices"][invoice]["row_version"] = "2"
    await take_away(town, "void", "Invoice", invoice_in_qbo(town)["Id"])

    assert "payments applied" in park_of(town, customer, "invoice", invoice).detail
    assert not is_deleted(town.in_mediaos("invoices")[0])


async def test_what_pays_in_quickbooks_for_an_invoice_that_mediaos_deleted_waits_for_it(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    there = invoice_in_qbo(town)["Id"]
    town.mediaos_unheard = True
    await delete(town, "invoices", invoice)
    town.mediaos_unheard = False
    town.qbo.person.edit("Invoice", there, {"CustomerMemo": {"value": "Thank you"}})
    await town.run(600)
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.CONFLICT
    paid = paid_in_qbo(town, "30", {there: "30"})
    await town.run(60)

    park = park_of(town, customer, "payment", paid["Id"], side="qbo")
    assert park.reason is ParkReason.INVOICE_UNKNOWN
    assert park.detail == (
        f"nothing is applied to invoice MediaOS-{invoice}: taken away in MediaOS; the payment "
        "follows once that is right"
    )
    await town.mediaos.people.restore("invoices", invoice)
    await town.run(120)
    [crossed] = town.in_mediaos("payments")
    assert [part["amount"] for part in crossed["lines"]] == ["30"]
    await town.agrees()


async def test_what_pays_in_mediaos_for_an_invoice_that_quickbooks_deleted_waits_for_it(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.person.delete("Invoice", invoice_in_qbo(town)["Id"])
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "110")))
    await town.run()
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.CONFLICT
    payment = await a_payment(town, customer, "30", {invoice: "30"})
    await town.run()

    park = park_of(town, customer, "payment", payment)
    assert park.reason is ParkReason.INVOICE_UNKNOWN
    assert "taken away in QuickBooks" in park.detail
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run(SETTLED)
    assert invoice_in_qbo(town)["Balance"] == Decimal(80)
    await town.agrees()


# Unapplied first, where the tenant is set so.


@pytest.mark.parametrize("position", OF_PAID)
async def test_a_payment_of_quickbooks_is_taken_off_first_where_the_tenant_is_set_so(
    town, position
):
    town.qbo.change_settings({"void_paid": position})
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await town.settings(unapply_first=True)
    town.qbo.webhooks.misbehave("drop")
    paid = paid_in_qbo(town, "30", {invoice_in_qbo(town)["Id"]: "30"})
    await delete(town, "invoices", invoice)
    await town.run(5)
    await town.hears(Kind.PAYMENT, paid["Id"])
    await town.run(120)

    assert is_void(invoice_in_qbo(town))
    [left] = town.in_qbo("Payment")
    assert (left["TotalAmt"], left["UnappliedAmt"]) == (Decimal(30), Decimal(30))
    [crossed] = town.in_mediaos("payments")
    assert (crossed["amount"], crossed["lines"]) == ("30", [])
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


@pytest.mark.parametrize("position", OF_PAID)
async def test_a_payment_on_both_sides_is_taken_off_first_where_the_tenant_is_set_so(
    town, position
):
    town.qbo.change_settings({"void_paid": position})
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await town.settings(unapply_first=True)
    payment = await a_payment(town, customer, "30", {invoice: "30"})
    await town.run()
    town.mediaos_unheard = True
    await edit(town, "payments", payment, lines=[])
    town.mediaos_unheard = False
    await delete(town, "invoices", invoice)
    await town.run(120)

    assert is_void(invoice_in_qbo(town))
    assert town.in_qbo("Payment")[0]["UnappliedAmt"] == Decimal(30)
    await town.run(3600)
    await town.agrees()


@pytest.mark.parametrize("way", WAYS)
async def test_what_mediaos_has_applied_is_taken_off_first_where_the_tenant_is_set_so(town, way):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await town.settings(unapply_first=True)
    await a_payment(town, customer, "30", {invoice: "30"})
    await take_away(town, way, "Invoice", invoice_in_qbo(town)["Id"])
    await town.run(120)

    assert is_deleted(town.in_mediaos("invoices")[0])
    [payment] = town.in_mediaos("payments")
    assert (is_deleted(payment), payment["lines"]) == (False, [])
    assert town.in_qbo("Payment")[0]["UnappliedAmt"] == Decimal(30)
    await town.agrees()


async def test_a_deposited_payment_is_not_taken_off_and_both_wait(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await town.settings(unapply_first=True)
    paid = paid_in_qbo(town, "30", {invoice_in_qbo(town)["Id"]: "30"})
    town.qbo.person.deposit([paid["Id"]])
    await town.run()
    payment = town.in_mediaos("payments")[0]["id"]
    town.mediaos_unheard = True
    await edit(town, "payments", payment, lines=[])
    town.mediaos_unheard = False
    await delete(town, "invoices", invoice)
    await town.run(120)

    assert "payment" in park_of(town, customer, "invoice", invoice).detail
    assert "deposit" in park_of(town, customer, "payment", paid["Id"], side="qbo").detail
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(100)


# Answers that are lost, and that lie.


@pytest.mark.parametrize("kind", ["invoices", "payments"])
async def test_a_void_whose_answer_is_lost_is_done_once(town, kind):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    record = invoice
    if kind == "payments":
        record = await a_payment(town, customer, "60", {invoice: "60"})
        await town.run()
    name = "Invoice" if kind == "invoices" else "Payment"
    before = int(town.in_qbo(name)[0]["SyncToken"])
    town.qbo_proxy.lie(Lie(504), f"/{name.lower()}")
    await delete(town, kind, record)
    await town.run(120)

    [voided] = town.in_qbo(name)
    assert is_void(voided)
    assert int(voided["SyncToken"]) == before + 1
    await town.agrees()


async def test_a_void_that_meets_a_newer_token_reads_and_asks_again(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.webhooks.misbehave("drop")
    paid = paid_in_qbo(town, "30", {invoice_in_qbo(town)["Id"]: "30"})
    await delete(town, "invoices", invoice)
    await town.run(5)

    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(100)
    park = park_of(town, customer, "invoice", invoice)
    assert park is not None
    assert "30.00" in park.detail
    assert paid["Id"]


# Brought back.


@pytest.mark.parametrize("first", list(Side))
async def test_an_invoice_that_mediaos_brings_back_is_a_new_document_under_a_new_number(
    town, first
):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    if first is Side.MEDIAOS:
        await delete(town, "invoices", invoice)
        await town.run()
    else:
        await take_away(town, "void", "Invoice", invoice_in_qbo(town)["Id"])
    await brought_back(town, "invoices", invoice)

    old, new = sorted(town.in_qbo("Invoice"), key=lambda each: int(each["Id"]))
    assert is_void(old)
    assert (new["TotalAmt"], new["DocNumber"]) == (Decimal(100), f"MediaOS-{invoice}-2")
    document = town.document(customer, f"mediaos/invoice/{invoice}")
    assert (document.park, document.qbo.id) == (None, new["Id"])
    assert town.in_mediaos("invoices")[0]["external_number"] == f"MediaOS-{invoice}-2"
    await town.agrees()

    await town.hears(Kind.INVOICE, old["Id"])
    await town.run(120)
    assert len(town.in_qbo("Invoice")) == 2
    assert town.document(customer, f"mediaos/invoice/{invoice}").qbo.id == new["Id"]
    await town.agrees()


async def test_what_was_deleted_in_quickbooks_comes_back_under_its_own_number(town):
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await take_away(town, "delete", "Invoice", invoice_in_qbo(town)["Id"])
    await brought_back(town, "invoices", invoice)

    [new] = town.in_qbo("Invoice")
    assert new["DocNumber"] == f"MediaOS-{invoice}"
    await town.agrees()


@pytest.mark.parametrize("born", list(Side))
async def test_a_payment_that_mediaos_brings_back_is_a_new_one(town, born):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    if born is Side.MEDIAOS:
        await a_payment(town, customer, "60", {invoice: "60"})
    else:
        paid_in_qbo(town, "60", {invoice_in_qbo(town)["Id"]: "60"})
    await town.run()
    payment = town.in_mediaos("payments")[0]["id"]
    await delete(town, "payments", payment)
    await town.run()
    await brought_back(town, "payments", payment)

    old, new = sorted(town.in_qbo("Payment"), key=lambda each: int(each["Id"]))
    assert is_void(old)
    assert (new["TotalAmt"], new["UnappliedAmt"]) == (Decimal(60), Decimal(60))
    await town.agrees()


async def test_a_person_who_asks_for_a_voided_invoice_has_it_billed_anew(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.person.void("Invoice", invoice_in_qbo(town)["Id"])
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "110")))
    await town.run()
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run(SETTLED)

    numbers = {each["DocNumber"]: each["TotalAmt"] for each in town.in_qbo("Invoice")}
    assert numbers == {f"MediaOS-{invoice}": 0, f"MediaOS-{invoice}-2": Decimal(110)}
    await town.agrees()


async def test_the_number_of_an_invoice_that_is_brought_back_may_be_taken(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await delete(town, "invoices", invoice)
    await town.run()
    there = town.in_qbo("Customer")[0]["Id"]
    own = sold_in_qbo(town, there, "5", DocNumber=f"MediaOS-{invoice}-2")
    await town.run()
    await brought_back(town, "invoices", invoice)

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.NUMBER_TAKEN
    assert f"the number MediaOS-{invoice}-2 is taken" in park.detail
    await town.agrees(parked=1)

    town.qbo.person.edit("Invoice", own["Id"], {"DocNumber": "W-1"})
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run(SETTLED)
    assert sorted(each["DocNumber"] for each in town.in_qbo("Invoice")) == [
        f"MediaOS-{invoice}",
        f"MediaOS-{invoice}-2",
        "W-1",
    ]
    await town.agrees()


async def test_an_invoice_whose_number_has_no_room_for_its_count_waits_for_another_prefix(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await town.settings(number_prefix="Harbour-Weekly-")
    await delete(town, "invoices", invoice)
    await town.run()
    await brought_back(town, "invoices", invoice)

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.NUMBER_TOO_LONG
    assert f"Harbour-Weekly-{invoice}-2" in park.detail

    await town.settings(number_prefix="HW-")
    await town.run(SETTLED)
    assert [each["DocNumber"] for each in town.in_qbo("Invoice") if each["TotalAmt"]] == [
        f"HW-{invoice}-2"
    ]
    await town.agrees()
