"""Does the operator wait until a trouble has had its effect, however late the workers are?"""

import asyncio

import pytest

from agents.lab.demo.deeds import Trouble
from agents.lab.demo.troubles import Troubles
from schemas.command_facts import Unanswered
from schemas.envelope import JournalRecord
from schemas.facts import Parked
from schemas.state import Park, ParkReason
from tests.unit.lab.demo.one_bill import NOW

LANE = "demo/mediaos/1"
LOST = Unanswered(command="c", number=1, detail="reset")


class Office:
    """An operator's requests, written down."""

    brokers = "nowhere"

    def __init__(self, done):
        self.done = done

    async def map_late(self):
        self.done.append("mapped")

    async def set(self, **changes):
        self.done.append(changes)


class Troublesome(Troubles):
    """Publishes no bytes: there is no Kafka here."""

    async def _garbage(self):
        self.office.done.append("published")


@pytest.fixture
def done():
    return []


@pytest.fixture
def clock():
    return iter(range(100))


@pytest.fixture
def troubles(counters, watch, done, clock):
    return Troublesome(
        counters,
        watch,
        Office(done),
        lambda _: None,
        kill=lambda: done.append("killed"),
        start_again=lambda: done.append("started"),
        now=lambda: float(next(clock)),
    )


def waits(reason):
    return Parked(document="d", event="e", park=Park(reason=reason, detail=""), at=NOW)


def says(*facts):
    def say(watch):
        record = JournalRecord(term="t", lane=LANE, at=NOW, facts=facts)
        watch.take_step(0, record)

    return say


@pytest.mark.parametrize(
    ("trouble", "effect", "then"),
    [
        (
            Trouble.PRODUCT_MAPPED_LATE,
            says(waits(ParkReason.UNMAPPED_PRODUCT)),
            "mapped",
        ),
        (Trouble.SYNC_ON, says(waits(ParkReason.MANUAL)), {"manual_push": False}),
        (Trouble.WORKER_KILLED, says(LOST), "killed"),
    ],
)
async def test_it_is_ended_once_something_waited_for_it(
    troubles, watch, done, trouble, effect, then
):
    watch.take_step(0, JournalRecord(term="t", lane=LANE, at=NOW, claim="t"))
    making = asyncio.create_task(troubles.make(trouble))
    says(waits(ParkReason.CONFLICT))(watch)
    await watch.read_some()
    await asyncio.sleep(0)
    assert done == []

    effect(watch)
    await watch.read_some()
    async with asyncio.timeout(5):
        await making
    assert done == [then]


async def test_bytes_that_are_no_event_are_in_the_dead_letters_before_the_next_trouble(
    troubles, watch, done
):
    making = asyncio.create_task(troubles.make(Trouble.UNDECODABLE_EVENT))
    await asyncio.sleep(0)
    await watch.read_some()
    await asyncio.sleep(0)
    assert (done, making.done()) == (["published"], False)

    watch.take_letter()
    await watch.read_some()
    async with asyncio.timeout(5):
        await making


async def test_a_takeover_is_counted_from_the_kill_and_not_from_the_wait_before_it(troubles, watch):
    watch.now = lambda: 7.0
    watch.take_step(0, JournalRecord(term="t", lane=LANE, at=NOW, claim="t"))
    making = asyncio.create_task(troubles.make(Trouble.WORKER_KILLED))
    await asyncio.sleep(0)
    for _ in range(5):
        troubles.now()
    says(LOST)(watch)
    await watch.read_some()
    await making
    watch.take_step(1, JournalRecord(term="u", lane=LANE, at=NOW, claim="u"))
    # It began at 0, and was killed at 6; the claim came at 7.
    assert troubles.takeover_seconds() == 1.0
