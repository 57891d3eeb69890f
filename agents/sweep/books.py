"""How are QuickBooks' books asked for everything, page by page, and for what is gone from them?

A row that changes while pages are read moves to the end, and counting from the beginning would skip
one for it; so the next page begins at the last row's time, and only within one second is counted.
How many rows a page may hold is not taken for known: it is the last one when another one shows
nothing more, or when QuickBooks says how many there are.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from schemas.outcomes import No, Unknown
from schemas.values import Kind
from streams.ports import Clock
from streams.remotes.quickbooks.client import Answered, Fetched
from streams.remotes.quickbooks.queries import Captured, Listed, Row
from streams.remotes.quickbooks.statements import PAGE

T = TypeVar("T")
#: Rows of one second that may leave it while the next page is read.
SLACK = 100
#: Ids of one query; the statement stays short.
MOST = 100
#: How long one wait for a place in the tenant's budget may take before it is asked for anew.
PATIENCE_SECONDS = 5.0


class UnansweredError(Exception):
    """A question had no answer, so nothing is known to be complete."""


class Side(Protocol):
    """The reading half of QuickBooks' client."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place in the tenant's budget: see streams.ports.Remote."""
        ...

    async def cdc(self, tenant: str, kinds: Sequence[Kind], since: datetime) -> Answered[Captured]:
        """Return what changed since then, deletions too, up to a page in all."""
        ...

    async def changed(
        self, tenant: str, kind: Kind, since: datetime, start: int
    ) -> Answered[Listed]:
        """Return a page of what changed since then."""
        ...

    async def fetch(self, tenant: str, kind: Kind, record_id: str) -> Fetched | No | Unknown:
        """Read one record by its id; of one that is not there, a trace."""
        ...

    async def fetch_many(
        self, tenant: str, kind: Kind, ids: Collection[str]
    ) -> Answered[Mapping[str, Fetched]]:
        """Read by one query those of these records that it shows, by id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows of one answer: when it was asked for, of which company, and QuickBooks' own time."""

    rows: tuple[Row, ...]
    began: datetime
    realm: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Books:
    """The books of every tenant, read within its budget; UnansweredError when that fails."""

    side: Side
    clock: Clock

    async def changes(
        self, tenant: str, kinds: Sequence[Kind], since: datetime
    ) -> Mapping[Kind, Found] | None:
        """Return by kind what changed since then; None when there was more than is told."""
        began = self.clock.now()
        answer = await self._asked(tenant, partial(self.side.cdc, tenant, kinds, since))
        if answer.truncated:
            return None
        return {
            kind: Found(rows=answer.rows[kind], began=began, realm=answer.realm, at=answer.at)
            for kind in kinds
        }

    async def pages(self, tenant: str, kind: Kind, since: datetime) -> AsyncIterator[Found]:
        """Yield what changed since then, however much and long ago; deletions do not show."""
        start, longest, before = 1, 0, set[_Shown]()
        while True:
            began = self.clock.now()
            page = await self._asked(tenant, partial(self.side.changed, tenant, kind, since, start))
            yield Found(rows=page.rows, began=began, realm=page.realm, at=page.at)
            shown = {_Shown.of(row) for row in page.rows}
            longest = max(longest, len(page.rows))
            if _is_last(page, start) or (shown <= before and len(page.rows) < longest):
                return
            if shown <= before:
                raise UnansweredError(
                    f"QuickBooks shows the same {kind}s again, whatever page is asked for"
                )
            before = shown
            first, last = _changed_at(page.rows[0]), _changed_at(page.rows[-1])
            within_a_second = last is None or last <= since or last == first
            if last is not None and last > since:
                start, since = 1, last
            if within_a_second:
                start += len(page.rows) - min(SLACK, len(page.rows) // 2)

    async def gone(self, tenant: str, kind: Kind, known: Sequence[str]) -> AsyncIterator[Found]:
        """Yield a trace of each of these records that is there no more, or what it is instead."""
        for place in range(0, len(known), MOST):
            ids = known[place : place + MOST]
            there = await self._asked(tenant, partial(self.side.fetch_many, tenant, kind, ids))
            for absent in (each for each in ids if each not in there):
                found = await self._asked(tenant, partial(self.side.fetch, tenant, kind, absent))
                row: dict[str, Any] = msgspec.json.decode(found.entity)
                yield Found(rows=(row,), began=found.began, realm=found.realm, at=found.began)

    async def _asked(self, tenant: str, ask: Callable[[], Awaitable[Answered[T]]]) -> T:
        while (seconds := await self.side.acquire(tenant, PATIENCE_SECONDS)) > 0:
            await self.clock.sleep(seconds)
        answer = await ask()
        if isinstance(answer, No):
            raise UnansweredError(str(answer.fault))
        if isinstance(answer, Unknown):
            raise UnansweredError(answer.detail)
        return answer


class _Shown(NamedTuple):
    """A record as a row shows it."""

    record: str
    revision: str

    @classmethod
    def of(cls, row: Row) -> "_Shown":
        return cls(str(row.get("Id")), str(row.get("SyncToken")))


def _is_last(page: Listed, start: int) -> bool:
    """Tell whether nothing comes after a page, as far as it says so itself."""
    if not page.rows:
        return True
    # Of a full page a count may be that of the page.
    return len(page.rows) < PAGE and start - 1 + len(page.rows) == page.total


def _changed_at(row: Row) -> datetime | None:
    """Return the second of a row's time; None when it shows none, or none that is one."""
    try:
        at = datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])
        return at.astimezone(UTC).replace(microsecond=0)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
