"""Stories of a tenant whose own partition of the journal stops, and of lanes of it in others."""

import pytest

from agents.view import folding
from schemas.catalog import NotUnderstoodError, decode_journal, encode
from schemas.envelope import JournalRecord
from schemas.note_facts import Noted
from schemas.records import Customer
from schemas.state import WaitReason
from schemas.values import Kind
from tests.scenarios.test_suspended import given_a_linked_invoice
from tests.testing.simulated.clock import START
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import World

pytestmark = pytest.mark.few_rows

NEWER = Noted(document="mediaos/customer/1", request="note", standing="", by="Ada", at=START)


def of_before(value):
    """Read a record as a release does that knows no notes."""
    if b'"noted"' in value:
        raise NotUnderstoodError("facts[0].type: Invalid value 'noted'")
    return decode_journal(value)


async def given_a_newer_release_has_said_more_of_the_tenant(world, worker):
    partition = worker.engine.partition_of("t1")
    assert worker.engine.partition_of(LANE) != partition
    term = worker.engine.journal.term(partition)
    said = encode(JournalRecord(term=term, lane="t1", at=START, facts=(NEWER,)))
    world.kafka.topics["isthmus-journal"].keep(partition, b"t1", said)
    await world.run(15)
    assert worker.engine.journal.stopped().keys() == {partition}


async def test_nothing_of_it_is_written_by_settings_that_may_be_others_by_now(monkeypatch):
    monkeypatch.setattr(folding, "decode_journal", of_before)
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    await given_a_newer_release_has_said_more_of_the_tenant(world, worker)
    written = dict(world.qbo.carried_out)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Quay Books"), "50")
    await world.run(600)

    assert dict(world.qbo.carried_out) == written
    waits = worker.lane(LANE).waits
    assert waits.reason is WaitReason.SUSPENDED
    assert "folded no further here" in waits.why
    assert world.kafka.values("isthmus-dead-letters") == []

    monkeypatch.undo()
    newer = await world.worker()
    await world.run(60)
    assert newer.engine.journal.stopped() == {}
    assert newer.lane(LANE).waits is None
    assert {each.memo for each in world.qbo.of(Kind.INVOICE).values()} == {"April"}
    assert "Quay Books" in {each.name for each in world.qbo.of(Kind.CUSTOMER).values()}


def partitions(worker, *lanes):
    return [worker.engine.partition_of(each) for each in lanes]


async def test_what_is_ours_by_its_mark_waits_until_it_can_be_read_whose_it_is(monkeypatch):
    """A newer release made it, in a partition that stops here, whose other lanes go on."""
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    [unread, *others] = partitions(worker, "t1/mediaos/44", "t1", LANE, "t1/qbo/1004")
    assert unread not in others
    said = JournalRecord(
        term=worker.engine.journal.term(unread), lane="t1/mediaos/44", at=START, facts=(NEWER,)
    )
    world.kafka.topics["isthmus-journal"].keep(unread, b"t1/mediaos/44", encode(said))
    world.qbo.webhooks = False
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Quay Books"), "44")
    await world.mediaos.person_creates(Kind.INVOICE, invoice("44"), "137")
    await world.run(30)
    assert {"1004", "1005"} <= {*world.qbo.of(Kind.CUSTOMER), *world.qbo.of(Kind.INVOICE)}

    monkeypatch.setattr(folding, "decode_journal", of_before)
    older = await world.worker(kill=False)
    worker.kill()
    await world.run(5)
    assert older.engine.journal.stopped().keys() == {unread}
    world.qbo.webhooks = True
    await world.qbo.person_edits(Kind.CUSTOMER, "1004", phone="555-0100")
    await world.qbo.person_edits(Kind.INVOICE, "1005", memo="April")
    await world.run(600)
    assert "whose mark it bears" in older.lane("t1/qbo/1004").waits.why
    assert len(world.mediaos.of(Kind.CUSTOMER)) == 2

    monkeypatch.undo()
    newer = await world.worker()
    await world.run(400)
    assert newer.engine.journal.stopped() == {}
    assert world.mediaos.of(Kind.CUSTOMER)["44"].phone == "555-0100"
    assert world.mediaos.of(Kind.INVOICE)["137"].memo == "April"
    assert newer.lane("t1/qbo/1004").documents == {}


async def test_nothing_is_written_of_a_tenant_of_whom_all_stands_behind_the_stop(monkeypatch):
    monkeypatch.setattr(folding, "decode_journal", of_before)
    world = World()
    worker = await world.worker()
    await world.run(5)
    await given_a_newer_release_has_said_more_of_the_tenant(world, worker)
    await given_a_customer_with_an_invoice(world)
    await world.run(600)

    assert dict(world.qbo.carried_out) == {}
    assert "folded no further here" in worker.lane(LANE).waits.why

    monkeypatch.undo()
    newer = await world.worker()
    await world.run(60)
    assert newer.engine.journal.stopped() == {}
    assert world.qbo.of(Kind.INVOICE)
