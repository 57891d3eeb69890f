"""Is this tenant in step, and if not, how far behind and what waits?  In counts and in money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agents.gateway.console.actions import ACTIONS, CONFIRM, PAUSE, RELEASE, RESUME, RETRY_NOW
from agents.gateway.console.book.counts import CAME_TO_WAIT, TO_MEDIAOS, TO_QBO, quarter_of
from agents.gateway.console.book.entries import Sort
from agents.gateway.console.book.reading import Sum
from agents.gateway.console.holds import Holds, holds_of
from agents.gateway.console.page import Page, Visit
from agents.gateway.console.reason_words import SORTS
from agents.gateway.console.worth import Worth, worth_of
from agents.rules.kinds import days
from agents.rules.tenant.coverage import goes_on_from
from schemas.tenant_state import Tenant
from schemas.values import Side

#: Sides are asked every 5 and 15 minutes, unless set otherwise: later than so, one does not answer.
LATE = {Side.QBO: timedelta(minutes=30), Side.MEDIAOS: timedelta(minutes=60)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideShown:
    """Up to when everything that changed on a side is known; None where that is not known yet."""

    called: str
    until: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SortShown:
    """How much waits so, and what it comes to."""

    sort: str
    title: str
    number: int
    worth: Worth


def show(visit: Visit) -> dict[str, Any]:
    """Return what the page tells."""
    tenant = visit.book.tenant(visit.tenant)
    sums, holds, sides = (
        visit.book.sums(visit.tenant),
        holds_of(visit, tenant),
        _sides(visit, tenant),
    )
    counts = visit.book.counts(visit.tenant, quarter_of(_midnight(visit.now, zone_of(tenant))))
    waits = tuple(_sorts(sums, tenant.company.home))
    return {
        "known": tenant,
        "headline": _headline(tenant, waits, holds, sides),
        "sides": sides,
        "written_to_qbo": counts.get(TO_QBO, 0),
        "written_to_mediaos": counts.get(TO_MEDIAOS, 0),
        "came_to_wait": counts.get(CAME_TO_WAIT, 0),
        "zone": str(zone_of(tenant)),
        "waits": waits,
        "lane_waits": visit.book.lane_waits(visit.tenant),
        "holds": holds,
    }


def zone_of(tenant: Tenant) -> ZoneInfo:
    """Return where a tenant keeps its days: UTC where that is not known."""
    return days.zone_named(days.zone_of(tenant.settings, tenant.company)) or ZoneInfo("UTC")


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    here = now.astimezone(zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _sides(visit: Visit, tenant: Tenant) -> tuple[SideShown, ...]:
    found = []
    for side in Side:
        until = goes_on_from(tenant.covered.get(side), visit.covered.get((visit.tenant, side)))
        late = until is not None and visit.now - until > LATE[side]
        found.append(SideShown(called=side.called, until=until, is_late=late))
    return tuple(found)


def _sorts(sums: list[Sum], home: str) -> Iterator[SortShown]:
    for sort, title in SORTS.items():
        of_sort = [each for each in sums if each.sort == sort]
        if of_sort:
            yield SortShown(
                sort=sort,
                title=title,
                number=sum(each.number for each in of_sort),
                worth=worth_of(((each.currency, each.amount) for each in of_sort), home),
            )


def _stands_still(tenant: Tenant) -> tuple[str, bool] | None:
    """Return why nothing of a tenant is written, and whether that is well; None where it is."""
    if tenant.connection is None:
        return "Not connected to QuickBooks: nothing is kept in step.", False
    if tenant.paused is not None:
        return "Paused by a person: nothing is written, and what comes waits in order.", False
    if tenant.suspended is not None:
        return "Nothing goes now: the connection is suspended.", False
    if tenant.observes:
        return "Only observed: nothing is written until this tenant goes live.", True
    return None


def _headline(
    tenant: Tenant, waits: tuple[SortShown, ...], holds: Holds, sides: tuple[SideShown, ...]
) -> tuple[str, bool]:
    """Return in one sentence how it stands, and whether that is well."""
    needs = sum(each.number for each in waits if each.sort in {Sort.CONFLICT, Sort.PARKED})
    if (stands := _stands_still(tenant)) is not None:
        return stands
    if needs or holds.number:
        many = needs + holds.number
        return ("1 matter needs" if many == 1 else f"{many:,} matters need") + " somebody.", False
    if any(each.is_late for each in sides):
        return "Behind: a side has not been read to its end for a while.", False
    return "In step: everything that is known is on both sides.", True


PAGE = Page(
    name="overview",
    path="",
    title="Overview",
    template="overview.html",
    show=show,
    acts={name: ACTIONS[name] for name in (RETRY_NOW, RELEASE, CONFIRM, PAUSE, RESUME)},
)
