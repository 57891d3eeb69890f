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
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice
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
