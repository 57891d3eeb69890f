"""How is one command sent: how often, how old, under which attempt, and when is the side asked?

One command over a side that answers as it was told to; whatever is asked of the side is noted with
its time, and of the journal only the facts that are appended are kept.
"""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from agents.rules.documents.adoption import is_ours
from agents.rules.faults import judge
from schemas.command_facts import Attempted, Declined, Unanswered
from schemas.outcomes import Done, Fault, No, NotRead, TooLate, Unknown, Verdict
from schemas.state import InFlight
from schemas.values import Kind, RecordRef, Revision, Side
from streams.effects.effects import Effects
from streams.effects.results import Denied, Ended, MustWait, TermOver
from streams.ports import Reading
from tests.testing.commands import write
from tests.testing.simulated.clock import START, SimulatedClock, settle
from tests.unit.rules.records import QBO_INVOICE

HOUR = 3600.0
DONE = Done(id="266", revision=Revision(False, 0), record=QBO_INVOICE, at=START)
LOST = Unknown(detail="no reply")
TAKEN = No(fault=Fault(side=Side.QBO, status=400, code="6140", detail="Duplicate number"))
COMMAND = {
    "id": "c1",
    "request_id": "r1",
    "side": Side.QBO,
    "kind": Kind.INVOICE,
    "about": RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
    "record": QBO_INVOICE,
    "fields": ("memo",),
}
CREATE = write(**COMMAND)
UPDATE = write(target="266", based_on=Revision(False, 3), **COMMAND)
SENT, LOOKED = "send r1", "look"


def weather(retry_after_seconds: float | None = None) -> No:
    return No(
        fault=Fault(side=Side.QBO, status=503, retry_after_seconds=retry_after_seconds),
    )


def found(**changes: object) -> tuple[Reading, ...]:
    """Return what a look finds: the record that was asked for, but for these changes."""
    reading = Reading(
        kind=Kind.INVOICE,
        id="266",
        revision=Revision(False, 0),
        customer="58",
        record=replace(QBO_INVOICE, **changes),
        at=START,
        began=START,
    )
    return (reading,)


class Books:
    """A side that gives its answers in their order, and notes what it was asked and when."""

    def __init__(self, clock):
        self._clock = clock
        self.answers, self.looks, self.waits = [], [], []
        self.asked, self.not_after = [], []

    async def acquire(self, _tenant, _patience_seconds):
        self._note("place")
        return self.waits.pop(0) if self.waits else 0.0

    async def carry_out(self, _tenant, command, not_after):
        self.not_after.append(not_after)
        if self._clock.now() > not_after:
            return TooLate()
        self._note(f"send {command.request_id}")
        return self.answers.pop(0)

    async def look(self, _tenant, _command):
        self._note(LOOKED)
        return self.looks.pop(0)

    def names(self):
        return [name for name, _ in self.asked if name != "place"]

    def sent(self):
        return [at for name, at in self.asked if name == SENT]

    def _note(self, name):
        self.asked.append((name, self._clock.monotonic()))


class Work:
    """One command of one lane, on a clock that goes on only while somebody sleeps."""

    def __init__(self):
        self.clock = SimulatedClock()
        self.books = Books(self.clock)
        self.facts = []
        #: How many appends count before the term is over.
        self.counts = 1_000
        #: What each append takes, while that is more than no time.
        self.append_seconds = []
        self._effects = Effects({Side.QBO: self.books}, self.clock, judge=judge, is_ours=is_ours)

    async def does(self, *answers, command=CREATE, fresh=True, first=0.0, last=0.0, **known):
        """Carry out a command whose attempts were so many seconds ago; `known` of its lane."""
        self.books.answers += answers
        now = self.clock.now()
        opened = InFlight(
            decision="d1",
            document="mediaos/invoice/136",
            command=command,
            first_attempt=now - timedelta(seconds=first),
            last_attempt=now - timedelta(seconds=last),
            **known,
        )
        doing = asyncio.create_task(
            self._effects.carry_out("t1", opened, self._append, fresh=fresh)
        )
        await settle()
        await self.clock.advance(HOUR)
        return await doing

    async def _append(self, fact):
        self.facts.append(fact)
        await self.clock.sleep(self.append_seconds.pop(0) if self.append_seconds else 0.0)
        return len(self.facts) <= self.counts

    def attempts(self):
        """Return the attempts that were appended: number, and second."""
        made = [fact for fact in self.facts if isinstance(fact, Attempted)]
        return [(each.number, (each.at - START).total_seconds()) for each in made]


@pytest.fixture
def work():
    return Work()


# How old an attempt is when its command leaves.


async def test_a_command_may_leave_ten_seconds_after_its_attempt_and_no_later(work):
    await work.does(LOST, DONE, last=3.0)

    first, second = work.books.not_after
    assert first == START - timedelta(seconds=3) + timedelta(seconds=10)
    assert second == START + timedelta(seconds=0.25) + timedelta(seconds=10)


@pytest.mark.parametrize(("age", "attempts"), [(4.9, []), (5.0, [(2, 0.0)])])
async def test_an_attempt_that_is_half_as_old_as_it_may_be_is_made_anew(work, age, attempts):
    await work.does(DONE, last=age)

    assert work.attempts() == attempts


async def test_a_worker_frozen_after_its_attempt_sends_nothing_under_it(work):
    work.append_seconds = [11.0]
    ended = await work.does(DONE, fresh=False, unsent=True)

    assert isinstance(ended, Ended)
    assert work.books.sent() == [11.0]
    assert work.attempts() == [(2, 0.0), (3, 11.0)]


async def test_each_sending_has_an_attempt_of_its_own(work):
    await work.does(LOST, LOST, DONE)

    assert work.attempts() == [(2, 0.25), (3, 0.75)]
    assert work.books.sent() == [0.0, 0.25, 0.75]


async def test_nothing_is_sent_once_the_term_is_over(work):
    work.counts = 0
    assert await work.does(fresh=False) == TermOver()
    assert work.books.sent() == []


async def test_a_lost_answer_that_does_not_count_ends_the_work(work):
    work.counts = 0
    assert await work.does(LOST) == TermOver()
    assert [type(fact) for fact in work.facts] == [Unanswered]


# Under which request id.

BUSY = No(fault=Fault(side=Side.QBO, status=400, code="6000", detail="add one name at a time"))
LOCKED = No(fault=Fault(side=Side.QBO, status=400, code="6000", detail="it is locked"))


def ids(work):
    return [name for name in work.books.names() if name.startswith("send")]


async def test_a_second_refusal_for_now_ends_its_request_id_and_not_the_command(work):
    busy = No(fault=replace(BUSY.fault, detail="You can only add or edit one name at a time."))
    ended = await work.does(busy, busy, DONE)

    assert isinstance(ended, Ended)
    first, second, third = ids(work)
    assert first == second, "another lane that creates the same record has this id too"
    assert third != second, "a side that replays its refusals is asked anew"
    assert [fact.number for fact in work.facts if isinstance(fact, Declined)] == [1, 2]


async def test_after_locks_the_command_goes_under_another_id(work):
    denied = await work.does(LOCKED)
    assert (denied.verdict, [type(f) for f in work.facts]) == (Verdict.LOCKED, [Declined])

    await work.does(DONE, fresh=False, declined=2, declined_at=1, unsent=True)
    assert len(set(ids(work))) == 2


async def test_while_an_answer_is_lost_no_refusal_changes_the_id(work):
    busy = No(fault=replace(BUSY.fault, detail="You can only add or edit one name at a time."))
    await work.does(LOST, busy, DONE)

    assert ids(work) == [SENT] * 3
    assert not any(isinstance(fact, Declined) for fact in work.facts)


async def test_the_weather_changes_no_id(work):
    await work.does(weather(), weather(), DONE)

    assert ids(work) == [SENT] * 3


# What was answered, and what only asks for waiting.


async def test_what_was_answered_is_not_sent_again(work):
    ended = await work.does(fresh=False, answered=DONE)

    assert ended == Ended(DONE, repeated=True)
    assert work.books.asked == []


async def test_an_answer_that_asks_for_patience_by_its_status_alone_is_not_known(work):
    proxy = Fault(side=Side.QBO, status=429, retry_after_seconds=2.0)
    ended = await work.does(Unknown(detail="429", fault=proxy), DONE)

    assert ended.repeated
    assert work.books.sent() == [0.0, 2.0]


async def test_what_cannot_be_read_before_is_asked_again_whatever_was_answered(work):
    away = NotRead(fault=Fault(side=Side.QBO, status=404, detail="Not Found"))
    ended = await work.does(away, away, DONE)

    assert isinstance(ended, Ended)
    assert not ended.repeated


# How long it is waited.


async def test_a_short_wait_that_the_side_names_is_waited_out_in_place(work):
    await work.does(weather(3.0), weather(5.0), DONE)

    assert work.books.sent() == [0.0, 3.0, 8.0]


async def test_a_longer_wait_that_the_side_names_is_the_lanes(work):
    waits = await work.does(weather(90.0))

    assert isinstance(waits, MustWait)
    assert (waits.seconds, waits.fault) == (90.0, weather(90.0).fault)
    assert work.books.sent() == [0.0]


async def test_waits_double_from_a_quarter_of_a_second_and_from_eight_on_are_the_lanes(work):
    waits = await work.does(weather(), LOST, weather(), LOST, weather(), LOST)

    assert work.books.sent() == [0.0, 0.25, 0.75, 1.75, 3.75, 7.75]
    assert waits.seconds == 8.0


@pytest.mark.parametrize("attempts", [12, 40, 4_000])
async def test_no_wait_is_longer_than_five_minutes(work, attempts):
    waits = await work.does(LOST, fresh=False, attempts=attempts)

    assert waits.seconds == 300.0


@pytest.mark.parametrize("answer", [No, NotRead])
async def test_an_attempt_that_was_held_back_has_changed_nothing(work, answer):
    fault = Fault(side=Side.QBO, status=429, code="budget", retry_after_seconds=60.0)
    waits = await work.does(answer(fault=fault))
    assert (waits.seconds, waits.unsent) == (60.0, True)


async def test_an_attempt_whose_answer_was_lost_may_have_changed_something(work):
    fault = Fault(side=Side.QBO, status=429, retry_after_seconds=60.0)
    waits = await work.does(Unknown(detail="no answer", fault=fault))
    assert (waits.seconds, waits.unsent) == (60.0, False)


async def test_a_command_without_a_place_waits_and_is_known_as_not_sent(work):
    work.books.waits = [30.0]
    waits = await work.does()
    assert (waits.seconds, waits.unsent) == (30.0, True)

    work.books.waits = [30.0]
    waits = await work.does(fresh=False)
    assert (waits.seconds, waits.unsent) == (30.0, False)
    assert work.books.names() == []


# When the side is asked before the same words are sent again.


@pytest.mark.parametrize(
    ("first", "asked"),
    [(HOUR, [SENT]), (HOUR + 1, [LOOKED, SENT])],
    ids=["within-the-hour", "after-it"],
)
async def test_a_request_id_is_repeated_for_an_hour_after_the_first_attempt(work, first, asked):
    work.books.looks = [()]
    ended = await work.does(DONE, fresh=False, first=first, last=HOUR - 1)

    assert isinstance(ended, Ended)
    assert work.books.names() == asked


async def test_an_old_command_that_was_certainly_refused_each_time_needs_no_look(work):
    await work.does(DONE, first=3 * HOUR, last=1.0)

    assert work.books.names() == [SENT]


async def test_an_update_is_repeated_without_a_look_however_old_it_is(work):
    await work.does(DONE, command=UPDATE, fresh=False, first=3 * HOUR, last=2 * HOUR)

    assert work.books.names() == [SENT]


async def test_a_create_in_doubt_is_looked_for_before_it_is_sent(work):
    work.books.looks = [()]
    await work.does(DONE, doubtful=True)
    assert work.books.names() == [LOOKED, SENT]
    assert [name for name, _ in work.books.asked].count("place") == 2, "a look takes a place"


async def test_a_look_without_a_place_waits(work):
    work.books.waits = [0.0, 20.0]
    waits = await work.does(doubtful=True)

    assert (waits.seconds, work.books.names()) == (20.0, [])


@pytest.mark.parametrize("answer", [LOST, weather(1.0)], ids=["lost", "refused"])
async def test_a_look_without_an_answer_proves_nothing(work, answer):
    work.books.looks = [answer]
    waits = await work.does(doubtful=True)

    assert isinstance(waits, MustWait)
    assert work.books.names() == [LOOKED]


async def test_what_a_look_finds_is_adopted_and_what_only_bears_our_marker_is_not(work):
    work.books.looks = [found()]
    adopted = await work.does(doubtful=True)
    assert (adopted.answer.id, adopted.adopted) == ("266", True)

    work.books.looks = [found(customer="59")]
    denied = await work.does(doubtful=True)
    assert isinstance(denied, Denied)
    assert denied.verdict is Verdict.PARK
    assert denied.found.record.customer == "59"
    assert work.books.sent() == []


# What the side fails on each time.


FAILED = Unknown(detail="QuickBooks answered 500", failed=True)


async def test_after_six_failures_the_command_is_left_until_it_can_no_longer_arrive(work):
    waits = await work.does(*[FAILED] * 6)

    assert isinstance(waits, MustWait)
    assert (waits.seconds, len(work.books.sent())) == (120.0, 6)


async def test_a_create_that_failed_so_often_and_is_not_there_is_denied_and_not_sent_again(work):
    work.books.looks = [()]
    denied = await work.does(
        fresh=False,
        last=120.0,
        attempts=6,
        unknown=True,
        failures=6,
        failure="QuickBooks answered 500",
    )

    assert (denied.verdict, denied.fault.detail) == (Verdict.FAILED, "QuickBooks answered 500")
    assert work.books.names() == [LOOKED]


async def test_a_create_that_failed_so_often_and_is_there_all_the_same_is_adopted(work):
    work.books.looks = [found()]
    ended = await work.does(fresh=False, last=120.0, attempts=6, unknown=True, failures=6)

    assert ended.adopted
    assert work.books.sent() == []


async def test_an_update_that_failed_so_often_is_denied_for_its_record_to_be_read(work):
    denied = await work.does(
        command=UPDATE, fresh=False, last=120.0, attempts=6, unknown=True, failures=6
    )

    assert denied.verdict is Verdict.FAILED
    assert work.books.names() == []


@pytest.mark.parametrize("command", [CREATE, UPDATE], ids=["create", "update"])
async def test_nothing_is_denied_while_the_last_attempt_may_still_arrive(work, command):
    work.books.looks = [()]
    waits = await work.does(
        command=command, fresh=False, last=100.0, attempts=6, unknown=True, failures=6
    )

    assert isinstance(waits, MustWait)
    assert waits.seconds == pytest.approx(20.0)


async def test_what_is_decided_anew_after_failures_is_sent_before_it_is_given_up(work):
    await work.does(DONE, failures=6)

    assert work.books.names() == [SENT]


async def test_an_outage_is_waited_out_and_never_given_up(work):
    waits = await work.does(LOST, fresh=False, attempts=40, last=600.0, unknown=True)

    assert (waits.seconds, work.books.names()) == (300.0, [SENT])


# How long absence proves nothing.


@pytest.mark.parametrize(("last", "left"), [(100.0, 20.0), (1.0, 119.0), (119.5, 0.5)])
async def test_absence_proves_nothing_until_two_minutes_after_the_last_attempt(work, last, left):
    work.books.looks = [()]
    waits = await work.does(fresh=False, first=2 * HOUR, last=last, unknown=True)

    assert isinstance(waits, MustWait)
    assert waits.seconds == pytest.approx(left)
    assert work.books.sent() == []


async def test_two_minutes_after_the_last_attempt_absence_is_proof(work):
    work.books.looks = [()]
    await work.does(DONE, fresh=False, first=2 * HOUR, last=120.0, unknown=True)

    assert work.books.names() == [LOOKED, SENT]


async def test_an_attempt_of_an_earlier_decision_may_still_arrive(work):
    work.books.looks = [()]
    earlier = work.clock.now() - timedelta(seconds=70)
    waits = await work.does(doubtful=True, earlier=earlier)

    assert (waits.seconds, work.books.sent()) == (50.0, [])


async def test_an_answer_lost_just_now_starts_the_two_minutes_anew(work):
    work.books.looks = [(), ()]
    earlier = work.clock.now() - timedelta(seconds=150)
    waits = await work.does(LOST, doubtful=True, earlier=earlier)

    assert work.books.names() == [LOOKED, SENT, LOOKED]
    assert waits.seconds == pytest.approx(120.0 - 0.25)


# What a refusal leaves.


async def test_what_is_taken_is_looked_for_and_adopted_when_it_is_ours(work):
    work.books.looks = [found()]
    ended = await work.does(TAKEN)

    assert (ended.answer.id, ended.adopted) == ("266", True)


async def test_what_a_stranger_has_taken_is_denied_at_once_though_an_answer_was_lost(work):
    work.books.looks = [found(marker=None)]
    denied = await work.does(LOST, TAKEN)

    assert denied == Denied(TAKEN.fault, Verdict.TAKEN)


async def test_an_update_that_is_refused_as_taken_is_denied_without_a_look(work):
    denied = await work.does(TAKEN, command=UPDATE)

    assert denied == Denied(TAKEN.fault, Verdict.TAKEN)
    assert work.books.names() == [SENT]


# Whether an answer may be an old one.


async def test_an_answer_to_the_first_sending_is_no_repeat(work):
    assert (await work.does(DONE)).repeated is False
    assert (await work.does(weather(1.0), DONE)).repeated is False


async def test_an_answer_after_one_that_was_lost_may_be_an_old_one(work):
    assert (await work.does(LOST, DONE)).repeated is True
    assert (await work.does(DONE, unknown=True)).repeated is True


async def test_an_answer_to_what_another_worker_may_have_sent_may_be_an_old_one(work):
    assert (await work.does(DONE, fresh=False)).repeated is True
    assert (await work.does(DONE, fresh=False, unsent=True)).repeated is False
