from datetime import timedelta

import pytest

from agents.worker.budget_share import Shares
from schemas.command_facts import Attempted, Decided
from schemas.commands import Create
from schemas.decision_input import DecisionInput
from schemas.envelope import JournalRecord
from schemas.records import Customer
from schemas.state import Document
from schemas.values import Kind, RecordRef, Side
from streams.budgets import MINUTE, Budget
from tests.testing.simulated.clock import SimulatedClock


class Counted:
    def __init__(self):
        self.share = None
        self.remembered = []

    def set_share(self, fraction):
        self.share = fraction

    def remember(self, seconds_ago):
        self.remembered += seconds_ago


def world():
    clock, qbo, mediaos = SimulatedClock(), Counted(), Counted()
    shares = Shares(12, clock, lambda _tenant: qbo, lambda _tenant: mediaos)
    return clock, qbo, mediaos, shares


def attempt(clock, number=2):
    fact = Attempted(command="c", number=number, at=clock.now())
    return JournalRecord(term="t", lane="t1/mediaos/42", at=clock.now(), facts=(fact,))


def decided(side, at):
    command = Create(
        id="e#1/0",
        request_id="r",
        side=side,
        kind=Kind.CUSTOMER,
        about=RecordRef(Side.MEDIAOS, Kind.CUSTOMER, "42"),
        record=Customer(name="Harbour Books"),
        fields=(),
    )
    given = DecisionInput(tenant="t1", document=Document(kind=Kind.CUSTOMER))
    return Decided(decision="e#1", document="d", given=given, rules="r", command=command, at=at)


async def test_a_workers_part_of_the_budgets_is_its_part_of_the_partitions():
    clock, qbo, mediaos, shares = world()
    shares.folded(0, attempt(clock), ())
    for partition in range(6):
        shares.own(partition)
    assert (qbo.share, mediaos.share) == (0.5, 0.5)

    shares.disown(5)
    shares.disown(4)
    shares.disown(3)
    assert qbo.share == 0.25


async def test_what_the_former_owner_wrote_in_the_last_minute_counts_with_some_reads():
    clock, qbo, _, shares = world()
    shares.folded(3, attempt(clock), ())
    await clock.advance(50)
    shares.folded(3, attempt(clock), ())
    await clock.advance(5)
    shares.folded(3, attempt(clock), ())
    await clock.advance(15)
    shares.own(3)
    assert qbo.remembered == [20.0, 15.0, 20.0, 15.0]


async def test_what_was_written_to_mediaos_is_none_of_quickbooks_budget():
    clock, qbo, _, shares = world()
    for side, at in ((Side.MEDIAOS, clock.now()), (Side.QBO, clock.now())):
        fact = decided(side, at)
        record = JournalRecord(term="t", lane="t1/mediaos/42", at=at, facts=(fact,))
        shares.folded(3, record, ())
    await clock.advance(10)
    shares.own(3)
    assert qbo.remembered == [10.0, 10.0], "one write, and the read that may follow it"


async def test_what_this_worker_spent_itself_is_not_counted_again():
    clock, qbo, _, shares = world()
    shares.own(3)
    shares.folded(3, attempt(clock), ())
    shares.disown(3)
    shares.own(3)
    assert qbo.remembered == []


async def test_a_worker_without_partitions_still_has_a_little():
    _, _, _, shares = world()
    assert shares.fraction == 1 / 12


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=365 * 7_000)])
@pytest.mark.parametrize("owned", [1, 12], ids=["of many", "alone"])
async def test_a_former_owner_whose_clock_went_ahead_holds_nobody_up(ahead, owned):
    clock = SimulatedClock()
    budget = Budget(clock)
    shares = Shares(12, clock, lambda _tenant: budget, lambda _tenant: Counted())
    fact = Attempted(command="c", number=2, at=clock.now() + ahead)
    for _ in range(600):
        record = JournalRecord(term="t", lane="t1/mediaos/42", at=fact.at, facts=(fact,))
        shares.folded(3, record, ())
    for partition in range(3, 3 + owned):
        shares.own(partition % 12)

    assert budget.left == 0, "all of them count as of now"
    assert await budget.acquire(0.0) <= 13 * MINUTE, "a twelfth of 500 a minute"
    await clock.advance(13 * MINUTE)
    assert await budget.acquire(0.0) == 0.0


async def test_a_clock_that_was_set_back_makes_no_call_one_of_tomorrow():
    clock, qbo, _, shares = world()
    shares.folded(3, attempt(clock), ())
    clock._start -= timedelta(hours=1)
    shares.own(3)

    assert qbo.remembered == [0.0, 0.0]


async def test_no_more_is_remembered_of_others_than_can_count():
    clock, qbo, _, shares = world()
    for _ in range(1_000):
        shares.folded(3, attempt(clock), ())
    shares.own(3)

    assert len(qbo.remembered) == 500 + 375


async def test_what_is_remembered_of_later_than_now_is_of_now():
    clock = SimulatedClock()
    budget = Budget(clock)
    budget.remember([-3_600.0] * 500)

    assert await budget.acquire(0.0) <= MINUTE + 1
