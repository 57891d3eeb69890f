"""A worker's appends and claims over a simulated log: what counts, for whom, and when."""

import asyncio
import gc
from contextlib import asynccontextmanager
from itertools import count

import pytest

from streams.journal.journal import Journal
from streams.journal.same_journal import JournalLostError
from streams.journal.store import Store
from streams.journal.terms import Accepted, ClaimFailedError, PartitionStoppedError, Reason, Refused
from streams.journal.write_behind import LONGEST_PAUSE_SECONDS
from tests.testing.simulated.clock import SimulatedClock, settle
from tests.testing.simulated.folding import WordFolding
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic

PARTITIONS = 2


async def inline(function, *args):
    return function(*args)


class Worker:
    """One process: its own view of the log, its own store, its own journal."""

    def __init__(self, name, topic, *, store=None, **options):
        self.log = SimulatedLog(topic)
        self.clock = SimulatedClock()
        self.store = store or Store("sqlite://")
        self.lost = []
        self.failed = []
        terms = count(1)
        self.journal = Journal(
            self.log,
            WordFolding(),
            self.store,
            self.clock,
            new_term=lambda: f"{name}{next(terms)}",
            partitions=PARTITIONS,
            on_failed=self.failed.append,
            in_thread=inline,
            **options,
        )
        self.journal.on_term_lost(self.lost.append)

    async def say(self, word, *, term, row="r", partition=0):
        return await self.journal.append(partition, "lane", [(row, word)], term=term)


@asynccontextmanager
async def running(*workers):
    for worker in workers:
        await worker.journal.start()
    yield
    for worker in workers:
        await worker.journal.stop()
        worker.store.close()


@pytest.fixture
def topic():
    return SimulatedTopic(PARTITIONS)


async def test_an_append_counts_once_it_is_read_back_and_folded(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)

        answer = await worker.say("hello", term=term)

        assert answer == Accepted(partition=0, offset=1)
        assert worker.journal.state("0:r") == ("hello",)


async def test_an_append_waits_for_its_own_read_back(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.log.hold_reads()
        saying = asyncio.create_task(worker.say("hello", term=term))
        await settle()

        assert not saying.done()
        assert len(topic.records[0]) == 2

        worker.log.let_reads_go()
        assert await saying == Accepted(partition=0, offset=1)


async def test_a_read_back_may_come_before_the_offset(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.log.slow_answers()
        saying = asyncio.create_task(worker.say("hello", term=term))
        await settle()
        assert worker.journal.state("0:r") == ("hello",)

        worker.log.let_answers_go()

        assert await saying == Accepted(partition=0, offset=1)


async def test_many_lanes_append_at_once(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.log.hold_reads()
        saying = [asyncio.create_task(worker.say(str(n), term=term, row=str(n))) for n in range(50)]
        await settle()
        assert len(topic.records[0]) == 51

        worker.log.let_reads_go()

        assert {answer.offset for answer in await asyncio.gather(*saying)} == set(range(1, 51))


async def test_a_frozen_worker_cannot_write_history_for_any_reader(topic):
    frozen, other, reader = (Worker(name, topic) for name in "abc")
    async with running(frozen, other, reader):
        old = await frozen.journal.claim(0)
        frozen.log.hold_reads()
        new = await other.journal.claim(0)
        late = asyncio.create_task(frozen.say("late", term=old))
        await settle()
        await other.say("timely", term=new)

        frozen.log.let_reads_go()

        assert await late == Refused(partition=0, reason=Reason.FENCED)
        assert frozen.lost == [0]
        assert frozen.journal.term(0) is None
        for worker in (frozen, other, reader):
            await worker.journal.caught_up()
            assert worker.journal.state("0:r") == ("timely",)
            assert worker.journal.dropped(0) == 1


async def test_a_term_that_is_over_sends_nothing(topic):
    worker, other = Worker("a", topic), Worker("b", topic)
    async with running(worker, other):
        old = await worker.journal.claim(0)
        await other.journal.claim(0)
        await worker.journal.caught_up()
        sent = worker.log.appended

        answer = await worker.say("late", term=old)

        assert answer == Refused(partition=0, reason=Reason.OVER)
        assert worker.log.appended == sent
        assert worker.lost == [0]


@pytest.mark.parametrize("kept", [True, False])
async def test_an_append_of_unknown_outcome_ends_the_term(topic, kept):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.log.lose_answers(kept=kept)

        assert await worker.say("perhaps", term=term) == Refused(partition=0, reason=Reason.UNKNOWN)
        assert worker.lost == [0]

        await worker.journal.claim(0)
        assert worker.journal.state("0:r") == (("perhaps",) if kept else None)


async def test_what_is_not_read_back_in_time_ends_the_term(topic):
    worker = Worker("a", topic, read_back_seconds=10)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.log.hold_reads()
        saying = asyncio.create_task(worker.say("slow", term=term))
        await settle()
        await worker.clock.advance(9)
        assert not saying.done()

        await worker.clock.advance(2)

        assert await saying == Refused(partition=0, reason=Reason.UNKNOWN)
        assert worker.journal.term(0) is None


async def test_each_append_is_given_up_at_its_own_time(topic):
    worker = Worker("a", topic, read_back_seconds=10)
    async with running(worker):
        terms = [await worker.journal.claim(partition) for partition in range(2)]
        await worker.clock.advance(60)
        worker.log.hold_reads()
        saying = []
        for partition, term in enumerate(terms):
            say = worker.say("slow", term=term, partition=partition)
            saying.append(asyncio.create_task(say))
            await worker.clock.advance(4)

        for seconds, done in ((1.9, [False, False]), (0.1, [True, False]), (4, [True, True])):
            await worker.clock.advance(seconds)
            await settle()
            assert [each.done() for each in saying] == done


async def test_nothing_is_looked_for_while_no_append_is_under_way(topic, monkeypatch):
    worker = Worker("a", topic, read_back_seconds=10)
    async with running(worker):
        term = await worker.journal.claim(0)
        await worker.say("hello", term=term)
        await worker.clock.advance(60)
        sleeps, sleep = [], worker.clock.sleep
        monkeypatch.setattr(worker.clock, "sleep", lambda s: sleeps.append(s) or sleep(s))
        await worker.clock.advance(600)
        assert set(sleeps) == {LONGEST_PAUSE_SECONDS}, "how the store is"
        assert len(sleeps) == 60


async def test_a_cancelled_append_ends_the_term(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.log.hold_appends()
        saying = asyncio.create_task(worker.say("never", term=term))
        await settle()

        saying.cancel()
        await asyncio.wait([saying])

        assert saying.cancelled()
        assert worker.lost == [0]


async def test_somebody_elses_record_at_our_offset_is_not_a_read_back(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.log.hold_reads()
        saying = asyncio.create_task(worker.say("lost", term=term))
        await settle()
        # An unclean election: the leader forgot our record, and its offset went to another.
        topic.records[0][1] = topic.records[0][1]._replace(value=topic.records[0][0].value)

        worker.log.let_reads_go()

        assert await saying == Refused(partition=0, reason=Reason.UNKNOWN)


async def test_appends_in_flight_at_a_claim_count_only_before_it(topic):
    worker, other = Worker("a", topic), Worker("b", topic)
    async with running(worker, other):
        term = await worker.journal.claim(0)
        worker.log.hold_reads()
        before = asyncio.create_task(worker.say("before", term=term))
        await settle()
        await other.journal.claim(0)
        after = asyncio.create_task(worker.say("after", term=term))
        await settle()

        worker.log.let_reads_go()

        assert await before == Accepted(partition=0, offset=1)
        assert await after == Refused(partition=0, reason=Reason.FENCED)
        await other.journal.caught_up()
        assert other.journal.state("0:r") == worker.journal.state("0:r") == ("before",)


async def test_a_claim_folds_everything_before_it(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        await worker.say("mine", term=term)
    successor = Worker("b", topic)
    async with running(successor):
        await successor.journal.claim(0)

        assert successor.journal.state("0:r") == ("mine",)


async def test_a_claim_that_was_overtaken_fails(topic):
    worker, other = Worker("a", topic), Worker("b", topic)
    async with running(worker, other):
        worker.log.hold_reads()
        claiming = asyncio.create_task(worker.journal.claim(0))
        await settle()
        await other.journal.claim(0)

        worker.log.let_reads_go()

        with pytest.raises(ClaimFailedError, match="claimed again"):
            await claiming
        assert worker.journal.term(0) is None
        assert worker.lost == []


async def test_a_claim_of_unknown_outcome_fails_and_the_next_one_stands(topic):
    worker = Worker("a", topic)
    async with running(worker):
        worker.log.lose_answers(kept=True)
        with pytest.raises(ClaimFailedError, match="nobody knows"):
            await worker.journal.claim(0)

        term = await worker.journal.claim(0)

        assert isinstance(await worker.say("on", term=term), Accepted)


async def test_claiming_again_does_not_tell_the_old_term_as_lost(topic):
    worker = Worker("a", topic)
    async with running(worker):
        old = await worker.journal.claim(0)
        new = await worker.journal.claim(0)

        assert worker.lost == []
        assert await worker.say("x", term=old) == Refused(partition=0, reason=Reason.OVER)
        assert isinstance(await worker.say("x", term=new), Accepted)


async def test_a_released_partition_takes_no_more_appends(topic):
    worker = Worker("a", topic)
    async with running(worker):
        term = await worker.journal.claim(0)
        worker.journal.release(0)

        assert await worker.say("x", term=term) == Refused(partition=0, reason=Reason.OVER)
        assert worker.lost == []


async def test_watchers_hear_what_each_accepted_record_changed(topic):
    worker, other = Worker("a", topic), Worker("b", topic)
    heard = []
    other.journal.watch(lambda p, record, keys: heard.append((p, record.lane, keys)))
    async with running(worker, other):
        term = await worker.journal.claim(1)
        await worker.journal.append(1, "lane", [("x", "1"), ("y", "2")], term=term)
        await other.journal.caught_up()

        assert heard == [(1, "", ()), (1, "lane", ("1:x", "1:y"))]


async def test_watchers_hear_nothing_of_a_record_whose_term_was_over(topic):
    frozen, other, reader = (Worker(name, topic) for name in "abc")
    heard = []
    reader.journal.watch(lambda _p, record, keys: heard.append((record.lane, keys)))
    async with running(frozen, other, reader):
        old = await frozen.journal.claim(0)
        frozen.log.hold_reads()
        await other.journal.claim(0)
        late = asyncio.create_task(frozen.say("late", term=old))
        await settle()
        frozen.log.let_reads_go()
        await late
        await reader.journal.caught_up()

        assert reader.journal.dropped(0) == 1
        assert heard == [("", ()), ("", ())], "the two claims"


async def test_prefixes_are_the_highest_of_accepted_records(topic):
    worker, other = Worker("a", topic), Worker("b", topic)
    async with running(worker, other):
        old = await worker.journal.claim(0)
        await worker.journal.append(0, "l", [], term=old, prefix=7, requests_prefix=3)
        await worker.journal.append(0, "l", [], term=old, prefix=5)
        worker.log.hold_reads()
        await other.journal.claim(0)
        late = asyncio.create_task(worker.journal.append(0, "l", [], term=old, prefix=99))
        await settle()
        worker.log.let_reads_go()
        await late

        await other.journal.caught_up()
        assert (other.journal.prefix(0), other.journal.requests_prefix(0)) == (7, 3)
        assert other.journal.prefix(1) is None


async def test_one_question_for_the_end_serves_all_who_asked_before_it_was_sent(topic):
    worker = Worker("a", topic)
    async with running(worker):
        asked = worker.log.asked_ends
        first = [asyncio.create_task(worker.journal.caught_up()) for _ in range(10)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        later = [asyncio.create_task(worker.journal.caught_up()) for _ in range(10)]

        await asyncio.gather(*first, *later)

        assert worker.log.asked_ends == asked + 2


async def test_who_asks_after_the_question_was_sent_sees_what_was_written_since(topic):
    writer, reader = Worker("a", topic), Worker("b", topic)
    async with running(writer, reader):
        term = await writer.journal.claim(0)
        early = asyncio.create_task(reader.journal.caught_up())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        reader.log.hold_reads()
        await writer.say("new", term=term)
        late = asyncio.create_task(reader.journal.caught_up())
        await settle()
        assert not late.done()

        reader.log.let_reads_go()
        await late

        assert reader.journal.state("0:r") == ("new",)
        await early


async def test_who_no_longer_waits_for_the_end_leaves_no_fault_that_nobody_heard(topic):
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, fault: told.append(fault))
    reader = Worker("b", topic)
    async with running(reader):
        reader.log.hold_reads()
        topic.keep(0, b"", b"is not read")
        waiting = asyncio.create_task(reader.journal.caught_up())
        await settle()
        waiting.cancel()
        await settle()
    del waiting
    gc.collect()
    await settle()

    assert told == []


JUNK = [
    b"",
    b"{nonsense",
    b'{"lane":"l"}',
    b'{"term":"nobody","facts":7}',
    b'{"term":"nobody","at":"2026-03-02T09:00:00Z","lane":"l","facts":[["r","x"]]}',
    b'{"term":7}',
    b"\xff" * 100,
    b"[" * 5_000,
]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
async def test_what_cannot_have_been_ours_is_gone_past(topic, junk, caplog):
    workers = [Worker("a", topic), Worker("b", topic)]
    async with running(*workers):
        first, other = workers
        topic.keep(1, b"", junk)
        term = await first.journal.claim(1)
        await first.say("before", term=term, partition=1)
        topic.keep(1, b"", junk)

        answer = await first.say("after", term=term, partition=1)

        assert answer == Accepted(partition=1, offset=4)
        await other.journal.caught_up()
        for worker in workers:
            assert worker.journal.state("1:r") == ("before", "after")
            assert worker.journal.junk() + worker.journal.dropped(1) == 2
            assert (worker.failed, worker.lost) == ([], [])
        named = [each for each in caplog.records if each.msg.startswith("no record of ours")]
        assert len(named) == 2 * first.journal.junk() or b"nobody" in junk


#: What a newer release may say, and what breaks the fold, each under the term that counts.
OURS = [
    b'{"term":"a1","facts":7}',
    b'{"term":"x","claim":"x","at":7}',
    b'{"term":"a1","at":"2026-03-02T09:00:00Z","lane":"l","facts":[["r","break"]]}',
    b'{"term":"a1","at":"2026-03-02T09:00:00Z","lane":"l","facts":[["r","x"],["r","break"]]}',
]


@pytest.mark.parametrize("ours", OURS, ids=range(len(OURS)))
async def test_what_is_ours_and_cannot_be_folded_stops_its_partition_and_no_other(
    topic, ours, monkeypatch, caplog
):
    evolve = WordFolding.evolve

    def evolved(self, key, state, fact):
        if fact == "break":
            raise ValueError(f"the row {key} breaks")
        return evolve(self, key, state, fact)

    monkeypatch.setattr(WordFolding, "evolve", evolved)
    workers = [Worker("a", topic), Worker("b", topic)]
    async with running(*workers):
        first, other = workers
        term = await first.journal.claim(1)
        await first.say("kept", term=term, partition=1)
        topic.keep(1, b"t1/mediaos/7", ours)
        behind = asyncio.create_task(first.say("behind", term=term, partition=1))
        await first.clock.advance(11)
        assert isinstance(await behind, Refused)
        await first.journal.claim(0)
        await first.say("elsewhere", term=first.journal.term(0))
        await other.journal.caught_up()

        for worker in workers:
            assert worker.failed == []
            assert worker.journal.state("0:r") == ("elsewhere",)
            assert worker.journal.state("1:r") == ("kept",), "nothing of what broke, nor behind it"
            [why] = worker.journal.stopped().values()
            where = "The journal's record 2 of partition 1 (t1/mediaos/7)"
            assert why.startswith(f"{where} cannot be folded")
            assert "run the release that wrote it" in why
        assert first.lost == [1]
        appended = first.log.appended
        with pytest.raises(PartitionStoppedError, match="record 2 of partition 1"):
            await first.journal.claim(1)
        assert first.log.appended == appended, "a claim would never be read back"


async def test_a_stopped_partition_goes_on_with_a_release_that_can_fold_it(
    topic, tmp_path, monkeypatch
):
    address = f"sqlite:///{tmp_path}/state.sqlite"
    old = Worker("a", topic, store=Store(address))
    async with running(old):
        term = await old.journal.claim(0)
        await old.say("one", term=term)
        topic.keep(0, b"", b'{"term":"a1","facts":7}')
        await settle()
        assert old.journal.stopped().keys() == {0}

    monkeypatch.setattr(WordFolding, "decode", _reads_sevens(WordFolding.decode))
    new = Worker("b", topic, store=Store(address))
    async with running(new):
        term = await new.journal.claim(0)
        await new.say("two", term=term)
        await new.journal.loaded(["0:r"])
        assert new.journal.state("0:r") == ("one", "two")


def _reads_sevens(decode):
    newer = b'{"term":"a1","at":"2026-03-02T09:00:00Z","lane":"l"}'
    return lambda self, value: decode(self, newer if b'"facts":7' in value else value)


async def test_a_store_of_another_journal_is_refused(topic, tmp_path):
    address = f"sqlite:///{tmp_path}/state.sqlite"
    worker = Worker("a", topic, store=Store(address))
    async with running(worker):
        await worker.journal.claim(0)

    stranger = Worker("b", SimulatedTopic(PARTITIONS), store=Store(address))
    with pytest.raises(JournalLostError, match="partition 0 of the journal up to record 1"):
        await stranger.journal.start()
    stranger.store.close()


async def test_a_journal_with_another_number_of_partitions_is_refused():
    worker = Worker("a", SimulatedTopic(PARTITIONS + 1))
    with pytest.raises(JournalLostError, match="has 3 partitions, and 2 are expected"):
        await worker.journal.start()
    worker.store.close()
