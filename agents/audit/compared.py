"""What do all comparisons look at, and which pairs of it, on which days?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.audit.books import Book, Entry
from agents.audit.days import is_same_day, on_its_day
from agents.audit.findings import Waiting
from agents.audit.history import History
from agents.audit.owners import Links
from agents.audit.pairs import Pairs
from agents.audit.variances import Variances
from schemas.state import Snapshot
from schemas.values import Kind, RecordRef


@dataclass(frozen=True, slots=True)
class Compared:
    """What all comparisons look at."""

    mediaos: Book
    qbo: Book
    history: History
    pairs: Pairs
    waiting: Mapping[RecordRef, Waiting]
    newest: Mapping[RecordRef, Snapshot]
    links: Links
    #: By how much QuickBooks comes to more, for tax or rounding.
    variances: Variances


def in_step(of: Compared, kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a kind that ought to be alike: those that do not wait."""
    for m, q in of.pairs.of[kind].items():
        names = (of.mediaos.name(kind, m), of.qbo.name(kind, q))
        if not any(name in of.waiting for name in names):
            yield m, q


def dated(of: Compared, here: Entry[Any], across: RecordRef, there: Entry[Any]) -> Entry[Any]:
    """Return what MediaOS has on the day that its time was in the tenant's zone.

    Or in the zone by which it was written, where QuickBooks shows that day: a company that moves to
    another one moves none of its records.
    """
    now = of.history.zone or of.qbo.zone
    days = [on_its_day(here, zone) for zone in (of.history.zones.get(across, now), now)]
    shape = next((day for day in days if is_same_day(day, there.shape)), days[-1])
    return replace(here, shape=shape)
