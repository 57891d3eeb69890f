"""What does the journal say of a tenant, for its digest?"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from agents.cli.coverage import covered
from agents.cli.digest_holds import first_of, holds_told, others_told
from agents.cli.digest_letters import UNREAD, LettersTold
from agents.cli.journal_state import State
from agents.cli.lockouts import standstills
from agents.digest.digest import NEEDING, Digest, Row, SideTold
from agents.rules.documents.document_called import Caller
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.noting import is_dismissed
from agents.rules.documents.waiting_sort import Sort, sort_of
from agents.rules.tenant.headline import headline, is_late, zone_of
from agents.rules.waiting_words import document_waits
from agents.sweep.coverage_view import CoverageView
from schemas.identity import tenant_of
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
    letters: LettersTold,
    link: str = "",
    broken: str = "",
) -> Digest:
    """Return what is told of a tenant now; `broken` is why its connection cannot be used."""
    known, lanes = state.tenant(tenant), state.lanes(tenant)
    rows = tuple(row for lane in lanes for row in _rows(lane, state, known.company.home))
    zone = zone_of(known)
    locks = standstills(state.lockouts(), lanes, now)
    own = (each for each in locks if tenant_of(each.lane) == tenant)
    others = [each for each in state.lockouts().values() if tenant_of(each.lane) != tenant]
    holds = tuple(holds_told(known, own, zone, broken))
    sides = tuple(_sides(covered({tenant: known}, view)[tenant], now, late))
    needing = sum(each.sort in NEEDING for each in rows) + len(holds) + letters.number
    told, is_well = headline(
        known,
        needing,
        unread=bool(state.stopped),
        late=any(each.is_late for each in sides),
        turns=sum(each.lane.waits is not None for each in lanes),
        apart=sum(each.sort not in NEEDING for each in rows),
        broken=bool(broken),
    )
    unread = [STOPPED] if state.stopped else []
    unread += [OLD_VIEW] if view.unread else []
    unread += [UNREAD] if letters.unread else []
    return Digest(
        tenant=tenant,
        at=now,
        zone=zone,
        headline=told,
        is_well=is_well,
        sides=sides,
        holds=first_of(holds),
        beside=tuple(others_told(others, zone)),
        rows=rows,
        home=known.company.home,
        reconciled=known.reconciled,
        link=link,
        unread=tuple(unread),
        letters=letters.groups,
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
            why=document_waits(document, lane.called),
            since=state.since(lane.key, name),
        )


def _sides(
    until: dict[str, datetime | None], now: datetime, late: Mapping[Side, timedelta]
) -> Iterator[SideTold]:
    for side in Side:
        at = until[str(side)]
        yield SideTold(called=side.called, until=at, is_late=is_late(at, now, late[side]))
