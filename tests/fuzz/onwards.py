"""What becomes of what passed a door: rules, store, figures, log and screens, as they ship.

One worker is composed as a process composes it, over a Kafka in memory, a store that has room for
few rows, and two small sides.  It goes on from one input to the next, and after some a new one
begins.  A fault of ours is caught there, and buried or parked: here it has escaped.
"""

import asyncio
import contextlib
import io
import json
import logging
import os
from dataclasses import asdict

from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from agents.cli import explain, parked, status, status_summary
from agents.cli.backlog import forecast
from agents.cli.calls import CallsView
from agents.cli.console import show_json
from agents.cli.fact_text import tell, word
from agents.cli.formatting import plain
from agents.cli.journal_state import fold
from agents.cli.table import show_table
from agents.process.logs import JsonLines
from agents.sweep.coverage_view import CoverageView
from agents.view.folding import Folding
from schemas.catalog import decode_journal, encode
from schemas.facts import Parked
from schemas.limits import LONGEST_TEXT
from schemas.state import ParkReason
from streams.journal.rebuild import rebuild
from streams.journal.store import Store
from streams.journal.unreadable import UnreadableError
from tests.testing.simulated.clock import SimulatedClock, settle
from tests.testing.simulated.kept_store import FEW_ROWS
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic
from tests.testing.simulated.story import given_a_customer_with_an_invoice
from tests.testing.simulated.world import World
from tests.unit.worker.test_monitor import watching

#: Inputs after which a new installation begins, so that none grows for ever.
INPUTS = 40
#: Of so many that pass a door one goes on: it takes four times as long as to knock.
ONE_OF = int(os.environ.get("FUZZ_ONE_OF", "10"))
OURS = ("isthmus", "agents", "streams")
#: As much as one field of any input may have, and what surrounds it.
LONGEST_LINE = 4 * LONGEST_TEXT


class Lines(logging.Handler):
    """Writes the log's lines as a process does, and keeps the faults of ours among them."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.faults = []
        self._lines = JsonLines()

    def emit(self, record):
        line = self._lines.format(record)
        if record.exc_info:
            self.faults.append(line)
        elif "\n" in line or len(line) > LONGEST_LINE or not json.loads(line)["message"]:
            self.faults.append(f"a line of {len(line)} characters: {line[:500]}")


LINES = Lines()


@contextlib.contextmanager
def heard():
    """Hear every line of ours; fail with what was a fault."""
    LINES.faults.clear()
    before = {name: logging.getLogger(name).level for name in OURS}
    for name in OURS:
        logging.getLogger(name).addHandler(LINES)
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).removeHandler(LINES)
            logging.getLogger(name).setLevel(level)
    assert LINES.faults == [], LINES.faults


class Onwards:
    """The installation that stands, and the next one when it has taken enough."""

    def __init__(self):
        self._stands = None
        self._passed = 0
        #: How many went on.
        self.taken = 0

    async def take(self, topic, key, value):
        self._passed += 1
        if self._passed % ONE_OF:
            return
        self.taken += 1
        if self._stands is None:
            self._stands = Installation()
            await self._stands.begin()
        try:
            await self._stands.take(topic, key, value)
            if self._stands.taken >= INPUTS:
                await self.end()
        except BaseException:
            await self.give_up()
            raise

    async def end(self):
        stood, self._stands = self._stands, None
        if stood is not None:
            await stood.end()

    async def give_up(self):
        """Begin with a new one after a fault: what has gone wrong there would do so again."""
        stood, self._stands = self._stands, None
        if stood is not None:
            await stood.close()


class Installation:
    """One worker and what it stands on."""

    def __init__(self):
        self.world = World()
        self.world.kept.row_limit = FEW_ROWS
        self.taken = 0
        self._read = [0] * len(self.journal.records)
        self._letters = 0

    @property
    def journal(self):
        return self.world.kafka.topics["isthmus-journal"]

    async def begin(self):
        self.watched = await watching(self.world, await self.world.worker())
        await given_a_customer_with_an_invoice(self.world)
        await self.world.run(2)
        self.told()

    async def take(self, topic, key, value):
        """Have the worker take a record to its end, and show what it says of it."""
        self.taken += 1
        with heard():
            await self.world.kafka.send(topic, key, value)
            await settle(500)
            await self.world.clock.advance(1)
            await settle(500)
        shown(self.told())

    def told(self):
        """Return the facts that are new; none may say that the fault is ours."""
        facts = []
        for number, records in enumerate(self.journal.records):
            new = records[self._read[number] :]
            self._read[number] = len(records)
            facts += [fact for each in new for fact in decode_journal(each.value).facts]
        bugs = [each for each in facts if isinstance(each, Parked)]
        bugs = [each for each in bugs if each.park.reason is ParkReason.BUG]
        assert bugs == [], bugs
        letters = self.world.kafka.values("isthmus-dead-letters")
        new, self._letters = letters[self._letters :], len(letters)
        buried = [each for each in new if b"a fault of Isthmus" in each]
        assert buried == [], buried
        return facts

    async def end(self):
        """Show the whole as commands and Prometheus do."""
        with heard():
            await self.watched.look()
            _figures(self.watched.metrics.text().decode())
            await self.watched.end()
            await screens(self.journal, self.world.clock)
        await self.close()

    async def close(self):
        """End whatever it began: nothing else runs on the loop of all doors."""
        self.world.workers[-1].kill()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        self.world.kept.store.close()


def shown(facts):
    """Tell facts as `explain` does, to people and to programs."""
    if not facts:
        return
    with contextlib.redirect_stdout(io.StringIO()):
        show_table(("fact", "told"), [(word(each), tell(each)) for each in facts], ids=())
        show_json([plain(each) for each in facts])


async def screens(journal, clock):
    """Show what a journal adds up to, as the commands do."""
    state = await fold(SimulatedLog(journal), clock)
    lanes, lockouts = state.lanes(), state.lockouts()
    tenants = {name: state.tenant(name) for name in state.tenants()}
    ahead = forecast({}, lanes, lockouts, clock.now(), suspended=False)
    view, calls = CoverageView(clock.now()), CallsView(clock.now())
    summed = status_summary.summary(
        lanes, lockouts, state.partition_folds, clock.now(), tenants, ahead, view, calls
    )
    with contextlib.redirect_stdout(io.StringIO()):
        status._show(summed, tenants)
        show_json(plain(asdict(summed)))
        waiting = [*parked.parked_in(lanes, state), *parked.unplaced_in(lanes, state)]
        for as_json in (False, True):
            parked._show(waiting, "nothing", as_json=as_json)
        for lane in lanes:
            for name in lane.documents:
                show_json(explain.stands(lane, name))


class Journals:
    """A journal that holds one record more than a good one, folded, stored, and shown."""

    def __init__(self):
        self.clock = SimulatedClock()
        self._good = None
        self._passed = 0
        self.taken = 0

    async def take(self, record):
        """Tell whether it can be folded; where it cannot, its partition is named and stops."""
        self._passed += 1
        if self._passed % ONE_OF:
            return True
        self.taken += 1
        journal = await self._with(record)
        with heard():
            try:
                store = await stored(journal, self.clock, Store("sqlite://"))
            except UnreadableError:
                store = None
            await screens(journal, self.clock)
        shown(record.facts)
        if store is not None:
            store.close()
        return store is not None

    async def _with(self, record):
        if self._good is None:
            installation = Installation()
            await installation.begin()
            await installation.end()
            self._good = installation.world
        good = self._good.kafka.topics["isthmus-journal"].records
        partition = self._good.kafka.partition_of(record.lane.encode(errors="replace"))
        journal = SimulatedTopic(len(good))
        journal.records = [list(each) for each in good]
        claim = decode_journal(good[partition][0].value)
        ours = replace(record, term=claim.term, claim=None)
        journal.keep(partition, record.lane.encode(errors="replace"), encode(ours))
        return journal


async def stored(journal, clock, store):
    """Fold a journal into a store, and read each row of it again; return the store."""
    log, folding = SimulatedLog(journal), Folding()
    await rebuild(log, folding, store, clock, partitions=len(journal.records), in_thread=at_once)
    for row in store.each_row():
        folding.load(row.key, row.body)
    return store


async def at_once(work, *args):
    return work(*args)


def _figures(text):
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for value in sample.labels.values():
                assert len(value) <= 100, (sample.name, value)
                assert value.isprintable(), (sample.name, value)
