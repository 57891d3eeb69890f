"""One measured worker: the whole engine on Kafka, between two sides that answer at once.

Run as `python -m agents.lab.bench.engine_worker BROKERS GROUP NAME FOLDER PLACES`; with PLACES
`budgeted` QuickBooks is called as often as its limits allow, with `free` always.  It says each
command as its side is called, and at which of this machine's monotonic seconds that was: every
process of one machine counts the same ones.
"""

import logging
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from agents.intake.intake import Intake
from agents.lab.bench.child import end_with_parent, say
from agents.lab.bench.instant import InstantRemote
from agents.process.clock import SystemClock
from agents.view.folding import Folding
from agents.worker.engine import Engine, Limits, Outside
from agents.worker.worker import AGENTS
from schemas.commands import Write
from schemas.records import Invoice
from schemas.values import Side
from streams.budgets import WORKERS_A_SECOND, Budget
from streams.faust.app import App, build_app, new_loop, run_worker
from streams.faust.transport import FaustFeed
from streams.journal.journal import Journal
from streams.journal.store import Store
from streams.kafka.log import KafkaLog
from streams.kafka.request_log import KafkaRequestLog
from streams.outbox.kafka_producer import Producer
from streams.ports import LaneHandler, Remote
from streams.remotes.mediaos.events import change_from_event
from streams.topics import COMMANDS, JOURNAL, MEDIAOS_CHANGES


def heard(command: Write) -> None:
    """Tell the parent that a side is called, and about which record of MediaOS."""
    at = time.monotonic()
    named = command.about.id if command.side is Side.QBO else command.target
    memo = command.record.memo if isinstance(command.record, Invoice) else None
    say(side=command.side, kind=command.kind, id=named, memo=memo, at=at)


async def assemble(brokers: str, group: str, name: str, folder: Path, *, budgeted: bool) -> App:
    """Wire the worker; nothing is connected yet."""
    clock, feed = SystemClock(), FaustFeed()
    log, outbox = KafkaLog(brokers, JOURNAL.name), Producer(brokers)
    request_log, store = (
        KafkaRequestLog(brokers, COMMANDS.name),
        Store(f"sqlite:///{folder / name}"),
    )
    intake = Intake(outbox, clock, {MEDIAOS_CHANGES.name: change_from_event})
    engine = Engine(
        Outside(
            feed=feed,
            commit_now=feed.commit_now,
            journal=_journal(log, store, clock),
            outbox=outbox,
            requests=request_log,
            remotes=_remotes(clock, budgeted=budgeted),
            items=InstantRemote(clock, heard),
            clock=clock,
            handlers=lambda _journal: _handlers(intake),
        ),
        Limits(),
    )

    async def starting() -> None:
        for part in (outbox, log, request_log, engine):
            await part.start()

    return build_app(
        group=group,
        brokers=[brokers],
        feed=feed,
        lanes=engine.lanes,
        membership=engine.ownership,
        agents=AGENTS,
        datadir=folder,
        starting=starting,
    )


def _remotes(clock: SystemClock, *, budgeted: bool) -> Mapping[Side, Remote]:
    budget = Budget(clock, per_second=WORKERS_A_SECOND) if budgeted else None
    return {
        Side.QBO: InstantRemote(clock, heard, budget),
        Side.MEDIAOS: InstantRemote(clock, heard),
    }


def _handlers(intake: Intake) -> Mapping[str, LaneHandler]:
    return {MEDIAOS_CHANGES.name: intake}


def _journal(
    log: KafkaLog, store: Store, clock: SystemClock
) -> Callable[[Callable[[int], None]], Journal]:
    def made(on_term_lost: Callable[[int], None]) -> Journal:
        return Journal(
            log,
            Folding(),
            store,
            clock,
            new_term=lambda: uuid.uuid4().hex,
            on_term_lost=on_term_lost,
        )

    return made


def main() -> None:
    """Run until the parent kills us."""
    brokers, group, name, folder, places = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    end_with_parent()
    loop = new_loop()
    app = loop.run_until_complete(
        assemble(brokers, group, name, Path(folder), budgeted=places == "budgeted")
    )
    sys.exit(run_worker(app, loop))


if __name__ == "__main__":
    main()
