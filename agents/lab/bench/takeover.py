"""How long are a killed worker's lanes without anybody who works on them?

Two workers share the partitions, and edits go on in every partition all the time.  One worker is
killed with SIGKILL; the time ends when the other has called a side for each partition that was the
killed one's.  Then the killed one is started again, and the next kill hits the other.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from agents.lab.bench.faults import BenchFault
from agents.lab.bench.installation import PARTITIONS, Call, Installation
from streams.cluster import Cluster

WORKERS = ("takeover-1", "takeover-2")
CUSTOMERS = 96
#: About five edits a second in each partition: the finest step of this figure is 0.2 s.
PER_SECOND = 60
#: Kafka's own default for a session is 45 s; who takes longer than this does not come.
WITHIN_SECONDS = 60.0
#: Owners are settled when every partition was served, and none changed hands, for so long.
SETTLED_SECONDS = 3.0


class Owners:
    """Who called last for each partition."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._last: dict[int, Call] = {}
        self._changed = 0.0

    async def next(self) -> tuple[int, Call]:
        """Return the next call and its partition, and take note of it."""
        call = await self._installation.calls.get()
        partition = self._installation.partition_of(call.id)
        before = self._last.get(partition)
        if before is None or before.worker != call.worker:
            self._changed = call.at
        self._last[partition] = call
        return partition, call

    async def shared(self) -> None:
        """Return once every partition has an owner for some time, and each worker owns some."""
        while not self.is_shared(time.monotonic()):
            await self.next()

    def of(self, worker: str) -> set[int]:
        """Return the partitions that a worker serves."""
        return {number for number, call in self._last.items() if call.worker == worker}

    def is_shared(self, now: float) -> bool:
        """Tell whether that is so at this monotonic second."""
        calls = self._last.values()
        served = len(calls) == PARTITIONS and all(now - c.at < SETTLED_SECONDS for c in calls)
        settled = now - self._changed > SETTLED_SECONDS
        return served and settled and {call.worker for call in calls} == set(WORKERS)


async def measure(
    brokers: str, folder: Path, *, kills: int, say: Callable[[str], None]
) -> Sequence[float]:
    """Return the seconds of each kill until all partitions of the killed one worked again."""
    made = Installation(
        Cluster(brokers=brokers), folder, group="bench-takeover", customers=CUSTOMERS
    )
    async with made as installation:
        for worker in WORKERS:
            await installation.start(worker)
        say(f"linking {CUSTOMERS} customers")
        await installation.link()
        return await killed(installation, kills=kills, say=say)


async def killed(
    installation: Installation, *, kills: int, say: Callable[[str], None]
) -> Sequence[float]:
    """Kill the workers of an installation in turn; return as `measure` does."""
    memos = (f"probe {number}" for number in itertools.count())
    editing = asyncio.create_task(installation.edit_steadily(memos, PER_SECOND, _unheard))
    try:
        return [
            await _taken_over(installation, Owners(installation), victim, say)
            for victim in itertools.islice(itertools.cycle(WORKERS), kills)
        ]
    finally:
        editing.cancel()
        await asyncio.gather(editing, return_exceptions=True)


async def _taken_over(
    installation: Installation, owners: Owners, victim: str, say: Callable[[str], None]
) -> float:
    """Kill a worker, wait for the other one, and start it again."""
    await _in_time(owners.shared(), "two workers did not come to share the partitions")
    lost = owners.of(victim)
    began = time.monotonic()
    await installation.kill(victim)
    await _in_time(_served_again(owners, victim, set(lost)), f"{victim} was not replaced")
    seconds = time.monotonic() - began
    say(f"{victim} killed: its {len(lost)} partitions worked again after {seconds:.1f} s")
    await installation.start(victim)
    return seconds


async def _served_again(owners: Owners, victim: str, lost: set[int]) -> None:
    while lost:
        partition, call = await owners.next()
        if call.worker != victim:
            lost.discard(partition)


async def _in_time(waiting: Awaitable[None], complaint: str) -> None:
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            await waiting
    except TimeoutError as late:
        raise BenchFault(
            f"After {WITHIN_SECONDS:g} s {complaint}: look into the workers' logs."
        ) from late


def _unheard(_memo: str, _at: float) -> None:
    """It does not matter when a probe was sent."""
