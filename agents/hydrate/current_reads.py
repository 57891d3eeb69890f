"""How is a record read so that it is at least as new as what we were told?

A read may come from a copy that lags behind the notice; so an older answer, or none, is asked for
again a few times, and no longer where reads are gathered into queries, which lag most
(quickbooks-online.md 2.3).  Weather is waited out for as long as it takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agents.rules.faults import judge
from schemas.outcomes import Fault, No, Unknown, Verdict
from schemas.values import Kind
from streams.ports import Clock
from streams.remotes.quickbooks.client import Fetched
from streams.remotes.quickbooks.wire_replies import shown

#: How long one wait for a place in the tenant's budget may take before it is asked for anew.
PATIENCE_SECONDS = 5.0
#: The first pause in bad weather, doubled with each failure, up to the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
#: Pauses between the five reads of a record that lags behind its notice.
LAG_WAITS = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record word for word as QuickBooks showed it; `gone` when that is only its trace."""

    entity: bytes | Mapping[str, str]
    gone: bool
    at: datetime | None
    began: datetime


class Source(Protocol):
    """The reading half of QuickBooks' client."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place in the tenant's budget: see streams.ports.Remote."""
        ...

    async def fetch(self, tenant: str, kind: Kind, record_id: str) -> Fetched | No | Unknown:
        """Read one record by its id; of one that is not there, a trace."""
        ...


class Fresh:
    """Reads of QuickBooks."""

    def __init__(self, first: Source, again: Source, clock: Clock) -> None:
        """Take where a record is read first, where it is read again by its id, and the time."""
        self._first = first
        self._again = again
        self._clock = clock

    async def read(
        self, tenant: str, kind: Kind, record_id: str, *, at: datetime, may_be_gone: bool
    ) -> Seen | Fault:
        """Read until the record shows what happened at `at`, or has lagged for too long.

        What was read last is returned then.  A Fault is a refusal that no waiting helps;
        NotUnderstoodError names what is wrong in the record.
        """
        # Sides write their times to the second, notices may be finer.
        since = at.replace(microsecond=0)
        source = self._first
        for wait in (*LAG_WAITS, None):
            found = await self._through_weather(source, tenant, kind, record_id)
            if isinstance(found, Fault) or wait is None or _shows(found, since, may_be_gone):
                break
            await self._clock.sleep(wait)
            source = self._again
        return found

    async def _through_weather(
        self, source: Source, tenant: str, kind: Kind, record_id: str
    ) -> Seen | Fault:
        wait = FIRST_WAIT
        while True:
            while (seconds := await source.acquire(tenant, PATIENCE_SECONDS)) > 0:
                await self._clock.sleep(seconds)
            answer = await source.fetch(tenant, kind, record_id)
            if isinstance(answer, Fetched):
                return _seen(kind, answer)
            if isinstance(answer, No) and judge(answer.fault) in {Verdict.PARK, Verdict.BUG}:
                return answer.fault
            named = answer.fault.retry_after_seconds if isinstance(answer, No) else None
            await self._clock.sleep(max(wait, named or 0.0))
            wait = min(wait * 2, LONGEST_WAIT)


def _seen(kind: Kind, fetched: Fetched) -> Seen:
    read = shown(kind, fetched.entity)
    return Seen(entity=fetched.entity, gone=read.revision.deleted, at=read.at, began=fetched.began)


def _shows(found: Seen, since: datetime, may_be_gone: bool) -> bool:  # noqa: FBT001 - private
    if found.gone:
        return may_be_gone
    return found.at is None or found.at >= since
