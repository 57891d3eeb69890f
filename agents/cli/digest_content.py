"""What does the journal say of a tenant, for its digest?"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from agents.cli.coverage import covered
from agents.cli.document_called import Caller
from agents.cli.formatting import count, moment
from agents.cli.journal_state import State
from agents.cli.lockouts import standstills
from agents.digest.digest import NEEDING, Digest, Row, SideTold
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.noting import is_dismissed
from agents.rules.documents.removal_guard import went
from agents.rules.documents.waiting_sort import Sort, sort_of
from agents.rules.kinds.currency import sums_told
from agents.rules.tenant.headline import headline, is_late, zone_of
from agents.rules.wording import awaited_words
from agents.sweep.coverage_view import CoverageView
from schemas.identity import tenant_of
from schemas.state import Document
from schemas.tenant_state import Tenant
from schemas.values import Side

STOPPED = (
    "A part of the record of what happened could not be read, so what waits may not be all: tell "
    "whoever runs Isthmus."
)
OLD_VIEW = "Up to when each side is known is as of a day ago at most: the newer word is not there."


def digest_of(
    state: State,
    view: CoverageView,
    tenant: str,
    now: datetime,
    *,
    late: Mapping[Side, timedelta],
    link: str = "",
) -> Digest:
    """Return what is told of a tenant now."""
    known, lanes = state.tenant(tenant), state.lanes(tenant)
    rows = tuple(row for lane in lanes for row in _rows(lane, state, known.company.home))
    holds = tuple(_holds(known, lanes, state, tenant, now))
    sides = tuple(_sides(covered({tenant: known}, view)[tenant], now, late))
    needing = sum(each.sort in NEEDING for each in rows) + len(holds)
    told, is_well = headline(known, needing, late=any(each.is_late for each in sides))
    unread = (*([STOPPED] if state.stopped else ()), *([OLD_VIEW] if view.unread else ()))
    return Digest(
        tenant=tenant,
        at=now,
        zone=zone_of(known),
        headline=told,
        is_well=is_well,
        sides=sides,
        holds=holds,
        rows=rows,
        home=known.company.home,
        reconciled=known.reconciled,
        link=link,
        unread=unread,
    )


def _rows(lane: LaneBook, state: State, home: str) -> Iterator[Row]:
    caller = Caller(lane, home)
    for name, document in lane.documents.items():
        sort = sort_of(document)
        if sort is None:
            continue
        if is_dismissed(state.noted(lane.key, name), document):
            sort = Sort.DISMISSED
        called = caller.of(name)
        yield Row(
            sort=sort,
            reason=str(document.park.reason if document.park is not None else sort),
            customer=called.customer,
            called=called.called,
            amount=called.amount,
            currency=called.currency,
            why=_why(lane, document),
            since=state.since(lane.key, name),
        )


def _why(lane: LaneBook, document: Document) -> str:
    if document.park is None:
        return document.unplaced or ""
    awaits = awaited_words(document.park.waits_for, lane.called)
    return f"{document.park.detail}; waits for {awaits}" if awaits else document.park.detail


def _sides(
    until: dict[str, datetime | None], now: datetime, late: Mapping[Side, timedelta]
) -> Iterator[SideTold]:
    for side in Side:
        at = until[str(side)]
        yield SideTold(called=side.called, until=at, is_late=is_late(at, now, late[side]))


def _holds(
    known: Tenant, lanes: list[LaneBook], state: State, tenant: str, now: datetime
) -> Iterator[str]:
    if (off := known.suspended) is not None:
        helps = (
            "It is tried again by itself."
            if off.until
            else "Connect it again, as the Master Administrator of the company."
        )
        yield (
            f"Nothing goes to {off.side.called} since {moment(off.since)}: {off.reason}: "
            f"{off.detail}. {helps}"
        )
    if (paused := known.paused) is not None:
        yield (
            f"Paused since {moment(paused.since)} by {paused.by or 'somebody'}: {paused.reason}. "
            "Nothing is written until it is resumed."
        )
    yield from _removals(known)
    for each in standstills(state.lockouts(), lanes, now):
        if tenant_of(each.lane) == tenant:
            yield (
                f"QuickBooks has locked {each.customer or each.lane}: it goes on by itself at "
                f"{moment(each.until)}. Close it in QuickBooks if somebody has it open there."
            )


def _removals(known: Tenant) -> Iterator[str]:
    for side, removals in known.removals.items():
        if removals.guard and removals.since is not None:
            passed = count(len(removals.passed), "document")
            yield (
                f"Much was removed in {side.called} at once: since {moment(removals.since)} what "
                f"goes there waits for somebody's word; {passed} of {sums_told(went(removals))} "
                "in all went before. Confirm that it is meant."
            )
