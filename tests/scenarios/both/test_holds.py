"""What must wait waits by name, keeps its order, and goes on by itself."""

from datetime import date

from schemas.identity import lane_key
from schemas.requests import ImposeLockout
from schemas.state import ParkReason
from schemas.values import Side
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    an_item,
    edit,
    open_shop,
    paid_in_qbo,
)


async def test_an_unmapped_product_holds_its_invoice_and_the_mapping_keeps_the_order(town):
    await open_shop(town)
    product = (await town.mediaos.people.create("products", {"name": "Back cover"}))["id"]
    customer = await a_customer(town)
    waiting = await an_invoice(town, customer, product=product)
    await a_payment(town, customer, "100", {waiting: "100"})
    going = await an_invoice(town, customer)
    await edit(town, "invoices", waiting, comments="April")
    await town.run()
    assert [each["DocNumber"] for each in town.in_qbo("Invoice")] == [f"MediaOS-{going}"]
    await town.agrees(parked=2)

    await town.maps(product, an_item(town, "Back cover"))
    await town.run()
    crossed = town.in_qbo("Invoice")[1]
    assert (crossed["DocNumber"], crossed["CustomerMemo"]["value"]) == (
        f"MediaOS-{waiting}",
        "April",
    )
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


async def test_with_two_way_sync_off_an_invoice_goes_when_it_is_pushed(town):
    customer, first = await a_customer_with_an_invoice(town)
    await town.settings(manual_push=True)
    pushed = await an_invoice(town, customer)
    await an_invoice(town, customer)
    await edit(town, "invoices", first, comments="April")
    await town.run()
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees(parked=3)

    await town.pushes(customer, f"mediaos/invoice/{pushed}")
    await town.run()
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees(parked=2)

    await town.settings(manual_push=False)
    await town.run()
    assert len(town.in_qbo("Invoice")) == 3
    await town.agrees()


async def test_a_tenant_that_was_set_to_observe_writes_nothing_until_it_goes_live(town):
    await open_shop(town, observe=True)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()
    assert town.writes() == 0

    await town.settings()
    await town.run()
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


async def test_closed_books_park_the_one_invoice_that_is_dated_in_them(town):
    await open_shop(town)
    town.qbo.person.close_books(date(2026, 2, 28))
    customer = await a_customer(town)
    closed = await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await an_invoice(town, customer)
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{closed}").park
    assert park is not None
    assert park.reason is ParkReason.BOOKS_CLOSED
    assert "books are closed until 2026-02-28 in QuickBooks" in park.detail
    assert park.detail.endswith("and it goes by itself")
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees(parked=1)

    town.qbo.person.close_books(None)
    await town.retries(customer, f"mediaos/invoice/{closed}")
    await town.run()
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_a_lock_pauses_the_partition_for_twenty_minutes_and_then_goes_on(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.faults.lock("Invoice", crossed["Id"], seconds=900)
    await edit(town, "invoices", invoice, comments="April")
    await an_invoice(town, customer)
    await town.run(60)
    assert len(town.in_qbo("Invoice")) == 1
    asked = town.writes()

    await town.run(18 * 60)
    assert town.writes() == asked, "nothing is sent while it is locked out"

    await town.run(2 * 60)
    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": "April"}
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_a_lock_outlives_the_worker_that_met_it(town):
    _, invoice = await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.faults.lock("Invoice", crossed["Id"], seconds=900)
    await edit(town, "invoices", invoice, comments="April")
    await town.run(60)
    asked = town.writes()
    await town.worker()
    await town.run(600)
    assert town.writes() == asked

    await town.run(600)
    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": "April"}
    await town.agrees()


async def test_a_payment_deleted_in_quickbooks_while_its_create_has_no_answer_is_deleted(town):
    await a_customer_with_an_invoice(town)
    made = paid_in_qbo(town, "61.08", {town.in_qbo("Invoice")[0]["Id"]: "61.08"})
    town.mediaos.faults.arm("time_out_before_commit")
    await town.run(0.3)
    town.qbo.person.delete("Payment", made["Id"])
    await town.run()

    assert all(each["date_deleted"] is not None for each in town.in_mediaos("payments"))
    await town.agrees()


async def stand_still(town, customer, minutes):
    lane = lane_key(town.tenant, Side.MEDIAOS, customer)
    asked = ImposeLockout(id="l1", lane=lane, minutes=minutes, reason="year end")
    await town.ask(lane, asked)
    await town.run(5)


async def test_what_is_made_and_deleted_while_its_lane_stands_still_for_hours_does_not_cross(town):
    customer, _ = await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    await stand_still(town, customer, minutes=150)
    gone = paid_in_qbo(town, "20", {crossed["Id"]: "20"})
    stays = paid_in_qbo(town, "10", {crossed["Id"]: "10"})
    await town.run(60)
    town.qbo.person.delete("Payment", gone["Id"])
    await town.run(160 * 60)

    assert [payment["amount"] for payment in town.in_mediaos("payments")] == ["10"]
    assert [payment["Id"] for payment in town.in_qbo("Payment")] == [stays["Id"]]
    await town.agrees()


async def test_what_came_late_waits_while_quickbooks_cannot_be_read_and_is_not_lost(town):
    customer, _ = await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    await stand_still(town, customer, minutes=60)
    paid_in_qbo(town, "20", {crossed["Id"]: "20"})
    await town.run(59 * 60)
    town.qbo.faults.answer_next(503, times=100)
    await town.run(120)
    assert town.in_mediaos("payments") == []

    town.qbo.faults.clear()
    await town.run(16 * 60)
    assert len(town.in_mediaos("payments")) == 1
    await town.agrees()
