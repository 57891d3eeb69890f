"""What does one edit cost a worker, beside what an event costs a plain Faust agent?

Both in one run, as fast as they go; what is counted is the time that each had a processor, so the
machine, and what else it does, weigh on both alike.  The whole worker is in it: intake, lane,
rules, the journal read back, the store written.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agents.lab.bench.faults import BenchFault
from agents.lab.bench.installation import Installation
from agents.lab.bench.lanes import EVENTS, Load, Topic
from streams.cluster import Cluster

CUSTOMERS = 240
#: Not measured: connections, caches and the first garbage collections.
WARM_UP = 600
#: As many changes are on their way at once; a lane has a few of them, so none waits for another.
AT_ONCE = 60
WITHIN_SECONDS = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Milliseconds of the processor for an edit and for a plain event, and edits a second."""

    cpu_ms: float
    plain_ms: float
    per_s: float

    @property
    def ratio(self) -> float:
        """Return how many events of a plain agent an edit costs."""
        return self.cpu_ms / self.plain_ms


async def measure(
    cluster: Cluster, folder: Path, *, edits: int, repeats: int, say: Callable[[str], None]
) -> Edits:
    """Measure so many edits."""
    made = Installation(cluster, folder, group="bench-edits", customers=CUSTOMERS)
    async with made as installation:
        await installation.start("edits")
        say(f"linking {CUSTOMERS} customers")
        await installation.link()
        await _edited(installation, [f"warm-up {number}" for number in range(WARM_UP)])
        say(f"{edits:,} edits, as fast as they go")
        cpu, began = installation.cpu_seconds("edits"), time.monotonic()
        await _edited(installation, [f"edit {number}" for number in range(edits)])
        spent = installation.cpu_seconds("edits") - cpu
        seconds = time.monotonic() - began
    load = Load(keys=1000, partitions=1, shortest_ms=0, longest_ms=0)
    async with Topic(cluster.brokers, load) as topic:
        plain = await topic.median("plain", repeats, say)
    return Edits(
        cpu_ms=spent * 1000 / edits,
        plain_ms=plain.cpu_seconds * 1000 / EVENTS,
        per_s=edits / seconds,
    )


async def _edited(installation: Installation, memos: list[str]) -> None:
    left = set(memos)
    editing = asyncio.create_task(installation.edit_at_once(memos, AT_ONCE))
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            while left:
                left.discard((await installation.calls.get()).memo or "")
            await editing
    except TimeoutError as late:
        raise BenchFault(
            f"{len(left)} of {len(memos)} edits led to no call within {WITHIN_SECONDS:g} s: "
            "look into the worker's log."
        ) from late
    finally:
        editing.cancel()
