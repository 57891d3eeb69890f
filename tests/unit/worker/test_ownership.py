"""By which steps does a partition become this worker's, and what ends when it is given away?"""

import asyncio
from datetime import timedelta

import pytest

from agents.worker.ownership import Ownership
from schemas.state import Lockout
from streams.journal.terms import ClaimFailedError, PartitionStoppedError
from streams.ports import TopicPartition
from tests.testing.simulated.clock import START, SimulatedClock, settle

INTAKE = TopicPartition("isthmus-intake", 4)
NOTICES = TopicPartition("isthmus-quickbooks-notices", 4)
WAITING = ("t1/mediaos/42", "t1/qbo/58")
LOCKED = Lockout(id="lock-1", lane="t1/mediaos/42", until=START + timedelta(hours=1), reason="6000")


class Journal:
    def __init__(self, steps):
        self._steps = steps
        self._terms = {}
        #: How many claims fail, and where accepted records say that the intake is finished.
        self.failing, self.prefixes = 0, {}

    def term(self, partition):
        return self._terms.get(partition)

    def prefix(self, partition):
        return self.prefixes.get(partition)

    async def claim(self, partition):
        await asyncio.sleep(0)
        self._steps.append(("claim", partition))
        if self.failing:
            self.failing -= 1
            raise ClaimFailedError
        self._terms[partition] = "term"

    def release(self, partition):
        self._steps.append(("release", partition))
        self._terms.pop(partition, None)


class Lanes:
    def __init__(self, steps):
        self._steps = steps
        #: What the next openings answer: True, False for one that was overtaken, or a fault.
        self.answers, self.unfinished = [], {}
        self.gate = None
        #: Nothing runs.
        self.still = asyncio.Event()
        self.still.set()

    async def quiet(self, _tp):
        await self.still.wait()

    def unfinished_first(self, tp):
        return self.unfinished.get(tp)

    async def open(self, tp, offset=None):
        if self.gate is not None:
            await self.gate.wait()
        self._steps.append(("open", tp, offset))
        answer = self.answers.pop(0) if self.answers else True
        if isinstance(answer, Exception):
            raise answer
        return answer

    def shut(self, tp):
        self._steps.append(("shut", tp))


class WaitingLanes:
    """The lanes that wait for something."""

    def __init__(self, steps):
        self._steps = steps

    def of(self, partition):
        return WAITING if partition == INTAKE.partition else ()

    def wake(self, lanes):
        self._steps.append(("wake", lanes))


class Lockouts:
    """What stands, and who sees it out: each a part of the world that a test may change."""

    def __init__(self, world):
        self._world = world

    def standing(self, _partition):
        return self._world.lockout

    async def see_out(self, partition):
        await self._world.see_out(partition)


class Attendant:
    def __init__(self, steps):
        self._steps = steps

    def own(self, partition):
        self._steps.append(("own", partition))

    def disown(self, partition):
        self._steps.append(("disown", partition))


class World:
    """Ownership among parts that note, in one list, what is asked of them."""

    def __init__(self):
        self.steps = []
        self.clock = SimulatedClock()
        self.journal, self.lanes = Journal(self.steps), Lanes(self.steps)
        self.lockout = None
        #: What the coordinator answers to the next commits.
        self.commits = []
        self.vigils = []
        self.vigil_fault = None
        self.see_out = self._a_minute
        self.ownership = Ownership(
            self.journal,
            self.lanes,
            WaitingLanes(self.steps),
            self.clock,
            commit_now=self._commit_now,
            lockouts=Lockouts(self),
        )
        self.ownership.attendants.append(Attendant(self.steps))

    async def _commit_now(self, tp, offset):
        self.steps.append(("commit", tp, offset))
        return self.commits.pop(0) if self.commits else True

    async def _a_minute(self, partition):
        self.vigils.append("begun")
        try:
            await self.clock.sleep(60)
            if self.vigil_fault is not None:
                raise self.vigil_fault
            self.lockout = None
            await self.ownership.open(partition)
            self.vigils.append("seen out")
        except asyncio.CancelledError:
            self.vigils.append("cancelled")
            raise

    async def assign(self, *tps, generation=1):
        self.ownership.on_assigned(frozenset(tps or (INTAKE,)), generation)
        await settle()

    def since(self, begun=0):
        """Return the names of the steps that were taken, of partitions' openings with offset."""
        return [step[0] if step[0] != "open" else ("open", step[2]) for step in self.steps[begun:]]


OWNED = ["commit", "claim", "own", ("open", 0), "wake"]


@pytest.fixture
async def world():
    made = World()
    yield made
    made.ownership.on_revoked(frozenset())
    await settle()


async def test_a_partition_is_committed_claimed_followed_opened_and_woken_in_that_order(world):
    await world.assign()

    assert world.since() == OWNED
    assert world.steps[-1] == ("wake", WAITING)
    assert world.ownership.owned == (4,)


async def test_a_partition_that_is_folded_no_further_is_left_until_it_is_assigned_again(
    world, monkeypatch
):
    async def claim(partition):
        world.steps.append(("claim", partition))
        raise PartitionStoppedError("record 7 cannot be folded")

    with monkeypatch.context() as stopped:
        stopped.setattr(world.journal, "claim", claim)
        await world.assign()
        await world.clock.advance(600)
        assert world.since() == ["commit", "claim"]
        assert world.ownership.owned == ()

    await world.assign(generation=2)
    assert world.ownership.owned == (4,)


async def test_only_partitions_of_the_intake_are_claimed(world):
    await world.assign(NOTICES)

    assert world.steps == []


@pytest.mark.parametrize(
    ("committed", "prefix", "start"),
    [(None, None, 0), (None, 7, 7), (0, 7, 7), (3, 7, 7), (9, 7, 9), (9, None, 9)],
)
async def test_it_is_read_from_what_the_group_or_the_journal_has_finished(
    world, committed, prefix, start
):
    world.lanes.unfinished = {INTAKE: committed}
    world.journal.prefixes = {4: prefix}
    await world.assign()

    assert ("open", INTAKE, start) in world.steps
    assert world.steps[0] == ("commit", INTAKE, committed or 0), "the group's own, as it stands"


async def test_where_it_starts_is_said_once_and_later_openings_go_on_from_where_it_is(world):
    await world.assign()
    await world.ownership.open(4)

    assert [step[2] for step in world.steps if step[0] == "open"] == [0, None]


async def test_nothing_is_claimed_before_the_coordinator_takes_the_commit(world):
    world.commits = [False, False]
    await world.assign()
    assert world.since() == ["commit"]

    await world.clock.advance(0.2)
    assert world.since() == ["commit", "commit"]
    await world.clock.advance(0.2)
    assert world.since()[2:] == OWNED


async def test_a_claim_that_is_not_known_to_stand_is_made_again_after_a_commit(world):
    world.journal.failing = 1
    await world.assign()
    assert world.since() == ["commit", "claim"]

    await world.clock.advance(0.2)
    assert world.since()[2:] == OWNED


async def test_a_claim_that_ended_in_a_fault_is_given_up_and_made_again(world):
    world.lanes.answers = [RuntimeError("no such partition")]
    await world.assign()
    assert world.since()[-2:] == [("open", 0), "release"]
    assert world.ownership.owned == ()

    begun = len(world.steps)
    await world.clock.advance(1.0)
    assert world.since(begun) == OWNED


async def test_an_opening_that_was_overtaken_wakes_nothing(world):
    world.lanes.answers = [False]
    await world.assign()

    assert world.since() == ["commit", "claim", "own", ("open", 0)]


# A lockout.


async def test_a_partition_that_is_locked_is_owned_and_followed_and_stays_shut(world):
    world.lockout = LOCKED
    await world.assign()

    assert world.since() == ["commit", "claim", "own", "shut"]
    assert world.ownership.owned == (4,)
    assert world.vigils == ["begun"]

    await world.clock.advance(60)
    assert world.since()[4:] == [("open", 0), "wake"]
    assert world.vigils == ["begun", "seen out"]


async def test_whoever_sees_a_lockout_out_may_have_it_shut_again_and_goes_on(world):
    async def locked_again(partition):
        world.vigils.append("begun")
        world.ownership.shut(partition)
        await asyncio.sleep(0)
        world.vigils.append("went on")

    world.see_out, world.lockout = locked_again, LOCKED
    await world.assign()

    assert world.vigils == ["begun", "went on"]


async def test_a_lockout_is_seen_out_once_what_has_begun_has_ended(world):
    world.lanes.still.clear()
    world.lockout = LOCKED
    await world.assign()
    assert world.vigils == []

    world.lanes.still.set()
    await settle()
    assert world.vigils == ["begun"]


async def test_a_partition_that_is_shut_anew_has_one_vigil(world):
    world.lockout = LOCKED
    await world.assign()
    world.ownership.shut(4)
    await settle()

    assert world.vigils == ["begun", "cancelled", "begun"]


async def test_a_vigil_that_went_wrong_is_followed_by_another(world, caplog):
    world.lockout, world.vigil_fault = LOCKED, RuntimeError("a bug")
    await world.assign()
    await world.clock.advance(60)
    assert "lockout not seen out" in caplog.text
    assert world.vigils == ["begun"]

    world.vigil_fault = None
    await world.clock.advance(1.0)
    assert world.vigils == ["begun", "begun"]
    await world.clock.advance(60)
    assert world.vigils[-1] == "seen out"


# What ends.


async def test_what_is_given_away_is_released_and_followed_by_nobody(world):
    await world.assign()
    begun = len(world.steps)
    world.ownership.on_revoked(frozenset({INTAKE}))

    assert world.since(begun) == ["disown", "release"]
    assert world.ownership.owned == ()


async def test_a_lockout_is_seen_out_no_longer_than_its_partition_is_ours(world):
    world.lockout = LOCKED
    await world.assign()
    world.ownership.on_revoked(frozenset({INTAKE}))
    await settle()

    assert world.vigils == ["begun", "cancelled"]


async def test_a_partition_that_is_given_away_while_it_is_claimed_is_not_claimed_again(world):
    world.commits = [False]
    await world.assign()
    world.ownership.on_revoked(frozenset({INTAKE}))
    begun = len(world.steps)
    await world.clock.advance(5)

    assert world.steps[begun:] == []


async def test_a_new_generation_takes_every_partition_anew(world):
    await world.assign()
    begun = len(world.steps)
    await world.assign(generation=2)

    assert world.since(begun) == ["disown", "release", *OWNED]


async def test_a_term_that_is_lost_shuts_its_partition_and_is_claimed_again(world):
    await world.assign()
    begun = len(world.steps)
    world.journal._terms.clear()
    world.ownership.term_lost(4)
    await settle()

    assert world.since(begun) == ["shut", *OWNED]


async def test_a_term_that_is_lost_while_it_is_taken_is_claimed_by_who_is_at_it(world):
    world.lanes.gate = asyncio.Event()
    await world.assign()
    begun = len(world.steps)
    world.journal._terms.clear()
    world.ownership.term_lost(4)
    world.lanes.gate.set()
    await settle()

    assert world.since(begun) == ["shut", ("open", 0), "wake", *OWNED]


async def test_a_term_of_a_partition_that_is_no_longer_ours_is_not_claimed_again(world):
    await world.assign()
    world.ownership.on_revoked(frozenset({INTAKE}))
    begun = len(world.steps)
    world.ownership.term_lost(4)
    await settle()

    assert world.since(begun) == ["shut"]


@pytest.mark.parametrize(
    ("tp", "after"),
    [(INTAKE, [("open", None), "wake"]), (NOTICES, [("open", None)])],
)
async def test_a_partition_whose_handler_failed_is_opened_again_a_second_later(world, tp, after):
    await world.assign()
    begun = len(world.steps)
    world.ownership.faulted(tp, RuntimeError("a bug"))
    await world.clock.advance(0.9)
    assert world.since(begun) == []

    await world.clock.advance(0.1)
    assert world.since(begun) == after
    assert world.steps[begun][1] == tp


async def test_at_the_end_nobody_follows_a_partition_and_its_term_stays(world):
    await world.assign()
    begun = len(world.steps)
    world.ownership.stop()
    assert world.since(begun) == ["disown"]
    assert world.ownership.owned == (INTAKE.partition,)
