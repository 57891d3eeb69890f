"""What does the published view say of how far each side is known?

Anybody can write to a topic: what is no watermark, or one of a time that is yet to come, is passed
over, and counted by the field that is wrong.
"""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from agents.rules.tenant.coverage import may_be_viewed
from schemas.catalog import NotUnderstoodError
from schemas.coverage import Coverage, decode_coverage
from schemas.values import Side
from streams.ports import Clock, LogRecord, TopicReader
from streams.topics import COVERAGE

#: So many sides are remembered of what anybody may have written; we have two a tenant.
MOST = 100_000


class TenantSide(NamedTuple):
    """One side of one tenant."""

    tenant: str
    side: Side


class CoverageView:
    """The newest watermark of each side that the view has.

    `passed_over` counts what made no sense, `unread` says why it was not read to its end.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.until: dict[TenantSide, datetime] = {}
        self.passed_over: Counter[str] = Counter()
        self.unread: str | None = None

    def take(self, record: LogRecord) -> None:
        """Hear one record; one without a value withdraws what was said, which needs no word."""
        if not record.value:
            return
        try:
            told = decode_coverage(record.key, record.value)
        except NotUnderstoodError as fault:
            self.passed_over[str(fault).partition(":")[0]] += 1
            return
        self._believe(told)

    def _believe(self, told: Coverage) -> None:
        if not may_be_viewed(told.until, self._now):
            self.passed_over["until"] += 1
            return
        whose = TenantSide(told.tenant, told.side)
        if whose not in self.until and len(self.until) >= MOST:
            self.passed_over["too many"] += 1
            return
        self.until[whose] = max(told.until, self.until.get(whose, told.until))


async def read_coverage(read: TopicReader, clock: Clock) -> CoverageView:
    """Read the view to its end; when that fails, what was read until then is all there is."""
    view = CoverageView(clock.now())
    try:
        await read(COVERAGE.name, view.take)
    except Exception as fault:  # noqa: BLE001 - whatever a client raises, the journal knows enough
        view.unread = f"{type(fault).__name__}: {fault}"
    return view
