"""What do the other customers notice of a lockout, and what does the worker keep of what queues?

Edits go on in all partitions; one of them is locked, and released, by turns.  The latency of all
others is taken in both.  Then many more edits queue behind the lock, and the worker's memory is
looked at: the partition is not read, so it should keep nothing of them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agents.lab.bench.faults import BenchFault
from agents.lab.bench.installation import TENANT, Installation
from agents.lab.bench.numbers import percentile
from schemas.identity import lane_key, lockout_id
from schemas.requests import ImposeLockout, ReleaseLockout
from schemas.values import Side
from streams.cluster import Cluster
from streams.topics import INTAKE

PER_SECOND = 200
CUSTOMERS = 240
WARM_UP_SECONDS = 3.0
#: Free and locked, so often by turns: what else goes on hits both.
TURNS = 3
LAST_WITHIN_SECONDS = 20.0
#: A difference this small is none.
GRACE_MS = 5.0
IN_FORCE_SECONDS = 1.0
QUEUED_WITHIN_SECONDS = 400.0
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """The other partitions' latency without and with a lock, and megabytes while edits queue."""

    free_p99_ms: float
    locked_p99_ms: float
    ratio: float
    edits: int
    queued: int
    resident_before_mb: float
    resident_most_mb: float


async def measure(
    brokers: str, folder: Path, *, seconds: float, queued: int, say: Callable[[str], None]
) -> Locked:
    """Measure latency over that many seconds of each kind, then queue so many edits."""
    made = Installation(Cluster(brokers=brokers), folder, group="bench-lock", customers=CUSTOMERS)
    async with made as installation:
        await installation.start("lock")
        say(f"linking {CUSTOMERS} customers")
        await installation.link()
        free, locked = await _Turns(installation).all(seconds, say)
        before, most = await _queue(installation, queued, say)
    return Locked(
        free_p99_ms=percentile(free, 0.99),
        locked_p99_ms=percentile(locked, 0.99),
        ratio=ratio(percentile(free, 0.99), percentile(locked, 0.99)),
        edits=len(free) + len(locked),
        queued=queued,
        resident_before_mb=before,
        resident_most_mb=most,
    )


def ratio(free_ms: float, locked_ms: float) -> float:
    """Return the second as a multiple of the first; 1 when it is at most 5 ms more."""
    return locked_ms / free_ms if locked_ms - free_ms > GRACE_MS else min(locked_ms / free_ms, 1.0)


class _Turns:
    """Edits of all partitions, while one of them is locked or free."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._victim = next(iter(installation.invoices))
        self._partition = installation.partition_of(self._victim)
        self._sent: dict[str, float] = {}

    async def all(
        self, seconds: float, say: Callable[[str], None]
    ) -> tuple[list[float], list[float]]:
        """Return the milliseconds of every edit elsewhere, of the free and of the locked turns."""
        await self._edited("warm-up", WARM_UP_SECONDS, locked=False)
        free: list[float] = []
        locked: list[float] = []
        for turn in range(TURNS):
            say(f"{PER_SECOND} edits a second, free and locked, {turn + 1} of {TURNS}")
            free += await self._edited(f"free {turn}", seconds / TURNS, locked=False)
            await impose(self._installation, f"turn-{turn}")
            locked += await self._edited(f"locked {turn}", seconds / TURNS, locked=True)
            await release(self._installation, f"turn-{turn}")
            await self._called({memo for memo in self._sent if memo not in self._of_others})
        return free, locked

    async def _edited(self, what: str, seconds: float, *, locked: bool) -> list[float]:
        self._sent = {}
        count = int(seconds * PER_SECOND)
        invoices = list(self._installation.invoices)
        memos = [f"{what} {number}" for number in range(count)]
        of = {memo: invoices[number % len(invoices)] for number, memo in enumerate(memos)}
        partition_of = self._installation.partition_of
        self._of_others = {m for m, i in of.items() if partition_of(i) != self._partition}
        pace = self._installation.edit_steadily(memos, PER_SECOND, self._sent.__setitem__)
        editing = asyncio.create_task(pace)
        wanted = self._of_others if locked else set(memos)
        called = await self._called(set(wanted), seconds)
        await editing
        return [(called[m] - self._sent[m]) * 1000 for m in wanted if m in self._of_others]

    async def _called(self, memos: set[str], seconds: float = 0.0) -> dict[str, float]:
        called: dict[str, float] = {}
        try:
            async with asyncio.timeout(seconds + LAST_WITHIN_SECONDS):
                while memos:
                    call = await self._installation.calls.get()
                    if call.side is Side.QBO and call.memo in memos:
                        called[call.memo] = call.at
                        memos.discard(call.memo)
        except TimeoutError as late:
            raise BenchFault(
                f"{len(memos)} edits led to no call in time: look into the worker's log, "
                "or measure when less is going on."
            ) from late
        return called


def _lane(installation: Installation) -> str:
    return lane_key(TENANT, Side.MEDIAOS, next(iter(installation.invoices.values())))


async def impose(installation: Installation, name: str) -> None:
    """Lock the first customer's partition for an hour."""
    lane = _lane(installation)
    await installation.ask(
        lane, ImposeLockout(id=name, lane=lane, minutes=60.0, reason="the bench asks for it")
    )
    # Nobody tells when it is in force; nothing is measured of the time until then.
    await asyncio.sleep(IN_FORCE_SECONDS)


async def release(installation: Installation, name: str) -> None:
    """End that lockout."""
    lane = _lane(installation)
    await installation.ask(
        lane, ReleaseLockout(id=f"{name}-end", lane=lane, lockout=lockout_id(name))
    )


async def _queue(
    installation: Installation, queued: int, say: Callable[[str], None]
) -> tuple[float, float]:
    """Return the worker's resident megabytes before, and the most while so many edits queue."""
    await impose(installation, "queue")
    invoice = next(iter(installation.invoices))
    partition = installation.partition_of(invoice)
    end = await installation.end(INTAKE.name, partition) + queued
    before = most = installation.resident_mb("lock")
    say(f"{queued:,} edits behind a lock")
    memos = [f"queued {number}" for number in range(queued)]
    publishing = asyncio.create_task(installation.edit_at_once(memos, AT_ONCE, [invoice]))
    try:
        async with asyncio.timeout(QUEUED_WITHIN_SECONDS):
            while not publishing.done() or await installation.end(INTAKE.name, partition) < end:
                most = max(most, installation.resident_mb("lock"))
                await asyncio.sleep(0.5)
            await publishing
    except TimeoutError as late:
        raise BenchFault(
            f"{queued} edits were not taken in within {QUEUED_WITHIN_SECONDS:g} s."
        ) from late
    finally:
        publishing.cancel()
    return before, max(most, installation.resident_mb("lock"))
