"""How is a record read so that it is at least as new as what we were told?

A read may come from a copy that lags behind the notice; so an older answer, or none, is asked for
again a few times, and no longer where reads are gathered into queries, which lag most
(quickbooks-online.md 2.3).  Weather is waited out for as long as one may keep a place (design.md
5); what takes longer is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agents.rules.faults import judge
from schemas.kinds import KINDS, Anchor
from schemas.outcomes import Fault, No, Unknown, Verdict
from schemas.values import Kind
from streams.ports import Clock
from streams.remotes.quickbooks.client import Fetched
from streams.remotes.quickbooks.wire_replies import shown

#: How long bad weather, or a spent budget, is waited out in place.
PATIENCE_SECONDS = 5.0
#: The first pause in bad weather, doubled with each failure, up to the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
#: Pauses between the five reads of a record that lags behind its notice.
LAG_WAITS = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record word for word as QuickBooks showed it; `gone` when that is only its trace.

    One that is `nobodys` names no customer, as records of its kind do.
    """

    entity: bytes | Mapping[str, str]
    gone: bool
    nobodys: bool = False
    at: datetime | None
    began: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """That a side cannot be read now: why, and after how many seconds it may be asked again.

    `named` is what the side, or the budget, says itself.
    """

    detail: str
    seconds: float
    named: float = 0.0


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
    ) -> Seen | Fault | Weather:
        """Read until the record shows what happened at `at`, or has lagged for too long.

        What was read last is returned then.  A Fault is a refusal that no waiting helps, Weather
        one that takes longer; NotUnderstoodError names what is wrong in the record.
        """
        # Sides write their times to the second, notices may be finer.
        since = at.replace(microsecond=0)
        source = self._first
        for wait in (*LAG_WAITS, None):
            found = await self._through_weather(source, tenant, kind, record_id)
            if isinstance(found, Fault | Weather) or wait is None:
                break
            if _shows(found, since, may_be_gone):
                break
            await self._clock.sleep(wait)
            source = self._again
        return found

    async def _through_weather(
        self, source: Source, tenant: str, kind: Kind, record_id: str
    ) -> Seen | Fault | Weather:
        wait, waited = FIRST_WAIT, 0.0
        while True:
            if (seconds := await source.acquire(tenant, PATIENCE_SECONDS)) > 0:
                return Weather(detail="the budget is spent", seconds=0.0, named=seconds)
            answer = await source.fetch(tenant, kind, record_id)
            if isinstance(answer, Fetched):
                return _seen(kind, answer)
            if isinstance(answer, No) and judge(answer.fault) in {Verdict.PARK, Verdict.BUG}:
                return answer.fault
            weather = _weather(answer, wait)
            waited += max(weather.seconds, weather.named)
            if waited > PATIENCE_SECONDS:
                return weather
            await self._clock.sleep(max(weather.seconds, weather.named))
            wait *= 2


def _weather(answer: No | Unknown, wait: float) -> Weather:
    if isinstance(answer, Unknown):
        return Weather(detail=answer.detail, seconds=wait)
    named = answer.fault.retry_after_seconds or 0.0
    return Weather(detail=str(answer.fault), seconds=wait, named=named)


def _seen(kind: Kind, fetched: Fetched) -> Seen:
    read = shown(kind, fetched.entity)
    gone = read.revision.deleted
    nobodys = not gone and read.customer is None and KINDS[kind].anchor is Anchor.CUSTOMER
    return Seen(entity=fetched.entity, gone=gone, nobodys=nobodys, at=read.at, began=fetched.began)


def _shows(found: Seen, since: datetime, may_be_gone: bool) -> bool:  # noqa: FBT001 - private
    if found.gone:
        return may_be_gone
    return found.at is None or found.at >= since
