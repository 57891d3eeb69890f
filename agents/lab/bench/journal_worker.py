"""One measured process: lanes on Faust whose every event appends two records to the journal.

Run as `python -m agents.lab.bench.journal_worker BROKERS TOPIC JOURNAL EVENTS FOLDER`.
The records are those of an edited invoice, as the engine writes them before and after its call:
what was seen and decided, and what came of it; a claim comes first, and each record is read back
and folded.
"""

import asyncio
import logging
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from agents.lab.bench.child import end_with_parent
from agents.lab.bench.notebook import Notebook
from agents.lab.bench.worked import Worked
from agents.process.clock import SystemClock
from agents.view.folding import Folding
from schemas.command_facts import CommandApplied, Decided
from schemas.facts import Fact, Seen, Settled
from schemas.identity import command_id, decision_id, lane_key
from schemas.values import Revision, Side
from streams.cluster import Cluster
from streams.faust.app import Agent, App, build_app, new_loop, run_app
from streams.faust.transport import FaustFeed
from streams.journal.journal import Journal
from streams.journal.store import Store
from streams.journal.terms import Accepted
from streams.kafka.log import KafkaLog
from streams.lanes.lanes import Lanes
from streams.ports import Delivery, TopicPartition

IN_FLIGHT = 100
TENANT = "bench"


@dataclass(frozen=True, slots=True)
class Edit:
    """The facts of one edited invoice, to be told of any lane and event."""

    seen: Seen
    decided: Decided
    applied: CommandApplied
    settled: Settled

    def before(self, event: str, revision: int) -> tuple[Fact, ...]:
        """Return what is written before the call."""
        change = replace(self.seen.change, event=event, revision=Revision(False, revision))
        decision = decision_id(event, 1)
        command = replace(self.decided.command, id=command_id(decision, 0))
        decided = replace(self.decided, decision=decision, command=command)
        return replace(self.seen, change=change), decided

    def after(self, event: str, revision: int) -> tuple[Fact, ...]:
        """Return what is written after it."""
        command = command_id(decision_id(event, 1), 0)
        applied = replace(self.applied, command=command, revision=Revision(False, revision))
        return applied, self.settled


class JournalHandler:
    """Two records an event, and the simulated work between them."""

    def __init__(self, journal: Journal, edit: Edit, worked: Worked) -> None:
        self.lanes: Lanes | None = None
        self._journal = journal
        self._edit = edit
        self._worked = worked

    async def handle(self, delivery: Delivery) -> bool:
        """Append, work, append."""
        lane = lane_key(TENANT, Side.MEDIAOS, delivery.key.decode())
        event, revision = f"{lane}@{delivery.offset}", delivery.offset + 1
        if not await self._append(delivery.tp, lane, self._edit.before(event, revision)):
            return False
        await self._worked.work(delivery.key, delivery.value or b"")
        return await self._append(delivery.tp, lane, self._edit.after(event, revision))

    async def hold(self, delivery: Delivery) -> bool:
        """Refuse: the bench's lanes take every event, so that only they are measured."""
        raise AssertionError(delivery.offset)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Do nothing: nothing is held."""

    async def _append(self, tp: TopicPartition, lane: str, facts: tuple[Fact, ...]) -> bool:
        term = self._journal.term(tp.partition)
        if term is None or self.lanes is None:
            return False
        prefix = self.lanes.finished(tp)
        ended = await self._journal.append(tp.partition, lane, facts, term=term, prefix=prefix)
        return isinstance(ended, Accepted)


class Claiming:
    """A membership that claims each partition before its lanes are opened."""

    def __init__(self, feed: FaustFeed, journal: Journal, lanes: Lanes) -> None:
        self._feed = feed
        self._journal = journal
        self._lanes = lanes
        self._tasks: set[asyncio.Task[None]] = set()

    def on_assigned(self, tps: frozenset[TopicPartition], generation: int) -> None:
        """Claim and open."""
        del generation
        self._tasks = {asyncio.create_task(self._claim(tp)) for tp in tps}

    def on_revoked(self, tps: frozenset[TopicPartition]) -> None:
        """End."""

    async def _claim(self, tp: TopicPartition) -> None:
        await self._feed.commit_now(tp, self._lanes.unfinished_first(tp) or 0)
        await self._journal.claim(tp.partition)
        await self._lanes.open(tp)


async def edit_of_an_invoice() -> Edit:
    """Have the engine's own rules tell how one small invoice is edited."""
    notebook = Notebook(SystemClock(), partition=0, term="")
    await notebook.tell(TENANT, "1000", invoices=1, edits=1)
    before, after = notebook.records[-2:]
    match (*before.facts, *after.facts):
        case (
            Seen() as seen,
            Decided() as decided,
            CommandApplied() as applied,
            Settled() as settled,
        ):
            return Edit(seen, decided, applied, settled)
        case other:
            raise AssertionError(f"an edit is written otherwise now: {other}")


async def assemble(brokers: str, topic: str, journal_topic: str, events: int, folder: Path) -> App:
    """Wire the worker."""
    cluster, clock, feed = Cluster(brokers=brokers), SystemClock(), FaustFeed()
    log = KafkaLog(cluster, journal_topic)
    store = Store(f"sqlite:///{folder / f'{journal_topic}.sqlite'}")
    new_term = uuid.uuid4().hex
    journal = Journal(log, Folding(), store, clock, new_term=lambda: new_term, partitions=1)
    handler = JournalHandler(journal, await edit_of_an_invoice(), Worked(events))
    lanes = Lanes(
        feed,
        clock,
        # Ten tenants, as in the bench of the lanes alone.
        share_of=lambda key: key.decode()[-1],
        max_in_flight=IN_FLIGHT,
        max_queued_per_lane=events,
        max_backlog=events,
    )
    lanes.route(topic, handler, gated=True)
    lanes.on_fault(_fault)
    handler.lanes = lanes

    async def starting() -> None:
        await log.start()
        await journal.start()

    return build_app(
        group=f"{topic}-{journal_topic}",
        cluster=cluster,
        feed=feed,
        lanes=lanes,
        membership=Claiming(feed, journal, lanes),
        agents=[Agent(name="sync", topics=(topic,), about="The bench's lanes with the journal.")],
        datadir=folder,
        starting=starting,
    )


def _fault(tp: TopicPartition, exc: Exception) -> None:
    logging.getLogger("isthmus.bench").error("%s: %r", tp, exc)


def main() -> None:
    """Run until the parent has read the figure and kills us."""
    brokers, topic, journal_topic, events, folder = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    end_with_parent()
    loop = new_loop()
    arguments = (brokers, topic, journal_topic, int(events), Path(folder))
    sys.exit(run_app(loop.run_until_complete(assemble(*arguments)), loop))


if __name__ == "__main__":
    main()
