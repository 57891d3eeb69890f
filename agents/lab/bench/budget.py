"""How much of QuickBooks' limit does one worker use under a load that would use more, and no more?

A side that answers at once stands behind the real budget.  Each call's time is taken when the call
is made, after its attempt is in the journal, and the parent counts in QuickBooks' own windows: what
would have been one too many in any second or minute would have been a 429.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agents.lab.bench.faults import BenchFault
from agents.lab.bench.installation import Call, Installation
from schemas.values import Side
from streams.cluster import Cluster

#: quickbooks-online.md 4: calls of one company in so many seconds.
PER_SECOND, PER_MINUTE = 10, 500
CUSTOMERS = 60
#: Not measured: the first minute begins with what linking has spent.
WARM_UP_SECONDS = 60.0
#: More than can go out, so that something always waits.
TOO_MUCH = 1.2
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What was called in so many seconds, and what would have been refused in all the time."""

    seconds: float
    calls: int
    percent: float
    refused: int
    inversions: int


@dataclass(slots=True)
class Book:
    """Every call to QuickBooks in its order."""

    times: list[float] = field(default_factory=list)
    inversions: int = 0
    _last: dict[str, int] = field(default_factory=dict)

    def note(self, call: Call) -> None:
        """Take note of a call; an edit that is older than its invoice's last is out of order."""
        if call.side is not Side.QBO:
            return
        self.times.append(call.at)
        if call.memo is not None and call.memo.isdigit():
            number = int(call.memo)
            self.inversions += number <= self._last.get(call.id, -1)
            self._last[call.id] = number


async def measure(
    brokers: str, folder: Path, *, seconds: float, say: Callable[[str], None]
) -> Used:
    """Measure over that many seconds; BenchFault when the load ran out."""
    book = Book()
    made = Installation(
        Cluster(brokers=brokers),
        folder,
        group="bench-budget",
        customers=CUSTOMERS,
        budgeted=True,
        heard=book.note,
    )
    async with made as installation:
        await installation.start("budget")
        say(f"linking {CUSTOMERS} customers at QuickBooks' pace")
        await installation.link()
        edits = int(PER_MINUTE * (WARM_UP_SECONDS + seconds) / 60 * TOO_MUCH)
        say(f"{edits} edits at once, measured for {seconds:g} s")
        await installation.edit_at_once([str(number) for number in range(edits)], AT_ONCE)
        await asyncio.sleep(WARM_UP_SECONDS)
        began = time.monotonic()
        await asyncio.sleep(seconds)
        ended = time.monotonic()
    return _used(book, began, ended)


def _used(book: Book, began: float, ended: float) -> Used:
    calls = sum(began <= at < ended for at in book.times)
    if not calls:
        raise BenchFault("No call was made in the measured time: look into the worker's log.")
    return Used(
        seconds=ended - began,
        calls=calls,
        percent=100 * calls / (PER_MINUTE * (ended - began) / 60),
        refused=refused(book.times),
        inversions=book.inversions,
    )


def refused(times: Sequence[float]) -> int:
    """Count the calls that sliding windows of a second and a minute would not have let through."""
    let_in: deque[float] = deque()
    count = 0
    for at in sorted(times):
        while let_in and let_in[0] <= at - 60:
            let_in.popleft()
        of_a_second = sum(one > at - 1 for one in let_in)
        if of_a_second >= PER_SECOND or len(let_in) >= PER_MINUTE:
            count += 1
        else:
            let_in.append(at)
    return count
