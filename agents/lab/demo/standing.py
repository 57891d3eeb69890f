"""How far is the day?  The figures that a person watches while it goes by."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aiokafka.errors import KafkaError

from agents.lab.demo.counters import Counters
from agents.lab.demo.deeds import Bill, Receive
from agents.lab.demo.plan import Day
from agents.lab.demo.rare_deeds import BillInQuickbooks
from agents.lab.demo.watch import Watch
from schemas.values import Kind
from streams.kafka.backlog import Backlog

MEASURE_EVERY_SECONDS = 2.0
MINUTE = 60.0
TOO_MANY = 429


@dataclass(slots=True)
class Standing:
    """Figures of one run; `now` counts seconds."""

    day: Day
    now: Callable[[], float]
    phase: str = "Starting"
    watch: Watch | None = None
    done: Callable[[], int] = lambda: 0
    waiting: int = 0
    qbo_calls: int = 0
    qbo_refused: int = 0
    mediaos_calls: int = 0
    _measured: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def invoices(self) -> tuple[int, int]:
        """Return how many invoices have crossed, and how many will."""
        return self._crossed(Kind.INVOICE), self._planned(Bill, BillInQuickbooks)

    @property
    def payments(self) -> tuple[int, int]:
        """Return how many payments have crossed, and how many will."""
        return self._crossed(Kind.PAYMENT), self._planned(Receive)

    @property
    def qbo_per_minute(self) -> int:
        """Return the calls to QuickBooks within the last minute."""
        return self.qbo_calls - self._measured[0][1] if self._measured else 0

    async def keep(self, backlog: Backlog, counters: Counters) -> None:
        """Measure until cancelled."""
        while True:
            await self.measure(backlog, counters)
            await asyncio.sleep(MEASURE_EVERY_SECONDS)

    async def measure(self, backlog: Backlog, counters: Counters) -> None:
        """Measure once."""
        # While the group moves, its coordinator may refuse; the next measure tells.
        with suppress(KafkaError):
            self.waiting = sum((await backlog.measure()).values())
        mediaos, qbo = await counters.requests()
        self.mediaos_calls, self.qbo_calls = len(mediaos), len(qbo)
        self.qbo_refused = sum(one["status"] == TOO_MANY for one in qbo)
        self._measured.append((self.now(), self.qbo_calls))
        while self._measured[0][0] < self.now() - MINUTE:
            self._measured.popleft()

    def _crossed(self, kind: Kind) -> int:
        return self.watch.crossed(kind) if self.watch is not None else 0

    def _planned(self, *deeds: type) -> int:
        return sum(isinstance(act.deed, deeds) for act in self.day.acts)
