"""What does a worker cost that has a million linked documents behind it?

A store of so many is made beside a journal that ends where the store stands; then a worker starts
on it, edits go on in every partition, and workers are killed.  Beside it, at the same time, another
installation's on a store of a thousand.
"""

import asyncio
import itertools
import shutil
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.lab.bench import takeover
from agents.lab.bench.faults import BenchFault
from agents.lab.bench.installation import AT_ONCE, PARTITIONS, TENANT, Installation
from agents.lab.bench.latency import WARM_UP_SECONDS, edited, memos
from agents.lab.bench.linked_store import DOCUMENTS, fill, model, write_journal
from agents.lab.bench.numbers import percentile
from agents.lab.bench.topics import fresh_topics
from streams.cluster import Cluster
from streams.topics import Layout

FEW_DOCUMENTS = 1_000
WORKER = "linked"
#: Edits a second: each partition has one waiting at any time while a worker starts, and what is
#: compared afterwards is the work on an edit and not the wait behind others.
PER_SECOND = 25
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
    """Measure with so many linked documents, with edits for so many seconds.

    Both workers get their edits at the same time, so that neither has a quieter machine.
    """
    behind = (FEW_DOCUMENTS, documents)
    async with AsyncExitStack() as stack:
        made = [await stack.enter_async_context(_worker(brokers, folder, n, say)) for n in behind]
        started = [await _started(each) for each in made]
        await _paired(made, "warm-up", WARM_UP_SECONDS)
        calls = await _paired(made, "edit", seconds)
        for each in made:
            await _touch(each, min(TOUCHED, len(each.invoices)))
        resident = [each.resident_mb(WORKER) for each in made]
    few, many = (
        Standing(
            documents=number,
            start_s=start_s,
            resident_mb=resident_mb,
            p50_ms=percentile(milliseconds, 0.5),
            p99_ms=percentile(milliseconds, 0.99),
        )
        for number, start_s, resident_mb, milliseconds in zip(
            behind, started, resident, calls, strict=True
        )
    )
    for told in (few, many):
        say(
            f"{told.documents:,} documents: at work {told.start_s:.1f} s after its start, "
            f"{told.resident_mb:.0f} MB, edits {told.p50_ms:.1f} ms p50"
        )
    takeovers = await _takeovers(brokers, folder, documents, kills, say)
    return Million(many=many, few=few, takeovers=takeovers)


async def _takeovers(
    brokers: str, folder: Path, documents: int, kills: int, say: Say
) -> Sequence[float]:
    cluster, customers = Cluster(brokers=brokers), documents // DOCUMENTS
    async with fresh_topics(cluster, Layout()):
        await write_journal(cluster, PARTITIONS)
        for worker in takeover.WORKERS:
            await _give_store(folder, folder / worker, documents, say)
        made = Installation(cluster, folder, group="bench-linked-takeover", customers=customers)
        async with made as installation:
            for worker in takeover.WORKERS:
                await installation.start(worker)
            return await takeover.killed(installation, kills=kills, say=say)


@asynccontextmanager
async def _worker(
    brokers: str, folder: Path, documents: int, say: Say
) -> AsyncIterator[Installation]:
    """Lend an installation of its own, whose worker is not started and has so many documents."""
    cluster, place = Cluster(brokers=brokers, prefix=f"of-{documents}."), folder / f"of-{documents}"
    place.mkdir(exist_ok=True)
    await _give_store(folder, place / WORKER, documents, say)
    customers = documents // DOCUMENTS
    async with (
        fresh_topics(cluster, Layout()),
        Installation(cluster, place, group="bench-linked", customers=customers) as installation,
    ):
        await write_journal(cluster, PARTITIONS)
        yield installation


async def _paired(
    installations: Sequence[Installation], what: str, seconds: float
) -> Sequence[Sequence[float]]:
    """Edit in all at once; return the milliseconds from each edit to its call, for each."""
    told = list(memos(what, seconds, PER_SECOND))
    timed = await asyncio.gather(*(edited(each, told, PER_SECOND) for each in installations))
    return [[(called[memo] - at) * 1000 for memo, at in sent.items()] for sent, called in timed]


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


async def _give_store(folder: Path, path: Path, documents: int, say: Say) -> None:
    """Put a copy of a store with so many documents there; it is made once."""
    made = folder / f"linked-{documents}"
    if not made.exists():
        say(f"making a store of {documents:,} linked documents")
        rows, customers = await model(TENANT), documents // DOCUMENTS
        await asyncio.to_thread(
            fill, made, TENANT, rows, customers=customers, partitions=PARTITIONS
        )
    for left in ("", "-wal", "-shm"):
        # A log that a killed worker left would be played into the new file.
        path.with_name(f"{path.name}{left}").unlink(missing_ok=True)
    await asyncio.to_thread(shutil.copyfile, made, path)
