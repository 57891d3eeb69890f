"""Whatever two workers do, and whenever: one history, the same for every reader."""

import asyncio
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from streams.journal.journal import Journal
from streams.journal.store import Store
from streams.journal.terms import Accepted, ClaimFailedError
from tests.testing.simulated.clock import SimulatedClock, settle
from tests.testing.simulated.folding import WordFolding
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic

WORKERS = 2

actions = st.sampled_from(
    ["claim"] * 4
    + ["append"] * 10
    + ["freeze reads", "thaw reads"] * 3
    + ["freeze appends", "thaw appends"]
    + ["lose kept", "lose not kept", "flush", "flush", "kill", "time passes"]
)
#: Who does what, and for how many turns of the loop everybody goes on after it.
steps = st.lists(
    st.tuples(st.integers(0, WORKERS - 1), actions, st.sampled_from([0, 1, 3, 30])), max_size=60
)


async def slowly(function, *args):
    # As a thread does: what was read is old, and what was written late, when we hear of it.
    await settle(2)
    result = function(*args)
    await settle(2)
    return result


class World:
    """Two workers that start anew when killed, over one topic with one partition."""

    def __init__(self):
        self.topic = SimulatedTopic(1)
        self.stores = [Store("sqlite://") for _ in range(WORKERS)]
        self.logs = [None] * WORKERS
        self.clocks = [None] * WORKERS
        self.journals = [None] * WORKERS
        self.accepted = []
        self.tasks = [[] for _ in range(WORKERS)]
        self._words = count()
        self._terms = count()

    async def start(self, worker):
        self.logs[worker] = SimulatedLog(self.topic, records_a_read=3)
        self.clocks[worker] = SimulatedClock()
        self.journals[worker] = self.journal(
            self.logs[worker], self.stores[worker], self.clocks[worker]
        )
        await self.journals[worker].start()

    def journal(self, log, store, clock):
        return Journal(
            log,
            WordFolding(),
            store,
            clock,
            new_term=lambda: f"t{next(self._terms)}",
            partitions=1,
            row_limit=2,
            in_thread=slowly,
        )

    async def kill(self, worker):
        for task in [*self.journals[worker]._tasks, *self.tasks[worker]]:
            task.cancel()
        await asyncio.gather(
            *self.journals[worker]._tasks, *self.tasks[worker], return_exceptions=True
        )
        self.tasks[worker] = []

    async def act(self, worker, action):
        log, journal = self.logs[worker], self.journals[worker]
        acts = {
            "claim": lambda: self.begin(worker, self.claim(worker)),
            "append": lambda: self.begin(worker, self.append(worker)),
            "freeze reads": log.hold_reads,
            "thaw reads": log.let_reads_go,
            "freeze appends": log.hold_appends,
            "thaw appends": log.let_appends_go,
            "lose kept": lambda: log.lose_answers(kept=True),
            "lose not kept": lambda: log.lose_answers(kept=False),
            "flush": journal.flush,
            "kill": lambda: self.restart(worker),
            "time passes": lambda: self.clocks[worker].advance(11),
        }
        done = acts[action]()
        if done is not None:
            await done

    def begin(self, worker, work):
        self.tasks[worker].append(asyncio.create_task(work))

    async def restart(self, worker):
        await self.kill(worker)
        await self.start(worker)

    async def claim(self, worker):
        try:
            await self.journals[worker].claim(0)
        except ClaimFailedError:
            return

    async def append(self, worker):
        journal, word = self.journals[worker], str(next(self._words))
        term = journal.term(0)
        if term is None:
            return
        facts = [(f"r{int(word) % 5}", word)]
        answer = await journal.append(0, "lane", facts, term=term)
        if isinstance(answer, Accepted):
            self.accepted.append((worker, term, answer.offset, word))

    async def come_to_rest(self):
        for log, clock in zip(self.logs, self.clocks, strict=True):
            log.let_reads_go()
            log.let_appends_go()
            await settle()
            await clock.advance(11)
        await asyncio.gather(*(task for tasks in self.tasks for task in tasks))

    async def state(self, journal):
        await journal.caught_up()
        await journal.loaded_under("")
        return dict(journal.rows("")), journal.dropped(0)


def history(topic):
    """Read the topic as the rule says, without any code of the journal."""
    decode = WordFolding().decode
    term, counted, rows = "", {}, {}
    for offset, read in enumerate(topic.records[0]):
        record = decode(read.value)
        if record.claim:
            term = record.claim
        elif record.term == term:
            counted[offset] = (term, *[word for _, word in record.facts])
            for row, word in record.facts:
                rows[f"0:{row}"] = (*rows.get(f"0:{row}", ()), word)
    return counted, rows


@given(steps)
def test_every_reader_sees_the_same_history_and_every_accepted_record_is_in_it(steps):
    asyncio.run(play(steps))


async def play(steps):
    world = World()
    for worker in range(WORKERS):
        await world.start(worker)
    for worker, action, turns in steps:
        await world.act(worker, action)
        await settle(turns)
    await world.come_to_rest()

    counted, rows = history(world.topic)
    for _, term, offset, word in world.accepted:
        assert counted[offset] == (term, word)
    owners = {term: worker for worker, term, _, _ in world.accepted}
    assert all(owners[term] == worker for worker, term, _, _ in world.accepted)

    newcomer = world.journal(SimulatedLog(world.topic), Store("sqlite://"), SimulatedClock())
    await newcomer.start()
    for journal in [*world.journals, newcomer]:
        assert (await world.state(journal))[0] == rows
    for worker in range(WORKERS):
        await world.kill(worker)
    await newcomer.stop()
