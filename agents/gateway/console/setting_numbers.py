"""Which numbers would what waits have under other settings, and which of them would not do?"""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.gateway.console.page import Visit
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.preview import Unfit, preview
from agents.rules.wording import by_document
from schemas.rows import DocumentRow, record_of
from schemas.state import Document, Lane
from schemas.tenant_state import TenantSettings

#: What waits longest is looked at, so many of it.
MOST_LOOKED_AT = 300
#: How many of a list are told.
NAMED = 5
#: Documents that are found by one number.
OF_ONE_NUMBER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberShown:
    """A document, its number now and then; where that would not do, `why`."""

    called: str
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """So many of those that wait get another number; those that would not do, and some others.

    `is_whole` is False where more waits than is looked at.
    """

    touched: int
    named: tuple[NumberShown, ...]
    unfit: tuple[NumberShown, ...]
    is_whole: bool


def numbers_of(visit: Visit, before: TenantSettings, after: TenantSettings) -> Numbers:
    """Return what other numbers would be given, against those that are given already."""
    waits = visit.book.waiting(visit.tenant, limit=MOST_LOOKED_AT + 1)
    documents = visit.book.documents(each.row for each in waits[:MOST_LOOKED_AT])
    first = preview(_lanes(documents), before, after)
    taken = {
        row
        for each in first.touched
        if each.after
        for row in visit.book.found(visit.tenant, each.after, OF_ONE_NUMBER)
    }
    known = documents | visit.book.documents(taken)
    found, by_name = preview(_lanes(known), before, after), {r.name: d for r, d in known.items()}
    touched = [each for each in found.touched if each.before or each.after]
    return Numbers(
        touched=len(touched),
        named=tuple(
            NumberShown(
                called=_called(each.record, by_name),
                before=each.before or "",
                after=each.after or "",
            )
            for each in touched[:NAMED]
        ),
        unfit=tuple(
            NumberShown(
                called=_called(each.record, by_name),
                before="",
                after=each.number,
                why=_why(each, by_name),
            )
            for each in (*found.too_long, *found.colliding)
        ),
        is_whole=len(waits) <= MOST_LOOKED_AT,
    )


def _lanes(documents: Mapping[DocumentRow, Document]) -> list[LaneBook]:
    by_lane: dict[str, dict[str, Document]] = {}
    for row, document in documents.items():
        by_lane.setdefault(row.lane, {})[row.name] = document
    return [LaneBook(Lane(key=lane), found) for lane, found in by_lane.items()]


def _called(name: str, documents: Mapping[str, Document]) -> str:
    return by_document(record_of(name), documents.get(name))


def _why(unfit: Unfit, documents: Mapping[str, Document]) -> str:
    holder = unfit.why.removesuffix(" has it")
    return f"{_called(holder, documents)} has it" if holder in documents else unfit.why
