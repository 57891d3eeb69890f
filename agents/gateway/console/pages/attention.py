"""What needs somebody, the longest waiting first, and what mends it?"""

from dataclasses import dataclass
from typing import Any

from agents.gateway.console.actions import ACTIONS, LINK, MOST_AT_ONCE, PUSH, RESOLVE, RETRY
from agents.gateway.console.book.answers import Sum, Waits
from agents.gateway.console.book.reading import PAGE as ROWS
from agents.gateway.console.conflict_shown import ConflictShown, conflict_shown
from agents.gateway.console.holds import holds_of
from agents.gateway.console.mapping_address import mapping_page
from agents.gateway.console.page import Page, Visit
from agents.gateway.console.people import Role
from agents.gateway.console.record_address import record_page
from agents.rules.documents.noting import standing
from agents.rules.documents.waiting_sort import Sort
from agents.rules.kinds.worth import Worth, worth_of
from agents.rules.reason_words import SORTS, ReasonWords, words_of_reason
from schemas.kinds import is_customer
from schemas.rows import record_of
from schemas.state import Document, ParkReason
from schemas.values import Kind

#: Of these a person may say which customer of QuickBooks it is.
_LINKED = frozenset({ParkReason.NOT_LINKED, ParkReason.NAME_TAKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """One document that waits, in words, with what can be done about it."""

    waits: Waits
    words: ReasonWords
    actions: tuple[str, ...]
    conflict: ConflictShown | None
    record: str
    mend_at: str
    standing: str
    is_dismissed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonShown:
    """How many wait for one reason."""

    reason: str
    title: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherShown:
    """All that wait for one reason, and so many of them are retried `at_once`."""

    number: int
    at_once: int
    worth: Worth


def show(visit: Visit) -> dict[str, Any]:
    """Return what the page tells."""
    tenant, sums = visit.book.tenant(visit.tenant), visit.book.sums(visit.tenant)
    sort, reason = visit.query.get("sort", ""), visit.query.get("reason", "")
    after = visit.query.get("after", "")
    found = visit.book.waiting(visit.tenant, sort=sort, reason=reason, after=after, limit=ROWS + 1)
    documents = visit.book.documents(each.row for each in found[:ROWS])
    return {
        "home_currency": tenant.company.home,
        "holds": holds_of(visit, tenant),
        "rows": [row_shown(visit, each, documents.get(each.row)) for each in found[:ROWS]],
        "next": found[ROWS - 1].place if len(found) > ROWS else "",
        "sort": sort,
        "reason": reason,
        "sorts": [(each, title, _number(sums, each)) for each, title in SORTS.items()],
        "reasons": _reasons(sums, sort),
        "total": sum(each.number for each in sums if _is_listed(each, sort)),
        "together": _together(sums, reason, tenant.company.home),
        "may_act": visit.may(Role.OPERATOR),
        "pages": visit.pages,
    }


def needing(visit: Visit) -> int:
    """Return how many need somebody: the menu says it."""
    sums = visit.book.sums(visit.tenant)
    of_people = _number(sums, Sort.CONFLICT) + _number(sums, Sort.PARKED)
    return of_people + holds_of(visit, visit.book.tenant(visit.tenant)).number


def row_shown(visit: Visit, waits: Waits, document: Document | None) -> RowShown:
    """Return a document that waits, with what can be done about it."""
    shown = conflict_shown(visit, document) if document is not None else None
    return RowShown(
        waits=waits,
        words=words_of_reason(waits.reason),
        actions=_actions(waits, is_conflict=shown is not None),
        conflict=shown,
        record=record_page(visit, record_of(waits.row.name)),
        mend_at=mapping_page(visit, document.park) if document is not None else "",
        standing=standing(document) if document is not None else "",
        is_dismissed=waits.sort == Sort.DISMISSED,
    )


def _actions(waits: Waits, *, is_conflict: bool) -> tuple[str, ...]:
    """Return what may be done, what helps most first."""
    if is_conflict:
        return (RESOLVE,)
    if waits.reason in {Sort.ONE_SIDED, ParkReason.MANUAL}:
        return (PUSH,)
    if waits.reason in _LINKED and is_customer(Kind(waits.kind)):
        return (LINK, RETRY)
    return () if waits.reason == ParkReason.OBSERVE else (RETRY,)


def _reasons(sums: list[Sum], sort: str) -> list[ReasonShown]:
    numbers: dict[str, int] = {}
    for each in sums:
        if _is_listed(each, sort):
            numbers[each.reason] = numbers.get(each.reason, 0) + each.number
    return [
        ReasonShown(reason=reason, title=words_of_reason(reason).title, number=number)
        for reason, number in sorted(numbers.items(), key=lambda each: -each[1])
    ]


def _together(sums: list[Sum], reason: str, home: str) -> TogetherShown | None:
    """Return what retrying all of one reason would be about; None where there is nothing to it."""
    own = [each for each in sums if each.reason == reason and _is_listed(each, "")]
    number = sum(each.number for each in own)
    one_by_one = {Sort.CONFLICT, Sort.CHOSEN, Sort.ONE_SIDED}
    if number < 2 or one_by_one & {Sort(each.sort) for each in own}:  # noqa: PLR2004 - together
        return None
    worth = worth_of(((each.currency, each.amount) for each in own), home)
    return TogetherShown(number=number, at_once=min(number, MOST_AT_ONCE), worth=worth)


def _is_listed(each: Sum, sort: str) -> bool:
    """Tell whether what waits so is in the list: what is dismissed only where it is asked for."""
    return each.sort == sort if sort else each.sort != Sort.DISMISSED


def _number(sums: list[Sum], sort: str) -> int:
    return sum(each.number for each in sums if each.sort == sort)


PAGE = Page(
    name="attention",
    path="attention",
    title="Needs attention",
    template="attention.html",
    show=show,
    acts=ACTIONS,
    count=needing,
)
