"""The journal over its store: crashes, eviction, and several owners of one database."""

import asyncio
import re
from itertools import count

import pytest
from sqlalchemy import delete, insert

from streams.journal import tables
from streams.journal.fold import Fold
from streams.journal.journal import Journal
from streams.journal.journal_reader import JournalReader
from streams.journal.rebuild import Difference, compare, rebuild
from streams.journal.row_cache import NotLoadedError
from streams.journal.store import Store
from streams.journal.store_access import StoreAccess, StoreWentBackError
from streams.journal.tables import StoreUnusableError
from streams.journal.terms import Accepted
from streams.journal.write_behind import pause_after
from tests.testing.simulated.clock import SimulatedClock, settle
from tests.testing.simulated.folding import GONE, OPEN, WordFolding
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic
from tests.testing.simulated.outage import AWAY, Outage, refuse_large_rows

PARTITIONS = 2
_names = count(1)


async def inline(function, *args):
    return function(*args)


class Thread:
    """Runs a call at once, and keeps back the result of the first one of that name."""

    def __init__(self, held):
        self._held = held
        self.go = asyncio.Event()

    async def __call__(self, function, *args):
        result = function(*args)
        if function.__name__ == self._held:
            self._held = None
            await self.go.wait()
        return result


@pytest.fixture
def topic():
    return SimulatedTopic(PARTITIONS)


@pytest.fixture
def log(topic):
    return SimulatedLog(topic)


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/state.sqlite")
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_store(request, tmp_path):
    if request.param == "postgres":
        store = Store(request.getfixturevalue("postgres_database"))
    else:
        store = Store(f"sqlite:///{tmp_path}/any.sqlite")
    yield store
    store.close()


@pytest.fixture
async def open_journal(topic):
    opened = []

    async def open_journal(
        store, *, log=None, folding=WordFolding, clock=None, in_thread=inline, **options
    ):
        terms = (f"t{n}" for n in _names)
        journal = Journal(
            log or SimulatedLog(topic),
            folding(),
            store,
            clock or SimulatedClock(),
            new_term=lambda: next(terms),
            partitions=PARTITIONS,
            in_thread=in_thread,
            **options,
        )
        opened.append(journal)
        await journal.start()
        return journal

    yield open_journal
    for journal in opened:
        await kill(journal)


async def kill(journal):
    # As SIGKILL does: nothing is flushed.
    for task in journal._tasks:
        task.cancel()
    await asyncio.gather(*journal._tasks, return_exceptions=True)


async def say(journal, word, *, row="r", partition=0):
    answer = await journal.append(
        partition, "lane", [(row, word)], term=journal.term(partition), prefix=1
    )
    return answer.offset


def stored(store):
    return list(store.each_row())


async def everything(journal):
    await journal.loaded_under("")
    return dict(journal.rows(""))


async def told(journal, row):
    await journal.loaded([row])
    return journal.state(row)


async def test_a_stopped_journal_goes_on_where_it_was(open_journal, store):
    first = await open_journal(store)
    await first.claim(0)
    await say(first, "hello")
    await first.stop()

    second = await open_journal(store)

    assert await told(second, "0:r") == ("hello",)
    assert second.position(0) == 2
    assert second.prefix(0) == 1


async def test_how_far_intake_and_requests_are_is_known_after_a_restart(open_journal, store):
    first = await open_journal(store)
    term = await first.claim(0)
    await first.append(0, "l", [], term=term, prefix=7, requests_prefix=3)
    await first.append(0, "l", [], term=term, prefix=8)
    await first.stop()

    second = await open_journal(store)

    assert (second.prefix(0), second.requests_prefix(0)) == (8, 3)
    assert (second.prefix(1), second.requests_prefix(1)) == (None, None)


async def test_a_restarted_reader_knows_whose_term_counts(open_journal, store):
    writer = await open_journal(Store("sqlite://"))
    reader = await open_journal(store)
    await writer.claim(0)
    await reader.caught_up()
    await reader.stop()
    await say(writer, "hello")

    again = await open_journal(store)
    await again.caught_up()

    assert await told(again, "0:r") == ("hello",)


@pytest.mark.parametrize("flushed", range(6))
async def test_a_kill_after_any_flush_folds_to_the_same_rows(open_journal, store, flushed):
    steps = [("r", "a"), ("s", "b"), ("r", "c"), ("s", GONE), ("r", "d"), ("s", "e")]
    first = await open_journal(store)
    await first.claim(0)
    for place, (row, word) in enumerate(steps):
        await say(first, word, row=row)
        if place == flushed:
            await first.flush()
    await kill(first)

    second = await open_journal(store)
    await second.caught_up()

    assert await everything(second) == {"0:r": ("a", "c", "d"), "0:s": ("e",)}


async def test_rows_are_written_every_half_second(open_journal, store):
    clock = SimulatedClock()
    journal = await open_journal(store, clock=clock)
    await journal.claim(0)
    await say(journal, "hello")
    assert journal.unstored() == 1

    await clock.advance(0.6)

    assert journal.unstored() == 0
    assert [row.key for row in stored(store)] == ["0:r"]


class SlowWrites:
    """Runs a call at once, and lets a write take so long."""

    def __init__(self, clock, seconds):
        self._clock = clock
        self._seconds = seconds

    async def __call__(self, function, *args):
        if function.__name__ == "_save":
            await self._clock.sleep(self._seconds)
        return function(*args)


async def test_after_a_long_write_the_next_one_waits_longer(open_journal, store):
    clock = SimulatedClock()
    journal = await open_journal(store, clock=clock, in_thread=SlowWrites(clock, 0.2))
    await journal.claim(0)
    await say(journal, "large")
    await clock.advance(0.8)
    assert journal.unstored() == 0
    await say(journal, "larger")

    await clock.advance(3.0)
    assert journal.unstored() == 1
    await clock.advance(1.5)
    assert journal.unstored() == 0


@pytest.mark.parametrize(("flush", "pause"), [(0.001, 0.5), (0.025, 0.5), (0.2, 4.0), (3.0, 10.0)])
def test_a_flush_takes_a_twentieth_of_the_time_and_is_never_far_behind(flush, pause):
    assert pause_after(flush) == pause


async def test_a_thousand_changed_rows_are_written_at_once(open_journal, store):
    journal = await open_journal(store)
    term = await journal.claim(0)
    facts = [(f"r{n}", "x") for n in range(1_000)]
    await journal.append(0, "lane", facts, term=term)
    await settle()

    assert journal.unstored() == 0
    assert len(stored(store)) == 1_000


def asking(monkeypatch, store):
    """Return a list that grows whenever the store is asked how far it is, or written to."""
    asked, checkpoints, save = [], store.checkpoints, store.save
    monkeypatch.setattr(store, "checkpoints", lambda: asked.append("look") or checkpoints())
    monkeypatch.setattr(store, "save", lambda batches: asked.append("write") or save(batches))
    return asked


async def test_a_store_that_has_nothing_to_take_is_only_looked_at_now_and_then(
    open_journal, store, monkeypatch
):
    clock, asked = SimulatedClock(), asking(monkeypatch, store)
    journal = await open_journal(store, clock=clock)
    await journal.claim(0)
    await say(journal, "hello")
    await clock.advance(0.5)
    asked.clear()

    await clock.advance(600)
    assert asked == 60 * ["look"]


async def test_a_change_is_stored_soon_however_long_nothing_changed(
    open_journal, store, monkeypatch
):
    clock = SimulatedClock()
    journal = await open_journal(store, clock=clock)
    await journal.claim(0)
    for idle in (1.0, 9.9, 607.3):
        await clock.advance(idle)
        await say(journal, str(idle))
        await clock.advance(0.4)
        await say(journal, "and more")
        assert journal.unstored() == 1
        await clock.advance(0.1)
        assert journal.unstored() == 0


async def test_rows_that_were_only_read_leave_memory_soon(open_journal, store):
    clock = SimulatedClock()
    journal = await open_journal(store, clock=clock, row_limit=3)
    await journal.claim(0)
    for number in range(10):
        await say(journal, "x", row=f"r{number}")
    await clock.advance(60)
    assert len(journal._fold.rows) == 3

    await everything(journal)
    assert len(journal._fold.rows) == 10
    await clock.advance(0.5)
    assert len(journal._fold.rows) == 3


async def test_what_another_one_writes_is_let_go_of_soon_after(open_journal, store, monkeypatch):
    clock = SimulatedClock()
    monkeypatch.setattr(store, "shared", True)
    owner, other = await open_journal(store), await open_journal(store, clock=clock)
    await owner.claim(0)
    await say(owner, "hello")
    await clock.advance(60)
    assert other.unstored() == 1

    await owner.flush()
    await clock.advance(0.5)
    assert other.unstored() == 0


async def test_a_store_that_is_away_is_known_to_be_while_nothing_changes(
    open_journal, store, monkeypatch
):
    clock = SimulatedClock()
    journal = await open_journal(store, clock=clock)
    await clock.advance(60)
    outage = Outage(monkeypatch, store)
    await clock.advance(10)
    assert journal.store_away == AWAY

    outage.end()
    await clock.advance(0.5)
    assert journal.store_away is None


async def test_a_start_waits_some_seconds_for_a_store_that_a_failover_ended(
    open_journal, store, monkeypatch
):
    clock, outage = SimulatedClock(), Outage(monkeypatch, store)
    opening = asyncio.create_task(open_journal(store, clock=clock))
    await clock.advance(3)
    assert not opening.done()

    outage.end()
    await clock.advance(2)
    async with asyncio.timeout(5):
        journal = await opening
    assert journal.store_away is None


async def test_a_start_without_a_store_ends_in_its_sentence(open_journal, store, monkeypatch):
    clock, _outage = SimulatedClock(), Outage(monkeypatch, store)
    opening = asyncio.create_task(open_journal(store, clock=clock))
    await clock.advance(30)
    with pytest.raises(StoreUnusableError, match=re.escape(AWAY)):
        await opening


async def test_a_store_that_is_away_holds_up_nothing_and_is_written_later(
    open_journal, store, monkeypatch
):
    clock = SimulatedClock()
    journal = await open_journal(store, clock=clock)
    await journal.claim(0)
    with monkeypatch.context() as away:

        def refuse(*_args):
            raise StoreUnusableError("away")

        away.setattr(store, "save", refuse)
        await clock.advance(2)
        await say(journal, "hello")
        assert journal.state("0:r") == ("hello",)

    await clock.advance(2)
    assert [row.key for row in stored(store)] == ["0:r"]


async def test_a_store_that_takes_nothing_is_not_asked_more_often_for_that(
    open_journal, store, monkeypatch
):
    clock, asked = SimulatedClock(), []

    def refuse(_batches):
        asked.append(clock.monotonic())
        raise StoreUnusableError("read only")

    monkeypatch.setattr(store, "save", refuse)
    journal = await open_journal(store, clock=clock)
    term = await journal.claim(0)
    for batch in range(50):
        facts = [(f"r{batch}-{n}", "x") for n in range(100)]
        await journal.append(0, "lane", facts, term=term)
        await settle()
    assert len(asked) <= 1

    await clock.advance(5)
    assert 5 <= len(asked) <= 11


async def test_rows_that_another_one_writes_do_not_make_a_worker_write_at_each_read(
    open_journal, store, monkeypatch
):
    asked, checkpoints = [], store.checkpoints
    monkeypatch.setattr(store, "shared", True)
    monkeypatch.setattr(store, "checkpoints", lambda: asked.append(1) or checkpoints())
    owner, other = await open_journal(Store("sqlite://")), await open_journal(store)
    term = await owner.claim(0)
    for batch in range(50):
        facts = [(f"r{batch}-{n}", "x") for n in range(100)]
        await owner.append(0, "lane", facts, term=term)
        await settle()
    await other.caught_up()

    assert other.unstored() == 5_000
    assert len(asked) <= 6


async def test_an_empty_shared_store_is_filled_before_anybody_owns_a_partition(
    open_journal, store, monkeypatch
):
    writer = await open_journal(Store("sqlite://"))
    for partition in range(PARTITIONS):
        term = await writer.claim(partition)
        for batch in range(50):
            facts = [(f"r{batch}-{n}", "x") for n in range(100)]
            await writer.append(partition, "lane", facts, term=term)
    most = []

    async def watched(function, *args):
        most.append(max((journal.unstored() for journal in journals), default=0))
        return function(*args)

    journals = []
    monkeypatch.setattr(store, "shared", True)
    monkeypatch.setitem(SimulatedLog.__init__.__kwdefaults__, "records_a_read", 2)
    journals += [await open_journal(store, in_thread=watched, row_limit=500) for _ in range(2)]
    for journal in journals:
        await journal.caught_up()
        await journal.flush()

    assert max(most) <= 2 * 1_000 + 2 * 100, "and not all 10,000"
    for journal in journals:
        assert journal.unstored() <= 1_000
        assert len(await everything(journal)) == 10_000


async def test_who_needs_a_row_waits_until_the_store_is_there(open_journal, store, monkeypatch):
    clock = SimulatedClock()
    journal = await open_journal(store, clock=clock, row_limit=1)
    await journal.claim(0)
    for number in range(60):
        await say(journal, "x", row=f"r{number}")
    await journal.flush()

    outage = Outage(monkeypatch, store)
    pages = journal.pages("0:")
    waiting = [asyncio.create_task(told(journal, f"0:r{number}")) for number in range(50)]
    waiting += [asyncio.create_task(everything(journal)), asyncio.create_task(anext(pages))]
    await clock.advance(10)
    assert not any(task.done() for task in waiting)
    assert journal.store_away == AWAY
    assert outage.asked <= 40, "all together once a second, and who writes"

    outage.end()
    await clock.advance(2)
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    assert journal.store_away is None


async def test_rows_that_the_store_holds_leave_memory_and_come_back(open_journal, store):
    journal = await open_journal(store, row_limit=3)
    await journal.claim(0)
    for number in range(10):
        await say(journal, str(number), row=f"r{number}")
    assert journal.state("0:r0") == ("0",)

    await journal.flush()

    with pytest.raises(NotLoadedError):
        journal.state("0:r0")
    await journal.loaded(["0:r0", "0:none"])
    assert journal.state("0:r0") == ("0",)
    assert journal.state("0:none") is None
    with pytest.raises(NotLoadedError):
        journal.rows("0:").__next__()
    await journal.loaded_under("0:")
    assert everything_under(journal, "0:") == {f"0:r{n}": (str(n),) for n in range(10)}


def everything_under(journal, prefix):
    return dict(journal.rows(prefix))


async def test_a_fact_finds_its_row_again_after_it_left_memory(open_journal, store):
    journal = await open_journal(store, row_limit=1)
    await journal.claim(0)
    await say(journal, "first", row="old")
    await say(journal, "x", row="new")
    await journal.flush()
    with pytest.raises(NotLoadedError):
        journal.state("0:old")

    await say(journal, "second", row="old")

    assert journal.state("0:old") == ("first", "second")


async def test_what_is_not_stored_yet_never_leaves_memory(open_journal, store, monkeypatch):
    journal = await open_journal(store, row_limit=1)
    monkeypatch.setattr(store, "save", lambda _batches: [])
    await journal.claim(0)
    for number in range(5):
        await say(journal, "x", row=f"r{number}")

    await journal.flush()

    assert len(await everything(journal)) == 5


async def test_a_row_that_changes_while_it_is_written_is_written_again(open_journal, store):
    thread = Thread(held="_save")
    journal = await open_journal(store, in_thread=thread)
    await journal.claim(0)
    await say(journal, "before")
    flushing = asyncio.create_task(journal.flush())
    await settle()
    await say(journal, "meanwhile")

    thread.go.set()
    await flushing

    assert journal.unstored() == 1
    await journal.flush()
    assert stored(store)[0].body == b'["before","meanwhile"]'


async def test_a_stop_in_the_middle_of_a_write_still_writes_everything(open_journal, store):
    thread, clock = Thread(held="_save"), SimulatedClock()
    journal = await open_journal(store, in_thread=thread, clock=clock)
    await journal.claim(0)
    await say(journal, "before")
    await clock.advance(0.6)
    await say(journal, "meanwhile")
    stopping = asyncio.create_task(journal.stop())
    await settle()

    thread.go.set()
    await stopping

    assert stored(store)[0].body == b'["before","meanwhile"]'


async def test_a_journal_may_be_stopped_twice(open_journal, store):
    journal = await open_journal(store)
    await journal.stop()

    await journal.stop()

    assert journal.unstored() == 0


async def test_a_load_that_was_overtaken_is_thrown_away(open_journal, store):
    thread = Thread(held="read")
    journal = await open_journal(store, row_limit=1, in_thread=thread)
    await journal.claim(0)
    await say(journal, "1", row="old")
    await say(journal, "x", row="new")
    await journal.flush()
    loading = asyncio.create_task(journal.loaded(["0:old"]))
    await settle()
    await say(journal, "2", row="old")
    await say(journal, "y", row="new")
    await journal.flush()

    thread.go.set()
    await loading

    assert journal.state("0:old") == ("1", "2")


async def test_a_store_with_more_rows_than_memory_takes_is_still_folded_on(open_journal, store):
    first = await open_journal(store)
    await first.claim(0)
    for number in range(5):
        await say(first, "x", row=f"r{number}")
    await first.stop()

    second = await open_journal(store, row_limit=2)
    await second.claim(0)
    await say(second, "y", row="r3")

    assert second.state("0:r3") == ("x", "y")


async def test_a_start_loads_what_has_open_work_and_nothing_else(open_journal, store):
    first = await open_journal(store)
    await first.claim(0)
    for number in range(5):
        await say(first, OPEN if number == 3 else "x", row=f"r{number}")
    await first.stop()

    second = await open_journal(store)

    assert list(second.open_rows("0:")) == [("0:r3", (OPEN,))]
    with pytest.raises(NotLoadedError):
        second.state("0:r1")


async def test_open_work_never_leaves_memory_until_it_is_done(open_journal, store):
    journal = await open_journal(store, row_limit=1)
    await journal.claim(0)
    await say(journal, OPEN, row="waits")
    for number in range(5):
        await say(journal, "x", row=f"r{number}")
    await journal.flush()
    assert journal.state("0:waits") == (OPEN,)

    await say(journal, "done", row="waits")
    await say(journal, "x", row="r0")
    await journal.flush()

    assert list(journal.open_rows("")) == []
    with pytest.raises(NotLoadedError):
        journal.state("0:waits")


async def test_open_work_that_another_owner_stored_first_is_told_to_who_watches(topic, store):
    owner, clock = SimulatedLog(topic), SimulatedClock()
    writer = Journal(
        owner, WordFolding(), store, clock, new_term=lambda: "t", partitions=2, in_thread=inline
    )
    await writer.start()
    await writer.claim(0)
    for number in range(3):
        await say(writer, "x", row=f"r{number}")
    await writer.flush()
    behind = Fold(WordFolding(), partitions=PARTITIONS)
    reader = JournalReader(SimulatedLog(topic), behind, StoreAccess(store, clock, inline))
    await reader.begin()
    await say(writer, OPEN, row="r1")
    await writer.stop()
    told = []
    await reader.step(1.0, lambda _read, _record, folded: told.extend(folded.changed))

    assert told == ["0:r1"]
    assert list(behind.rows.open_rows("")) == [("0:r1", ("x", OPEN))]
    assert behind.dirty() == 0


async def test_rows_that_are_always_open_are_asked_for_without_being_loaded(open_journal, store):
    first = await open_journal(store, row_limit=1)
    await first.claim(0)
    await say(first, OPEN, row="always-1")
    for number in range(5):
        await say(first, "x", row=f"r{number}")
    await first.stop()

    second = await open_journal(store, row_limit=1)

    assert second.state("0:always-1") == (OPEN,)
    assert second.state("0:always-2") is None
    assert dict(second.rows("0:always")) == {"0:always-1": (OPEN,)}


async def test_an_always_open_row_that_is_gone_does_not_come_back_from_the_store(
    open_journal, store
):
    journal = await open_journal(store, row_limit=1)
    await journal.claim(0)
    await say(journal, OPEN, row="always-1")
    await say(journal, "x", row="r0")
    await say(journal, "x", row="r1")
    await journal.flush()
    await say(journal, GONE, row="always-1")
    await journal.flush()

    assert journal.state("0:always-1") is None
    await say(journal, OPEN, row="always-1")
    assert journal.state("0:always-1") == (OPEN,)


async def test_what_a_step_loaded_stays_until_the_step_has_ended(open_journal, store):
    journal = await open_journal(store, row_limit=1)
    await journal.claim(0)
    for number in range(5):
        await say(journal, "x", row=f"r{number}")
    await journal.flush()
    lease = journal.lease()
    await journal.loaded(["0:r1", "0:none"], lease)
    await journal.loaded_under("0:r2", lease)

    await journal.flush()
    assert journal.state("0:r1") == ("x",)
    assert journal.state("0:none") is None
    assert dict(journal.rows("0:r2")) == {"0:r2": ("x",)}

    del lease
    await journal.flush()
    with pytest.raises(NotLoadedError):
        journal.state("0:r1")
    with pytest.raises(NotLoadedError):
        list(journal.rows("0:r2"))


class LeadingFolding(WordFolding):
    """A row's words are the rows to which it leads."""

    def leads_to(self, row_key, state):
        return (f"0:{word}" for word in state or () if word != "x")


@pytest.fixture
async def leading(open_journal, store):
    """Lend a journal whose rows a, b, c lead to each other, c to none that exists, none in memory.

    It has room for one row, and the last one is another.
    """
    journal = await open_journal(store, folding=LeadingFolding, row_limit=1)
    await journal.claim(0)
    for row, word in (("a", "b"), ("b", "c"), ("c", "none"), ("other", "x")):
        await say(journal, word, row=row)
    await journal.flush()
    return journal


def asked_of(store, monkeypatch):
    """Return the questions that a store hears from now on."""
    asked, read = [], store.read

    def heard(keys, leads):
        asked.append(set(keys))
        return read(keys, leads)

    monkeypatch.setattr(store, "read", heard)
    return asked


async def test_what_a_step_loads_brings_along_where_it_leads_and_keeps_it(
    leading, store, monkeypatch
):
    asked, lease = asked_of(store, monkeypatch), leading.lease()

    await leading.loaded(["0:a"], lease)
    await leading.flush()

    assert (leading.state("0:a"), leading.state("0:b")) == (("b",), ("c",))
    # One step further nobody is led.
    with pytest.raises(NotLoadedError):
        leading.state("0:c")
    assert asked == [{"0:a"}]


async def test_where_a_row_leads_that_is_here_comes_with_what_is_not(leading, store, monkeypatch):
    lease = leading.lease()
    await leading.loaded(["0:a"], lease)
    asked = asked_of(store, monkeypatch)

    await leading.loaded(["0:b"], lease)
    await leading.loaded(["0:b", "0:no"], lease)

    assert asked == [{"0:no", "0:c"}]
    assert [leading.state(row) for row in ("0:c", "0:no", "0:none")] == [("none",), None, None]


async def test_who_takes_no_lease_is_led_nowhere(leading):
    await leading.loaded(["0:a"])

    with pytest.raises(NotLoadedError):
        leading.state("0:b")


async def test_where_an_overtaken_load_led_is_thrown_away_with_it(open_journal, store):
    thread = Thread(held="read")
    journal = await open_journal(store, folding=LeadingFolding, row_limit=1, in_thread=thread)
    await journal.claim(0)
    for row, word in (("a", "b"), ("b", "x"), ("other", "x")):
        await say(journal, word, row=row)
    await journal.flush()
    lease = journal.lease()
    loading = asyncio.create_task(journal.loaded(["0:a"], lease))
    await settle()
    await say(journal, "x", row="b")
    await say(journal, "x", row="another")
    await journal.flush()

    thread.go.set()
    await loading

    assert journal.state("0:b") == ("x", "x")


class PointingFolding(WordFolding):
    """A row's last word names the row that `follow` writes into; `all` writes into every one."""

    def asks(self, partition, record, state):
        for row, word in record.facts:
            yield f"{partition}:{row}"
            if word == "follow" and (pointer := state(f"{partition}:{row}")) is not None:
                yield f"{partition}:{pointer[-1]}"
            if word == "all":
                yield f"{partition}:many\x1f"

    def routes(self, partition, record, state):
        for row, word in record.facts:
            if word == "follow":
                yield f"{partition}:{state(f'{partition}:{row}')[-1]}", word
            elif word == "all":
                for each in state(f"{partition}:many\x1f"):
                    yield each, word
            else:
                yield f"{partition}:{row}", word


@pytest.fixture
async def pointing(open_journal, store):
    journal = await open_journal(store, folding=PointingFolding, row_limit=1)
    await journal.claim(0)
    for row, word in (("many\x1fa", "x"), ("many\x1fb", "y"), ("pointer", "many\x1fa")):
        await say(journal, word, row=row)
    for number in range(5):
        await say(journal, "z", row=f"other{number}")
    await journal.flush()
    with pytest.raises(NotLoadedError):
        journal.state("0:pointer")
    return journal


async def test_what_a_row_names_is_loaded_before_a_record_is_folded(pointing):
    await say(pointing, "follow", row="pointer")

    assert pointing.state("0:many\x1fa") == ("x", "follow")


async def test_a_key_that_ends_with_the_separator_stands_for_all_rows_under_it(pointing):
    await say(pointing, "all", row="pointer")

    assert pointing.state("0:many\x1fa") == ("x", "all")
    assert pointing.state("0:many\x1fb") == ("y", "all")


async def test_a_fact_is_routed_by_what_stands_before_it_in_its_own_record(pointing):
    facts = [("pointer", "many\x1fb"), ("pointer", "follow"), ("many\x1fc", "n"), ("p", "all")]
    await pointing.append(0, "lane", facts, term=pointing.term(0))

    assert pointing.state("0:many\x1fb") == ("y", "follow", "all")
    assert pointing.state("0:many\x1fc") == ("n", "all")


@pytest.mark.parametrize("row_limit", [2, 1_000_000])
async def test_rows_are_leafed_through_as_they_are_folded(
    open_journal, store, monkeypatch, row_limit
):
    monkeypatch.setattr("streams.journal.row_loading.PAGE_ROWS", 3)
    journal = await open_journal(store, row_limit=row_limit)
    await journal.claim(0)
    for number in range(8):
        await say(journal, "x", row=f"r{number}")
    await say(journal, "z", row="s")
    await journal.flush()
    # Newer than what is stored: one changed, one gone, one in between, one behind the last.
    for row, word in (("r1", "y"), ("r3", GONE), ("r40", "new"), ("r9", "new")):
        await say(journal, word, row=row)

    pages = [page async for page in journal.pages("0:r")]

    expected = {f"0:r{number}": ("x",) for number in (0, 2, 4, 5, 6, 7)}
    expected |= {"0:r1": ("x", "y"), "0:r40": ("new",), "0:r9": ("new",)}
    assert [row for page in pages for row in page] == sorted(expected.items())
    assert row_limit > 2 or max(len(page) for page in pages) <= 5


async def test_a_row_of_two_partitions_is_the_smaller_ones_and_stops_nobody(
    open_journal, store, monkeypatch, caplog
):
    failed = []
    monkeypatch.setattr(WordFolding, "routes", lambda _self, _p, record, _state: record.facts)
    journal = await open_journal(store, on_failed=failed.append)
    await journal.claim(0)
    await journal.claim(1)
    await say(journal, "x", partition=0)

    facts = [("r", "y"), ("s", "y")]
    assert isinstance(await journal.append(1, "lane", facts, term=journal.term(1)), Accepted)

    assert journal.stopped() == {}
    await say(journal, "z", partition=0)
    assert (journal.state("r"), journal.state("s")) == (("x", "z"), ("y",))
    assert (journal.clashes(), failed) == (1, [])
    [named] = [each for each in caplog.records if each.msg.startswith("two partitions")]
    assert (named.partition, named.row) == (1, "r")


@pytest.mark.parametrize("row_limit", [0, 1_000])
async def test_each_partition_has_a_word_of_its_own_on_a_row_that_is_found_again(
    open_journal, any_store, monkeypatch, row_limit
):
    monkeypatch.setattr("streams.journal.row_loading.PAGE_ROWS", 2)
    monkeypatch.setattr(WordFolding, "routes", lambda _self, _p, record, _state: record.facts)
    journal = await open_journal(any_store, row_limit=row_limit)
    for partition in (1, 0):
        await journal.claim(partition)
        for row in "abc":
            await say(journal, f"{row}{partition}", row=row, partition=partition)
        await journal.flush()
    await say(journal, GONE, row="b", partition=0)
    await say(journal, OPEN, row="c", partition=1)
    await journal.flush()

    whole = [("a", ("a0",)), ("b", ("b1",)), ("c", ("c0",))]
    assert journal.unstored() == 0
    assert [(row.key, row.partition) for row in stored(any_store)] == [
        ("a", 0),
        ("a", 1),
        ("b", 1),
        ("c", 0),
        ("c", 1),
    ]
    for each in (journal, await open_journal(any_store), await open_journal(any_store)):
        pages = [page async for page in each.pages("")]
        assert [row for page in pages for row in page] == whole
        assert [(row, await told(each, row)) for row in "abc"] == whole
        assert sorted((await everything(each)).items()) == whole


@pytest.mark.parametrize("odd", ["t\0", "x" * 12_000], ids=["nul", "long"])
async def test_a_row_that_no_database_takes_is_kept_and_found_at_a_start(
    open_journal, any_store, odd, caplog
):
    failed = []
    first = await open_journal(any_store, row_limit=1, on_failed=failed.append)
    await first.claim(0)
    await say(first, "odd", row=odd)
    for number in range(5):
        await say(first, "x", row=f"r{number}")
    await first.flush()
    assert (failed, first.unstored(), first.refused()) == ([], 0, 1)
    assert first.state(f"0:{odd}") == ("odd",), "it stays in memory"
    [told_of] = [each for each in caplog.records if "refused" in each.msg]
    assert len(told_of.row) <= 100
    assert told_of.reason.startswith("its key ")
    await kill(first)

    second = await open_journal(any_store, row_limit=1)
    assert second.position(0) == 7, "nothing is read again for it"
    assert second.state(f"0:{odd}") == ("odd",)
    await second.claim(0)
    await say(second, "more", row=odd)
    await second.flush()
    assert second.state(f"0:{odd}") == ("odd", "more")
    await say(second, GONE, row=odd)
    await second.flush()
    assert second.refused() == 0
    assert await told(second, f"0:{odd}") is None


async def test_a_row_that_is_refused_holds_its_partition_and_a_start_reads_it_again(
    open_journal, any_store, caplog
):
    refuse_large_rows(any_store)
    failed = []
    first = await open_journal(any_store, row_limit=1, on_failed=failed.append)
    for partition in range(2):
        await first.claim(partition)
    await say(first, "x", row="before")
    await first.flush()
    await say(first, "x" * 500, row="large")
    await say(first, "x", row="small")
    await say(first, "y", partition=1)
    await first.flush()
    assert failed == []
    assert (first.refused(), first.unstored()) == (1, 2)
    assert {row.key for row in stored(any_store)} == {"0:before", "1:r"}
    [told_of] = [each for each in caplog.records if "refused" in each.msg]
    assert told_of.row == "'0:large'"
    assert "xxx" not in told_of.reason
    assert told_of.reason.endswith("partition 0 is stored no further than before it")
    await kill(first)

    second = await open_journal(any_store)
    await second.caught_up()
    assert await told(second, "0:large") == ("x" * 500,)
    assert await told(second, "0:small") == ("x",)


async def test_a_rebuilt_store_does_not_differ(open_journal, store, log, tmp_path):
    journal = await open_journal(store)
    await journal.claim(0)
    await journal.claim(1)
    for number in range(50):
        await say(journal, str(number), row=f"r{number % 7}", partition=number % 2)
    await say(journal, GONE, row="r3", partition=1)
    await journal.stop()
    other = Store(f"sqlite:///{tmp_path}/again.sqlite")

    rebuilt = await rebuild(
        log, WordFolding(), other, SimulatedClock(), partitions=PARTITIONS, in_thread=inline
    )

    assert (rebuilt.records, rebuilt.facts, rebuilt.dropped) == (53, 51, 0)
    assert list(compare(store, other)) == []
    other.close()


async def test_a_tampered_store_is_told_from_the_rebuilt_one(open_journal, store, log):
    journal = await open_journal(store)
    await journal.claim(0)
    await say(journal, "true", row="a")
    await say(journal, "true", row="b")
    await journal.stop()
    other = Store("sqlite://")
    await rebuild(
        log, WordFolding(), other, SimulatedClock(), partitions=PARTITIONS, in_thread=inline
    )
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE isthmus_rows SET position = 77 WHERE key = '0:a'")
        connection.exec_driver_sql("DELETE FROM isthmus_rows WHERE key = '0:b'")
        connection.exec_driver_sql("UPDATE isthmus_partitions SET prefix = 99")

    differences = list(compare(store, other))

    assert [difference.where for difference in differences] == ["partition 0", "0:a", "0:b"]
    assert differences[2] == Difference(
        where="0:b", one="no such row", other='partition 0, record 2: ["true"]'
    )
    other.close()


async def test_a_rebuild_into_a_used_store_is_refused(open_journal, store, log):
    journal = await open_journal(store)
    await journal.claim(0)
    await journal.stop()

    with pytest.raises(StoreUnusableError, match="not empty"):
        await rebuild(
            log, WordFolding(), store, SimulatedClock(), partitions=PARTITIONS, in_thread=inline
        )


def go_back(store, before):
    with store._engine.begin() as connection:
        for table in (tables.rows, tables.partitions):
            connection.execute(delete(table))
        for row in before.rows:
            connection.execute(insert(tables.rows).values(**row[1]._asdict()))
        for partition, checkpoint in before.checkpoints.items():
            values = {name: getattr(checkpoint, name) for name in ("position", "term", "prefix")}
            connection.execute(insert(tables.partitions).values(partition=partition, **values))


class TestSharedStore:
    @pytest.fixture
    def two_stores(self, postgres_database):
        stores = Store(postgres_database), Store(postgres_database)
        yield stores
        for store in stores:
            store.close()

    async def test_only_the_owner_writes_and_others_wait_until_it_did(
        self, open_journal, two_stores
    ):
        owner, other = [await open_journal(store) for store in two_stores]
        await owner.claim(0)
        await say(owner, "hello")
        await other.caught_up()

        await other.flush()
        assert stored(two_stores[1]) == []
        assert other.unstored() == 1

        await owner.flush()
        await other.flush()
        assert [row.key for row in stored(two_stores[1])] == ["0:r"]
        assert other.unstored() == 0

    async def test_an_owner_that_stops_writes_its_rows(self, open_journal, two_stores):
        owner = await open_journal(two_stores[0])
        await owner.claim(0)
        await say(owner, "hello")

        await owner.stop()

        assert [row.key for row in stored(two_stores[1])] == ["0:r"]

    async def test_a_new_owner_writes_what_the_old_one_left(self, open_journal, two_stores):
        old, new = [await open_journal(store) for store in two_stores]
        await old.claim(0)
        await say(old, "stored")
        await old.flush()
        await say(old, "left")
        await kill(old)

        await new.claim(0)
        await say(new, "mine")
        await new.flush()

        (row,) = stored(two_stores[0])
        assert row.body == b'["stored","left","mine"]'

    async def test_a_store_that_went_back_ends_whoever_knows_and_a_start_folds_what_it_lacks(
        self, open_journal, two_stores
    ):
        failed = []
        owner = await open_journal(two_stores[0], on_failed=failed.append)
        other = await open_journal(two_stores[1], row_limit=1, on_failed=failed.append)
        await owner.claim(0)
        await say(owner, "1", row="old")
        await say(owner, "1", row="older")
        await owner.flush()
        before = two_stores[0].load_all(lambda row: row)
        await say(owner, "2", row="old")
        await owner.flush()
        await other.caught_up()
        await other.flush()

        # A replica that lacked the last commit was promoted.
        go_back(two_stores[0], before)
        await say(owner, "3", row="older")
        with pytest.raises(StoreWentBackError, match=r"0 .* record 3, and had it up to 4"):
            await owner.flush()
        with pytest.raises(StoreWentBackError, match="Start again"):
            await other.loaded(["0:older"])

        assert [type(fault) for fault in failed] == [StoreWentBackError] * 2
        assert owner.term(0) is None
        assert two_stores[0].checkpoints()[0].position == 3, "nobody wrote over it"
        again = await open_journal(two_stores[0])
        await again.claim(0)
        await again.flush()
        assert {row.key: row.body for row in stored(two_stores[1])} == {
            "0:old": b'["1","2"]',
            "0:older": b'["1","3"]',
        }

    async def test_a_reading_that_was_overtaken_by_a_write_is_no_store_that_went_back(
        self, open_journal, two_stores
    ):
        failed, thread = [], Thread(held="read")
        journal = await open_journal(
            two_stores[0], row_limit=1, in_thread=thread, on_failed=failed.append
        )
        await journal.claim(0)
        for number in range(3):
            await say(journal, "x", row=f"r{number}")
        await journal.flush()
        loading = asyncio.create_task(journal.loaded(["0:r0"]))
        await settle()
        await say(journal, "y", row="r3")
        await journal.flush()
        thread.go.set()
        await loading

        assert failed == []

    async def test_a_reader_behind_the_store_folds_nothing_twice(
        self, open_journal, two_stores, topic
    ):
        one_store, other_store = two_stores
        log = SimulatedLog(topic)
        owner = await open_journal(one_store, row_limit=1)
        reader = await open_journal(other_store, row_limit=1, log=log)
        await owner.claim(0)
        await say(owner, "1", row="old")
        await say(owner, "1", row="gone")
        await say(owner, "x", row="new")
        await owner.flush()
        await reader.caught_up()
        await reader.flush()
        log.hold_reads()
        await say(owner, "2", row="old")
        await say(owner, "2", row="gone")
        await say(owner, GONE, row="gone")
        await owner.flush()

        # The store is ahead of the reader now, and the reader must take its rows from there.
        await reader.loaded(["0:old", "0:gone"])
        assert reader.state("0:old") == ("1", "2")
        assert reader.state("0:gone") is None
        changed = []
        reader.watch(lambda _p, _record, keys: changed.extend(keys))
        log.let_reads_go()
        await reader.caught_up()
        # Who watches has not heard of them; what they hold is that of the store all the same.
        assert set(changed) == {"0:old", "0:gone"}

        await reader.loaded(["0:old", "0:gone"])
        assert reader.state("0:old") == ("1", "2")
        assert reader.state("0:gone") is None


async def test_a_page_has_nothing_old_of_a_row_that_changed_and_left_while_it_was_read(
    open_journal, store
):
    reading = Thread("read_page")
    journal = await open_journal(store, in_thread=reading, row_limit=1)
    await journal.claim(0)
    for row in ("ra", "rb", "rc"):
        await say(journal, "old", row=row)
    await journal.flush()

    leafed = asyncio.create_task(anext(journal.pages("0:r")))
    await settle()
    await say(journal, "new", row="ra")
    await say(journal, "other", row="s")
    await journal.flush()
    reading.go.set()

    assert dict(await leafed)["0:ra"] == ("old", "new")
