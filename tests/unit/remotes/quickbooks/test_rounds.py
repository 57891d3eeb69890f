"""Questions that come together are one call, and everybody has its answer."""

import asyncio

import pytest

from streams.remotes.quickbooks.rounds import WINDOW_SECONDS, Rounds
from tests.testing.simulated.clock import SimulatedClock, settle

MOST = 3


class Side:
    """Answers with the call's number; `full` until it has a place, `refuses` when it has none."""

    def __init__(self, clock):
        self.clock = clock
        self.calls = []
        self.full_seconds = 0.0
        self.refuses = None
        self.fault = None

    async def place(self, _of):
        await self.clock.sleep(self.full_seconds)
        return self.refuses

    async def ask(self, of, questions):
        self.calls.append((of, set(questions)))
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault
        return f"answer {len(self.calls)}"


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def side(clock):
    return Side(clock)


@pytest.fixture
async def rounds(clock, side):
    made = Rounds(clock, most=MOST, place=side.place, ask=side.ask)
    yield made
    await made.close()


def asking(rounds, *questions, of="invoices"):
    return [asyncio.create_task(rounds.answer(of, question)) for question in questions]


async def test_what_comes_within_the_window_is_one_call(rounds, side, clock):
    first = asking(rounds, "1", "2", "2")
    await clock.advance(WINDOW_SECONDS / 2)
    assert side.calls == []
    later = asking(rounds, "3")
    await clock.advance(WINDOW_SECONDS / 2)

    assert await asyncio.gather(*first, *later) == ["answer 1"] * 4
    assert side.calls == [("invoices", {"1", "2", "3"})]


async def test_what_is_of_another_thing_is_another_call(rounds, side, clock):
    asked = asking(rounds, "1") + asking(rounds, "1", of="payments")
    await clock.advance(WINDOW_SECONDS)

    assert await asyncio.gather(*asked) == ["answer 1", "answer 2"]
    assert side.calls == [("invoices", {"1"}), ("payments", {"1"})]


async def test_a_call_takes_so_many_and_the_rest_is_the_next(rounds, side, clock):
    asked = asking(rounds, *"12345")
    await clock.advance(WINDOW_SECONDS)

    answers = await asyncio.gather(*asked)
    assert answers == ["answer 1"] * MOST + ["answer 2"] * 2
    assert [questions for _, questions in side.calls] == [{"1", "2", "3"}, {"4", "5"}]


async def test_others_may_join_until_the_call_has_its_place_and_no_longer(rounds, side, clock):
    side.full_seconds = 10.0
    asked = asking(rounds, "1")
    await clock.advance(WINDOW_SECONDS + 9.0)
    asked += asking(rounds, "2")
    await clock.advance(1.0)
    asked += asking(rounds, "3")
    await clock.advance(WINDOW_SECONDS + 10.0)

    assert await asyncio.gather(*asked) == ["answer 1", "answer 1", "answer 2"]
    assert [questions for _, questions in side.calls] == [{"1", "2"}, {"3"}]


async def test_a_call_without_a_place_is_not_made_and_the_next_round_tries_anew(
    rounds, side, clock
):
    side.refuses = "no place"
    asked = asking(rounds, "1", "2")
    await clock.advance(WINDOW_SECONDS)
    assert await asyncio.gather(*asked) == ["no place"] * 2
    assert side.calls == []

    side.refuses = None
    asked = asking(rounds, "1")
    await clock.advance(WINDOW_SECONDS)
    assert await asyncio.gather(*asked) == ["answer 1"]


async def test_who_gives_up_leaves_the_others_their_answer(rounds, side, clock):
    impatient, patient = asking(rounds, "1", "2")
    await settle()
    impatient.cancel()
    await clock.advance(WINDOW_SECONDS)

    assert await patient == "answer 1"
    assert side.calls == [("invoices", {"1", "2"})]


async def test_a_fault_is_everybodys_and_the_next_round_is_asked_anew(rounds, side, clock):
    side.fault = OSError("cut")
    asked = asking(rounds, "1", "2")
    await clock.advance(WINDOW_SECONDS)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert answers == [side.fault] * 2

    side.fault = None
    asked = asking(rounds, "1")
    await clock.advance(WINDOW_SECONDS)
    assert await asyncio.gather(*asked) == ["answer 2"]


async def test_closed_it_gives_up_what_is_on_its_way(rounds, side, clock):
    [asked] = asking(rounds, "1")
    await settle()
    await rounds.close()
    await clock.advance(WINDOW_SECONDS)

    assert (asked.cancelled(), side.calls) == (True, [])
