"""What one side took away and the other changed waits for a person: it goes, or it stays."""

from decimal import Decimal
from typing import Any

import pytest

from schemas.state import ParkReason
from schemas.values import Side
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer_with_an_invoice,
    a_payment,
    delete,
    edit,
    line_in_qbo,
    lines_of,
    sold_in_qbo,
)
from tests.scenarios.both.test_conflicts import park_of, resolves
from tests.scenarios.both.test_taken_away import SETTLED, is_deleted, is_void
from tests.testing.simulated.lying_proxy import LIES

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
WAYS = ["void", "delete"]
KEEPS_IT = {"CustomerMemo": {"value": "Keep it"}}


async def gone_here_and_edited_there(town, kind: str, entity: str, record_id: str, **changes: Any):
    """MediaOS deletes what somebody changes in QuickBooks, and nothing crosses in between."""
    town.mediaos_unheard = True
    await delete(town, kind, record_id)
    town.mediaos_unheard = False
    town.mediaos.faults.arm("wrong_412", times=50)
    there = town.in_qbo(entity)[0]["Id"]
    town.qbo.person.edit(entity, there, changes)
    await town.run(600)
    while town.mediaos.faults.take("wrong_412"):
        pass


async def gone_there_and_edited_here(town, way: str) -> tuple[str, str]:
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    getattr(town.qbo.person, way)("Invoice", town.in_qbo("Invoice")[0]["Id"])
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "110")))
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason in {ParkReason.VOIDED, ParkReason.CONFLICT}
    return customer, invoice


def standing(town, entity: str) -> list[Any]:
    return [each for each in town.in_qbo(entity) if each["TotalAmt"]]


# It goes on the other side too.


async def test_an_invoice_deleted_in_mediaos_goes_in_quickbooks_though_it_was_changed_there(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await gone_here_and_edited_there(town, "invoices", "Invoice", invoice, **KEEPS_IT)
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.CONFLICT
    answer = await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)

    assert answer.done, answer.detail
    assert is_void(town.in_qbo("Invoice")[0])
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


@pytest.mark.parametrize("way", WAYS)
async def test_an_invoice_taken_away_in_quickbooks_goes_in_mediaos_though_it_was_changed(town, way):
    customer, invoice = await gone_there_and_edited_here(town, way)
    assert (await resolves(town, customer, "invoice", invoice, Side.QBO)).done

    assert is_deleted(town.in_mediaos("invoices")[0])
    assert standing(town, "Invoice") == []
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


async def test_a_payment_deleted_in_mediaos_goes_in_quickbooks(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    changes = {"PaymentRefNum": "CHK-9"}
    await gone_here_and_edited_there(town, "payments", "Payment", payment, **changes)
    assert park_of(town, customer, "payment", payment).reason is ParkReason.CONFLICT
    assert (await resolves(town, customer, "payment", payment, Side.MEDIAOS)).done

    assert is_void(town.in_qbo("Payment")[0])
    assert town.in_qbo("Invoice")[0]["Balance"] == Decimal(100)
    # What was said of the invoice, which owes it again, was lost as well.
    await edit(town, "invoices", invoice, comments="Open")
    await town.run()
    await town.agrees()


async def test_a_credit_memo_deleted_in_mediaos_goes_in_quickbooks(town):
    customer, _ = await a_customer_with_an_invoice(town, HUNDRED)
    memo = await a_credit_memo(town, customer, ("1", "25"))
    await town.run()
    await gone_here_and_edited_there(town, "creditMemos", "CreditMemo", memo, **KEEPS_IT)
    assert park_of(town, customer, "credit-memo", memo).reason is ParkReason.CONFLICT
    assert (await resolves(town, customer, "credit-memo", memo, Side.MEDIAOS)).done

    assert town.in_qbo("CreditMemo") == []
    await town.agrees()


async def test_a_customer_deleted_in_mediaos_is_made_inactive_in_quickbooks(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await delete(town, "invoices", invoice)
    await town.run()
    changes = {"PrimaryPhone": {"FreeFormNumber": "555-0100"}}
    await gone_here_and_edited_there(town, "advertisers", "Customer", customer, **changes)
    assert park_of(town, customer, "customer", customer).reason is ParkReason.CONFLICT
    stays = await resolves(town, customer, "customer", customer, Side.QBO)
    assert (stays.done, "bring it back in MediaOS" in stays.detail) == (False, True)
    assert (await resolves(town, customer, "customer", customer, Side.MEDIAOS)).done

    assert town.in_qbo("Customer")[0]["Active"] is False
    assert park_of(town, customer, "customer", customer) is None
    await town.agrees()


async def test_what_something_is_applied_to_waits_for_that_and_goes_then(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.person.void("Invoice", town.in_qbo("Invoice")[0]["Id"])
    await edit(town, "invoices", invoice, comments="Keep it")
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    assert "memo changed in MediaOS" in park_of(town, customer, "invoice", invoice).detail
    assert (await resolves(town, customer, "invoice", invoice, Side.QBO)).done
    assert f"payment {payment} with 60.00" in park_of(town, customer, "invoice", invoice).detail
    await edit(town, "payments", payment, lines=[])
    await town.run(120)

    assert is_deleted(town.in_mediaos("invoices")[0])
    await town.agrees()


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_lost_answer_takes_it_away_once(town, lie):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await gone_here_and_edited_there(town, "invoices", "Invoice", invoice, **KEEPS_IT)
    town.qbo_proxy.lie(lie, "/invoice")
    await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)
    await town.run(600)

    assert town.qbo_proxy.told == 1
    assert is_void(town.in_qbo("Invoice")[0])
    await town.agrees()


async def test_an_edit_that_nobody_has_heard_of_is_not_taken_away(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await gone_here_and_edited_there(town, "invoices", "Invoice", invoice, **KEEPS_IT)
    town.qbo.webhooks.misbehave("drop")
    changes = {"CustomerMemo": {"value": "Third"}}
    town.qbo.person.edit("Invoice", town.in_qbo("Invoice")[0]["Id"], changes)
    assert (await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)).done

    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.CONFLICT
    assert len(standing(town, "Invoice")) == 1


# It stays.


@pytest.mark.parametrize("way", WAYS)
async def test_what_mediaos_changed_is_made_anew_in_quickbooks(town, way):
    customer, invoice = await gone_there_and_edited_here(town, way)
    answer = await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)
    await town.run(SETTLED)

    assert (answer.done, "made anew" in answer.detail) == (True, True)
    [made] = standing(town, "Invoice")
    assert made["TotalAmt"] == Decimal(110)
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


async def test_what_quickbooks_made_and_changed_is_made_anew_in_mediaos(town):
    customer, _ = await a_customer_with_an_invoice(town, HUNDRED)
    made = sold_in_qbo(town, town.in_qbo("Customer")[0]["Id"], "40")
    await town.run(60)
    [here] = [each for each in town.in_mediaos("invoices") if each["total"] == "40"]
    town.mediaos_unheard = True
    await delete(town, "invoices", here["id"])
    town.mediaos_unheard = False
    town.mediaos.faults.arm("wrong_412", times=50)
    town.qbo.person.edit("Invoice", made["Id"], KEEPS_IT)
    await town.run(600)
    while town.mediaos.faults.take("wrong_412"):
        pass

    [name] = [
        name
        for name, each in town.workers[-1].lane(f"t1/mediaos/{customer}").documents.items()
        if each.park is not None
    ]
    side, kind, record_id = name.split("/")
    answer = await resolves(town, customer, kind, record_id, Side.QBO, named=side)
    await town.run(SETTLED)
    assert answer.done, answer.detail
    [anew] = [
        each
        for each in town.in_mediaos("invoices")
        if each["total"] == "40" and not is_deleted(each)
    ]
    assert (anew["comments"], anew["external_reference"]) == ("Keep it", made["Id"])
    await town.agrees()


async def test_what_mediaos_deleted_is_brought_back_there_and_nowhere_else(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await gone_here_and_edited_there(town, "invoices", "Invoice", invoice, **KEEPS_IT)
    answer = await resolves(town, customer, "invoice", invoice, Side.QBO)
    assert (answer.done, "bring it back in MediaOS" in answer.detail) == (False, True)
    assert len(standing(town, "Invoice")) == 1
    await town.mediaos.people.restore("invoices", invoice)
    await town.run(60)

    assert town.in_mediaos("invoices")[0]["comments"] == "Keep it"
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


async def test_no_field_of_it_is_decided_alone(town):
    customer, invoice = await gone_there_and_edited_here(town, "void")
    answer = await resolves(town, customer, "invoice", invoice, Side.QBO, "lines")
    assert (answer.done, "name no field" in answer.detail) == (False, True)
    assert not is_deleted(town.in_mediaos("invoices")[0])


async def test_what_a_bookkeeper_takes_a_void_of_ours_off_is_no_other_invoice(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await delete(town, "invoices", invoice)
    await town.run()
    [there] = town.in_qbo("Invoice")
    assert is_void(there)
    changes = {"Line": [line_in_qbo("12")], **KEEPS_IT}
    town.qbo.person.edit("Invoice", there["Id"], changes)
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.CONFLICT
    assert "made anew" not in park.detail
    answer = await resolves(town, customer, "invoice", invoice, Side.QBO)

    assert (answer.done, "bring it back in MediaOS" in answer.detail) == (False, True)
    assert len(town.in_mediaos("invoices")) == 1
