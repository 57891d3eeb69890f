"""Is this tenant in step, and if not, how far behind and what waits?  In counts and in money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agents.gateway.console.actions import (
    ACTIONS,
    CONFIRM,
    DISCARD_LETTER,
    PAUSE,
    RELEASE,
    RESUME,
    RETRY_LETTER,
    RETRY_NOW,
)
from agents.gateway.console.book.answers import Sum
from agents.gateway.console.book.counts import CAME_TO_WAIT, TO_MEDIAOS, TO_QBO, quarter_of
from agents.gateway.console.connecting_actions import CONNECTING_ACTIONS
from agents.gateway.console.holds import customer_called, holds_of
from agents.gateway.console.page import Page, Visit
from agents.rules.documents.waiting_sort import Sort
from agents.rules.kinds import days
from agents.rules.kinds.worth import Worth, worth_of
from agents.rules.reason_words import SORTS
from agents.rules.tenant.coverage import goes_on_from
from agents.rules.tenant.headline import headline, is_late, zone_of
from schemas.tenant_state import Tenant
from schemas.values import Side
from streams.budgets import CALLS_A_DAY, CALLS_A_MINUTE
from streams.effects.results import SPENT


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
    lanes, turns = visit.book.lane_waits(visit.tenant), visit.book.lanes_waiting(visit.tenant)
    trouble = _trouble(visit, tenant)
    return {
        "known": tenant,
        "trouble": trouble,
        "may_connect": visit.person.may_connect_besides(visit.book.tenants()),
        "headline": headline(
            tenant,
            _needing(waits) + holds.number,
            unread=bool(visit.book.freshness().stopped),
            late=any(each.is_late for each in sides),
            turns=turns,
            apart=sum(each.number for each in waits) - _needing(waits),
            broken=bool(trouble),
        ),
        "sides": sides,
        "written_to_qbo": counts.get(TO_QBO, 0),
        "written_to_mediaos": counts.get(TO_MEDIAOS, 0),
        "came_to_wait": counts.get(CAME_TO_WAIT, 0),
        "zone": days.zone_of(tenant.settings, tenant.company) and str(zone_of(tenant)),
        "waits": waits,
        "lane_waits": [(customer_called(visit, each.lane), each) for each in lanes],
        "more_lanes": turns - len(lanes),
        "holds": holds,
        "calls": visit.calls.of(visit.tenant, visit.now),
        "places": CALLS_A_MINUTE,
        "day_places": CALLS_A_DAY,
        "without_call": visit.book.lanes_waiting(visit.tenant, SPENT),
    }


def _trouble(visit: Visit, tenant: Tenant) -> str:
    """Return why it is to be connected again; "" where that is told already, or is not so."""
    if tenant.connection is None or tenant.suspended is not None:
        return ""
    return visit.connecting.trouble(visit.tenant, tenant.connection)


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    here = now.astimezone(zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _sides(visit: Visit, tenant: Tenant) -> tuple[SideShown, ...]:
    found = []
    for side in Side:
        until = goes_on_from(tenant.covered.get(side), visit.covered.get((visit.tenant, side)))
        late = is_late(until, visit.now, visit.late[side])
        found.append(SideShown(called=side.called, until=until, is_late=late))
    return tuple(found)


def _needing(waits: tuple[SortShown, ...]) -> int:
    return sum(each.number for each in waits if each.sort in {Sort.CONFLICT, Sort.PARKED})


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


PAGE = Page(
    name="overview",
    path="",
    title="Overview",
    template="overview.html",
    show=show,
    acts={
        name: ACTIONS[name]
        for name in (
            RETRY_NOW,
            RELEASE,
            CONFIRM,
            PAUSE,
            RESUME,
            RETRY_LETTER,
            DISCARD_LETTER,
        )
    }
    | CONNECTING_ACTIONS,
)
