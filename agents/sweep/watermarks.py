"""Up to when is each side known, right now?  Kept in memory, and told to whoever wants to see it.

The journal's watermark may be a day old where nothing is found; this one is of the last sweep.  It
is published and read again when a partition comes to us, and nothing waits for either: a view that
is away costs a longer look back.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

from agents.rules.tenant.coverage import goes_on_from
from agents.sweep.coverage_view import TenantSide, read_coverage
from schemas.catalog import encode
from schemas.coverage import Coverage
from schemas.values import Side
from streams.ports import Clock, Outbox, TopicReader
from streams.topics import COVERAGE

log = logging.getLogger("isthmus.sweep")


class Watermarks:
    """The live watermarks of all tenants that this worker sweeps, or swept."""

    def __init__(self, outbox: Outbox, read: TopicReader, clock: Clock) -> None:
        self._outbox = outbox
        self._read = read
        self._clock = clock
        self._live: dict[TenantSide, datetime] = {}
        self._unsent: dict[TenantSide, None] = {}
        self._sending: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()
        self._waiting = 0
        self._asked = 0
        self._read_for = 0

    @property
    def recalling(self) -> bool:
        """Tell whether the view is being read: until then the journal's watermark may look old."""
        return self._waiting > 0

    def of(self, tenant: str, journaled: Mapping[Side, datetime]) -> dict[Side, datetime]:
        """Return by side up to when it is known, as far as the journal or this worker can tell."""
        newest = {
            side: goes_on_from(journaled.get(side), self._live.get(TenantSide(tenant, side)))
            for side in Side
        }
        return {side: until for side, until in newest.items() if until is not None}

    def reached(self, tenant: str, side: Side, until: datetime) -> None:
        """Take note of a sweep that came so far, and have it published."""
        whose = TenantSide(tenant, side)
        self._note(whose, until)
        self._unsent[whose] = None
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._publish())

    async def recall(self) -> None:
        """Return once the view was read, or could not be, after this was asked.

        All partitions come at once; one reading serves all who asked before it began.
        """
        self._asked += 1
        self._waiting += 1
        try:
            await self._recalled(self._asked)
        finally:
            self._waiting -= 1

    async def _recalled(self, number: int) -> None:
        async with self._reading:
            if self._read_for >= number:
                return
            asked = self._asked
            view = await read_coverage(self._read, self._clock)
            for whose, until in view.until.items():
                self._note(whose, until)
            self._read_for = asked
        if view.unread is not None:
            log.warning("coverage not read", extra={"reason": view.unread})
        if view.passed_over:
            log.warning("coverage not understood", extra={"passed_over": dict(view.passed_over)})

    def _note(self, whose: TenantSide, until: datetime) -> None:
        self._live[whose] = max(until, self._live.get(whose, until))

    async def _publish(self) -> None:
        """Send the newest of each; while Kafka is away only the newest is kept."""
        while self._unsent:
            whose, _ = self._unsent.popitem()
            told = Coverage(tenant=whose.tenant, side=whose.side, until=self._live[whose])
            try:
                await self._outbox.send(COVERAGE.name, told.key.encode(), encode(told))
            except Exception as fault:  # noqa: BLE001 - the next sweep tells it again
                log.warning("coverage not published", extra={"reason": type(fault).__name__})
