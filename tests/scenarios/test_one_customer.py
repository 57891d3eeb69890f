"""Stories of one customer, told on simulated sides, and what is in both books afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.outcomes import Fault
from schemas.records import Allocation, Customer
from schemas.requests import ChangeSettings, Push, Retry, SetMapping
from schemas.state import ParkReason
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, Side
from streams.ports import TopicPartition
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import (
    LANE,
    LINE,
    given_a_customer_with_an_invoice,
    invoice,
    payment,
)
from tests.testing.simulated.world import PARTITIONS, World


async def test_an_invoice_and_its_payment_cross_once_and_its_number_comes_back():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run()

    [(qbo_invoice, crossed)] = world.qbo.of(Kind.INVOICE).items()
    [paid] = world.qbo.of(Kind.PAYMENT).values()
    assert (crossed.number, crossed.total) == ("MediaOS-136", Decimal("1861.08"))
    assert crossed.lines == (replace(LINE, product="19", tax="NON"),)
    assert paid.applied == (Allocation(invoice=qbo_invoice, amount=Decimal("100.00")),)
    assert world.mediaos.of(Kind.INVOICE)["136"].number == "MediaOS-136"
    assert len(world.qbo.of(Kind.CUSTOMER)) == 1


async def test_events_in_the_wrong_order_wait_for_each_other():
    world = World()
    worker = await world.worker()
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(1)
    parked = [d.park.reason for d in worker.lane(LANE).documents.values()]
    assert parked == [ParkReason.CUSTOMER_UNKNOWN, ParkReason.CUSTOMER_UNKNOWN]

    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run(1)
    assert len(world.qbo.of(Kind.INVOICE)) == 0, "its product is not mapped"

    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run()
    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert len(world.qbo.of(Kind.PAYMENT)) == 1


async def test_an_invoice_of_two_unmapped_products_is_judged_again_when_both_are_mapped():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    lines = (replace(LINE, product="8"), replace(LINE, product="9"))
    await world.mediaos.person_creates(Kind.INVOICE, invoice(lines=lines), "137")
    await world.run(5)
    before = len(world.told(LANE))
    await world.ask("t1", SetMapping(id="r8", tenant="t1", source="8", target="19"))
    await world.run(5)
    assert len(world.told(LANE)) == before

    await world.ask("t1", SetMapping(id="r9", tenant="t1", source="9", target="20"))
    await world.run(5)
    assert len(world.qbo.of(Kind.INVOICE)) == 2


async def test_a_payment_over_two_invoices_crosses_when_both_of_them_have():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    later = invoice(lines=(replace(LINE, product="8"),))
    await world.mediaos.person_creates(Kind.INVOICE, later, "137")
    parts = [Allocation(invoice=each, amount=Decimal("50.00")) for each in ("136", "137")]
    paid = replace(payment("136"), applied=tuple(parts))
    await world.mediaos.person_creates(Kind.PAYMENT, paid, "9")
    await world.run(5)
    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert world.qbo.of(Kind.PAYMENT) == {}
    waits_for = worker.lane(LANE).documents["mediaos/payment/9"].park.waits_for
    assert waits_for == ("mediaos-invoice:137",)

    await world.ask("t1", SetMapping(id="r3", tenant="t1", source="8", target="20"))
    await world.run(5)
    [crossed] = world.qbo.of(Kind.PAYMENT).values()
    assert [part.invoice for part in crossed.applied] == list(world.qbo.of(Kind.INVOICE))


async def test_a_payment_made_in_quickbooks_reaches_mediaos_with_its_reference():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    [qbo_invoice] = world.qbo.of(Kind.INVOICE)
    [qbo_customer] = world.qbo.of(Kind.CUSTOMER)
    made = replace(payment(qbo_invoice), customer=qbo_customer)
    qbo_payment = await world.qbo.person_creates(Kind.PAYMENT, made)
    await world.run()

    [taken] = world.mediaos.of(Kind.PAYMENT).values()
    assert taken == replace(payment("136"), marker=qbo_payment)


async def test_header_fields_edited_in_quickbooks_come_back_and_lines_are_listed():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    [qbo_invoice] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_edits(Kind.INVOICE, qbo_invoice, memo="Thank you")
    await world.run()
    assert world.mediaos.of(Kind.INVOICE)["136"].memo == "Thank you"

    await world.qbo.person_edits(Kind.INVOICE, qbo_invoice, lines=())
    await world.run()
    assert "lines" in worker.lane(LANE).documents["mediaos/invoice/136"].unplaced


async def test_an_edit_there_and_back_right_after_our_write_survives():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="A")
    await world.run()
    [qbo_invoice] = world.qbo.of(Kind.INVOICE)
    for memo in ("B", "A", "B", "A"):
        await world.qbo.person_edits(Kind.INVOICE, qbo_invoice, memo=memo)
    await world.run()
    assert world.mediaos.of(Kind.INVOICE)["136"].memo == "A"
    assert world.qbo.of(Kind.INVOICE)[qbo_invoice].memo == "A"


async def test_two_people_edit_one_invoice_at_once_and_both_edits_survive():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    [qbo_invoice] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_edits(Kind.INVOICE, qbo_invoice, due=date(2026, 5, 1))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run()

    for side, name in ((world.mediaos, "136"), (world.qbo, qbo_invoice)):
        record = side.of(Kind.INVOICE)[name]
        assert (record.memo, record.due) == ("April", date(2026, 5, 1))


async def test_a_reply_lost_after_commit_makes_no_second_document():
    world = World()
    await world.worker()
    world.qbo.lose_replies = 2
    await given_a_customer_with_an_invoice(world)
    await world.run()

    assert len(world.qbo.of(Kind.CUSTOMER)) == len(world.qbo.of(Kind.INVOICE)) == 1
    assert set(world.qbo.carried_out.values()) == {1}


async def test_an_inactive_customer_born_in_quickbooks_is_listed_and_not_created():
    world = World()
    worker = await world.worker()
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Walk-in", active=False), "300")
    await world.run()

    assert world.mediaos.of(Kind.CUSTOMER) == {}
    assert worker.lane("t1/qbo/300").documents["qbo/customer/300"].unplaced


async def test_a_refused_invoice_parks_alone_and_a_newer_revision_is_judged_at_once():
    world = World()
    worker = await world.worker()
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run()
    world.qbo.refuse.append(Fault(side=Side.QBO, status=400, code="2210", detail="Invalid Email"))
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.run()
    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert "Invalid Email" in worker.lane(LANE).documents["mediaos/invoice/136"].park.detail

    await world.mediaos.person_edits(Kind.INVOICE, "136", issued=date(2026, 4, 1))
    await world.run()
    assert len(world.qbo.of(Kind.INVOICE)) == 2


async def test_a_parked_invoice_goes_when_a_person_asks_again():
    world = World()
    await world.worker()
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run()
    world.qbo.refuse.append(Fault(side=Side.QBO, status=400, code="2210", detail="Invalid Email"))
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run()
    await world.ask(LANE, Retry(id="r3", lane=LANE, document="mediaos/invoice/136"))
    await world.run()

    assert len(world.qbo.of(Kind.INVOICE)) == 1


async def test_with_two_way_sync_off_only_what_is_pushed_goes():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    await world.ask(
        "t1", ChangeSettings(id="r3", tenant="t1", settings=TenantSettings(manual_push=True))
    )
    await world.run(1)
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "138")
    await world.run()
    assert len(world.qbo.of(Kind.INVOICE)) == 1

    await world.ask(LANE, Push(id="r4", lane=LANE, document="mediaos/invoice/137"))
    await world.run()
    assert {i.number for i in world.qbo.of(Kind.INVOICE).values()} == {"MediaOS-136", "137"}


async def test_a_lock_pauses_the_partition_until_its_time_and_then_probes():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    world.qbo.refuse += [Fault(side=Side.QBO, status=400, code="6000", detail="locked")] * 2
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(60)
    [qbo_invoice] = world.qbo.of(Kind.INVOICE)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")

    await world.worker()
    await world.run(60)
    assert world.qbo.of(Kind.INVOICE)[qbo_invoice].memo is None, "the pause outlives a restart"

    await world.sleep_through(20 * 60)
    assert world.qbo.of(Kind.INVOICE)[qbo_invoice].memo is None, "the probe was answered: locked"

    await world.sleep_through(20 * 60)
    assert world.qbo.of(Kind.INVOICE)[qbo_invoice].memo == "May"


async def test_a_group_that_lost_its_offsets_starts_where_the_journal_says():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    world.kafka.committed.clear()
    await world.worker()
    await world.run()

    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert next(iter(world.qbo.of(Kind.INVOICE).values())).memo == "April"
    assert PARTITIONS > 1


async def test_a_group_that_lost_its_offsets_reads_nothing_again_that_the_journal_has_finished():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    # The prefix goes into the journal with the next step, so the last event may come again.
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run()
    home = TopicPartition("isthmus-intake", world.kafka.partition_of(LANE.encode()))
    known = worker.engine.journal.prefix(home.partition)
    assert known >= 2, "there is something that might be read again"
    world.kafka.committed.clear()
    heir = await world.worker()
    await world.run()

    read = [offset for tp, offset in heir.member.delivered if tp == home]
    end = len(world.kafka.topics["isthmus-intake"].records[home.partition])
    assert read == list(range(known, end))
    assert world.kafka.committed[home] == end


@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_loses_nothing_and_doubles_nothing(when):
    async for world, _, where in each_ending("dies", when, the_day, the_night):
        check(world, where)


async def the_day(world: World) -> None:
    world.qbo.lose_replies = 1
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(5)
    for qbo_invoice in world.qbo.of(Kind.INVOICE):
        await world.qbo.person_edits(Kind.INVOICE, qbo_invoice, due=date(2026, 5, 1))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)


async def the_night(world: World) -> None:
    await world.run(40)


def check(world: World, where: str) -> None:
    invoices = world.qbo.of(Kind.INVOICE)
    assert [i.number for i in invoices.values()] == ["MediaOS-136"], where
    assert len(world.qbo.of(Kind.CUSTOMER)) == 1, where
    assert len(world.qbo.of(Kind.PAYMENT)) == 1, where
    assert set(world.qbo.carried_out.values()) == {1}, where
    [crossed] = invoices.values()
    there = world.mediaos.of(Kind.INVOICE)["136"]
    assert (there.memo, there.number) == ("April", "MediaOS-136"), where
    assert (crossed.memo, crossed.due) == (there.memo, there.due), where
