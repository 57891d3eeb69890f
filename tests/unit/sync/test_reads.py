"""A read that never succeeds keeps its lane, says why, and is asked for ever less often."""

import logging
from functools import partial

import pytest

from agents.sync.reads import AGAIN_SECONDS, LONGEST_AGAIN_SECONDS, TOLD_AFTER, read_or_wait
from schemas.outcomes import Fault, No, Unknown
from schemas.values import Kind, Side
from streams.effects.effects import Effects
from streams.effects.results import SPENT, MustWait
from tests.testing.simulated.clock import SimulatedClock

WHY = "reading what it needs"
BROKEN = No(fault=Fault(side=Side.QBO, status=400, code="2020", detail="Required param missing"))
LOST = Unknown(detail="no reply")


class Readable:
    """A side whose next answers the test says, by record; the budget's wait as well."""

    def __init__(self):
        self.wait = 0.0
        self.answers = {}

    async def acquire(self, _tenant, _patience_seconds):
        return self.wait

    async def read(self, _tenant, _kind, record_id):
        return self.answers.get(record_id, f"record {record_id}")


@pytest.fixture
def side():
    return Readable()


@pytest.fixture
def ask(side):
    effects = Effects({Side.QBO: side}, SimulatedClock(), judge=None, is_ours=None)

    async def ask(record_id):
        read = partial(side.read, "t1", Kind.INVOICE, record_id)
        return await read_or_wait(effects, "t1", Side.QBO, read, WHY)

    return ask


async def test_what_is_read_is_returned(ask):
    assert await ask("7") == "record 7"


async def test_a_spent_budget_is_no_failure_of_the_read(ask, side):
    side.wait = 20.0
    assert await ask("7") == MustWait(20.0, SPENT)
    side.wait, side.answers["7"] = 0.0, LOST
    assert (await ask("7")).seconds == AGAIN_SECONDS


@pytest.mark.parametrize(("answer", "said"), [(BROKEN, str(BROKEN.fault)), (LOST, "no reply")])
async def test_whoever_looks_at_the_lane_is_told_what_the_side_said(ask, side, answer, said):
    side.answers["7"] = answer
    waits = await ask("7")
    assert waits.why == f"{WHY}: {said}"
    assert waits.fault == getattr(answer, "fault", None)


async def test_each_failure_doubles_the_wait_up_to_the_longest(ask, side):
    side.answers["7"] = BROKEN
    waits = [(await ask("7")).seconds for _ in range(100)]
    assert waits[:6] == [10.0, 20.0, 40.0, 80.0, 160.0, 300.0]
    assert set(waits[6:]) == {LONGEST_AGAIN_SECONDS}


async def test_a_success_begins_anew_and_another_record_counts_for_itself(ask, side):
    side.answers["7"] = side.answers["8"] = BROKEN
    for _ in range(3):
        await ask("7")
    assert (await ask("8")).seconds == AGAIN_SECONDS

    del side.answers["7"]
    await ask("7")
    side.answers["7"] = BROKEN
    assert (await ask("7")).seconds == AGAIN_SECONDS


async def test_after_some_minutes_the_log_names_the_record_and_the_reason(ask, side, caplog):
    side.answers["7"] = BROKEN
    with caplog.at_level(logging.WARNING, "isthmus.sync"):
        for _ in range(TOLD_AFTER - 1):
            await ask("7")
        assert not caplog.records
        await ask("7")

    (told,) = caplog.records
    assert (told.tenant, told.record) == ("t1", "qbo/t1/invoice/7")
    assert told.why == f"{WHY}: {BROKEN.fault}"
