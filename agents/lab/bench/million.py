"""What does a worker cost that has a million linked documents behind it?

A store of so many is made beside a journal that ends where the store stands; then a worker starts
on it, edits go on in every partition, and workers are killed.  Beside it, the same on a store of a
thousand.
"""

import asyncio
import itertools
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.lab.bench import takeover
from agents.lab.bench.faults import BenchFault
from agents.lab.bench.installation import AT_ONCE, PARTITIONS, TENANT, Installation
from agents.lab.bench.latency import WARM_UP_SECONDS, edited, memos
from agents.lab.bench.linked_store import DOCUMENTS, fill, model, write_journal
from agents.lab.bench.numbers import percentile
from agents.lab.bench.topics import fresh_topics
from streams.topics import JOURNAL, Layout

FEW_DOCUMENTS = 1_000
WORKER = "linked"
#: Edits a second: each partition has one waiting at any time while a worker starts, and what is
#: compared afterwards is the work on an edit and not the wait behind others.
PER_SECOND = 50
#: Edits of so many customers are worked off before the memory is looked at.
TOUCHED = 10_000
TOUCHED_WITHIN_SECONDS = 300.0
#: A start that takes longer than this does not come.
WITHIN_SECONDS = 300.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A worker on a store of so many documents."""

    documents: int
    start_s: float
    resident_mb: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Million:
    """With many documents and with few, and the seconds of each takeover with many."""

    many: Standing
    few: Standing
    takeovers: Sequence[float]


async def measure(
    brokers: str, folder: Path, *, documents: int, seconds: float, kills: int, say: Say
) -> Million:
    """Measure with so many linked documents, with edits for so many seconds."""
    few = await _standing(brokers, folder, documents=FEW_DOCUMENTS, seconds=seconds, say=say)
    many = await _standing(brokers, folder, documents=documents, seconds=seconds, say=say)
    async with fresh_topics(brokers, Layout()):
        await write_journal(brokers, JOURNAL.name, PARTITIONS)
        for worker in takeover.WORKERS:
            await _give_store(folder, worker, documents, say)
        customers = documents // DOCUMENTS
        made = Installation(brokers, folder, group="bench-linked-takeover", customers=customers)
        async with made as installation:
            for worker in takeover.WORKERS:
                await installation.start(worker)
            takeovers = await takeover.killed(installation, kills=kills, say=say)
    return Million(many=many, few=few, takeovers=takeovers)


async def _standing(
    brokers: str, folder: Path, *, documents: int, seconds: float, say: Say
) -> Standing:
    async with fresh_topics(brokers, Layout()):
        await write_journal(brokers, JOURNAL.name, PARTITIONS)
        await _give_store(folder, WORKER, documents, say)
        customers = documents // DOCUMENTS
        group = f"bench-linked-{documents}"
        async with Installation(brokers, folder, group=group, customers=customers) as installation:
            start_s = await _started(installation)
            say(f"{documents:,} documents: at work {start_s:.1f} s after its start")
            warm_up = memos("warm-up", WARM_UP_SECONDS, PER_SECOND)
            await edited(installation, list(warm_up), PER_SECOND)
            edits = list(memos("edit", seconds, PER_SECOND))
            sent, called = await edited(installation, edits, PER_SECOND)
            calls = [(called[memo] - at) * 1000 for memo, at in sent.items()]
            await _touch(installation, min(TOUCHED, customers))
            resident = installation.resident_mb(WORKER)
    say(f"{documents:,} documents: {resident:.0f} MB, edits {percentile(calls, 0.5):.1f} ms p50")
    return Standing(
        documents=documents,
        start_s=start_s,
        resident_mb=resident,
        p50_ms=percentile(calls, 0.5),
        p99_ms=percentile(calls, 0.99),
    )


async def _started(installation: Installation) -> float:
    """Start a worker; return the seconds until it has called a side for every partition."""
    waiting = (f"start {number}" for number in itertools.count())
    editing = asyncio.create_task(
        installation.edit_steadily(waiting, PER_SECOND, lambda _memo, _at: None)
    )
    began, served = time.monotonic(), set[int]()
    await installation.start(WORKER)
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            while len(served) < PARTITIONS:
                call = await installation.calls.get()
                served.add(installation.partition_of(call.id))
                last = call.at
    except TimeoutError as late:
        raise BenchFault(
            f"After {WITHIN_SECONDS:g} s only {len(served)} partitions worked: look into the log."
        ) from late
    finally:
        editing.cancel()
        await asyncio.gather(editing, return_exceptions=True)
    return last - began


async def _touch(installation: Installation, customers: int) -> None:
    """Edit so many customers' invoices, and wait until each edit was written across."""
    left = {f"touch {number}" for number in range(customers)}
    await installation.edit_at_once(sorted(left), AT_ONCE)
    try:
        async with asyncio.timeout(TOUCHED_WITHIN_SECONDS):
            while left:
                left.discard((await installation.calls.get()).memo or "")
    except TimeoutError as late:
        raise BenchFault(
            f"{len(left)} of {customers} edits led to no call in time: look into the log."
        ) from late


async def _give_store(folder: Path, worker: str, documents: int, say: Say) -> None:
    """Give a worker a copy of a store with so many documents; it is made once."""
    made = folder / f"linked-{documents}"
    if not made.exists():
        say(f"making a store of {documents:,} linked documents")
        rows, customers = await model(TENANT), documents // DOCUMENTS
        await asyncio.to_thread(
            fill, made, TENANT, rows, customers=customers, partitions=PARTITIONS
        )
    for left in ("", "-wal", "-shm"):
        # A log that a killed worker left would be played into the new file.
        (folder / f"{worker}{left}").unlink(missing_ok=True)
    await asyncio.to_thread(shutil.copyfile, made, folder / worker)
