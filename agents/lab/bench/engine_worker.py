"""One measured worker: the whole engine on Kafka, between two sides that answer at once.

Run as `python -m agents.lab.bench.engine_worker BROKERS PREFIX GROUP NAME FOLDER PLACES`; with
PLACES `budgeted` QuickBooks is called as often as its limits allow, with `free` always.  It says
each command as its side is called, and at which of this machine's monotonic seconds that was: every
process of one machine counts the same ones.
"""

import logging
import sys
import time
import uuid
from functools import partial
from pathlib import Path

from agents.lab.bench.child import end_with_parent, say
from agents.lab.bench.instant import InstantRemote
from agents.process.clock import SystemClock
from agents.view.folding import Folding
from agents.worker.agents import AGENTS
from agents.worker.compose import compose
from agents.worker.ports import Ports
from agents.worker.sides import Budgets, Sides
from schemas.commands import Command, Create, Remove
from schemas.records import Invoice
from schemas.values import Side
from streams.budgets import WORKERS_A_SECOND, Budget
from streams.cluster import Cluster
from streams.faust.app import App, build_app, new_loop, run_app
from streams.faust.transport import FaustFeed
from streams.journal.journal import Journal
from streams.journal.store import Store
from streams.kafka.history import read_to_end
from streams.kafka.log import KafkaLog
from streams.kafka.request_log import KafkaRequestLog
from streams.outbox.kafka_producer import Producer
from streams.remotes.mediaos.budget import DailyBudget
from streams.settings import ProcessSettings
from streams.topics import JOURNAL, REQUESTS


def heard(command: Command) -> None:
    """Tell the parent that a side is called, and about which record of MediaOS."""
    at = time.monotonic()
    target = None if isinstance(command, Create) else command.target
    named = command.about.id if command.side is Side.QBO else target
    record = None if isinstance(command, Remove) else command.record
    memo = record.memo if isinstance(record, Invoice) else None
    say(side=command.side, kind=command.kind, id=named, memo=memo, at=at)


async def assemble(cluster: Cluster, group: str, name: str, folder: Path, *, budgeted: bool) -> App:
    """Compose the worker with the settings that ship; nothing is connected yet."""
    clock, feed = SystemClock(), FaustFeed()
    log, outbox = KafkaLog(cluster, JOURNAL.name), Producer(cluster)
    requests, store = KafkaRequestLog(cluster, REQUESTS.name), Store(f"sqlite:///{folder / name}")
    journal = Journal(log, Folding(), store, clock, new_term=lambda: uuid.uuid4().hex)
    ports = Ports(
        feed=feed,
        commit_now=feed.commit_now,
        journal=journal,
        outbox=outbox,
        requests=requests,
        read_topic=partial(read_to_end, cluster),
        sides=_sides(clock, budgeted=budgeted),
        clock=clock,
    )
    engine = compose(ports, ProcessSettings()).engine

    async def starting() -> None:
        for part in (outbox, log, requests, engine):
            await part.start()

    return build_app(
        group=group,
        cluster=cluster,
        feed=feed,
        lanes=engine.lanes,
        membership=engine.ownership,
        agents=AGENTS,
        datadir=folder,
        starting=starting,
    )


def _sides(clock: SystemClock, *, budgeted: bool) -> Sides:
    qbo, mediaos = Budget(clock, per_second=WORKERS_A_SECOND), DailyBudget(clock)
    remotes = {
        Side.QBO: InstantRemote(clock, heard, qbo if budgeted else None),
        Side.MEDIAOS: InstantRemote(clock, heard),
    }
    budgets = Budgets(qbo=lambda _tenant: qbo, mediaos=lambda _tenant: mediaos)
    return Sides(
        remotes=remotes,
        lists=remotes[Side.QBO],
        sources=remotes[Side.MEDIAOS],
        budgets=budgets if budgeted else None,
    )


def main() -> None:
    """Run until the parent kills us."""
    brokers, prefix, group, name, folder, places = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    end_with_parent()
    cluster = Cluster(brokers=brokers, prefix=prefix)
    loop = new_loop()
    app = loop.run_until_complete(
        assemble(cluster, group, name, Path(folder), budgeted=places == "budgeted")
    )
    sys.exit(run_app(app, loop))


if __name__ == "__main__":
    main()
