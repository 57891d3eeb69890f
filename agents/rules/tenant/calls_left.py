"""How many calls of either side are left to a tenant, by what its workers say?

Each worker has its part of the calls with its part of the partitions.  Only where all parts are
told, and none of it long ago, is there a figure: else what is missing would count as nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.calls import DayCalls, TenantCalls, WorkerCalls

#: A worker whose clock is so far ahead of ours says nothing that can be told.
AHEAD = timedelta(minutes=1)
#: After it a worker is taken for silent; it speaks at least every half a minute.
SILENT = timedelta(seconds=75)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLeft:
    """What all workers together called MediaOS for a tenant within 24 hours, since they began."""

    used: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsLeft:
    """What all workers together called QuickBooks for a tenant in the minute before `at`.

    `mediaos` is None while one of them does not say it.
    """

    at: datetime
    used: int
    left: int
    waiting: int
    mediaos: DayLeft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTold:
    """No figure; `since` is up to when there was one, None where nobody has told one yet."""

    since: datetime | None


def is_news(told: WorkerCalls, before: WorkerCalls | None, now: datetime) -> bool:
    """Tell whether this takes the place of what was said before.

    What was said later than now is no word to wait for: since then a clock was set back.
    """
    return _is_of_now(told, now) and (
        before is None or before.at < told.at or not _is_of_now(before, now)
    )


def calls_left(told: Iterable[WorkerCalls], tenant: str, now: datetime) -> CallsLeft | NotTold:
    """Return what is left to a tenant."""
    newest = sorted(told, key=lambda each: each.at, reverse=True)
    # One of later than now, since when a clock was set back, says nothing of now.
    by_partition = _by_partition(each for each in newest if _is_of_now(each, now))
    # One that has lost some of its partitions since says no more what the others came to.
    speak = [e for e in newest if all(by_partition.get(n) is e for n in e.partitions)]
    heard = [each for each in speak if now - each.at <= SILENT]
    parts, counts = {n for each in heard for n in each.partitions}, {each.of for each in heard}
    if len(counts) != 1 or len(parts) < max(counts) or not _named(heard, tenant):
        return NotTold(since=_since(_by_partition(newest), newest, now))
    own = [each.tenants.get(tenant) or _none(each) for each in heard]
    return CallsLeft(
        at=min(each.at for each in heard),
        used=sum(each.used for each in own),
        left=sum(each.left for each in own),
        waiting=sum(each.waiting for each in own),
        mediaos=_of_the_day(heard, tenant),
    )


def _is_of_now(told: WorkerCalls, now: datetime) -> bool:
    return told.at <= now + AHEAD


def _by_partition(newest: Iterable[WorkerCalls]) -> dict[int, WorkerCalls]:
    """Return who said last what a partition's part came to."""
    found: dict[int, WorkerCalls] = {}
    for each in newest:
        for number in each.partitions:
            found.setdefault(number, each)
    return found


def _of_the_day(heard: list[WorkerCalls], tenant: str) -> DayLeft | None:
    parts = [(each.mediaos, each) for each in heard]
    own = [
        named.get(tenant) or DayCalls(used=0, left=each.day_places)
        for named, each in parts
        if named is not None and (each.whole or tenant in named)
    ]
    if len(own) < len(parts):
        return None
    used, places = sum(each.used for each in own), sum(each.day_places for each in heard)
    # Who took partitions over has all calls of their part, and who called before has called.
    left = min(sum(each.left for each in own), max(places - used, 0))
    return DayLeft(used=used, left=left)


def _named(speak: Iterable[WorkerCalls], tenant: str) -> bool:
    return all(each.whole or tenant in each.tenants for each in speak)


def _none(worker: WorkerCalls) -> TenantCalls:
    return TenantCalls(used=0, left=worker.places, waiting=0)


def _since(
    by_partition: dict[int, WorkerCalls], newest: list[WorkerCalls], now: datetime
) -> datetime | None:
    if not newest or len(by_partition) < newest[0].of:
        return None
    return min(now, *(each.at for each in by_partition.values()))
