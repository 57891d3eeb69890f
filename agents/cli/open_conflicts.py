"""What is in conflict, and what says each side of it?  Oldest first, in an accountant's words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from agents.cli.console import visible
from agents.cli.formatting import INDENT, moment, plain
from agents.cli.journal_state import State
from agents.cli.wrapping import wrapped
from agents.rules.documents.conflict_sides import (
    TAKEN_AWAY,
    Apart,
    ConflictSides,
    conflict_sides,
)
from agents.rules.documents.document_called import Called, Caller
from agents.rules.documents.lane_book import LaneBook
from agents.rules.value_words import age_words, in_words
from schemas.asked_conditions import PUSHED
from schemas.identity import tenant_of
from schemas.state import Document
from schemas.values import Kind, Side

#: Where a value begins on the screen.
VALUE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One document in conflict; `ended` is the side that took it away, if one did.

    `called` is how an accountant calls it; `changed` is when each side's record was changed last,
    `revisions` those that both show; `decided` is whose stands, where somebody has said so and it
    has not gone yet.
    """

    record: str
    kind: Kind
    lane: str
    called: Called
    since: datetime | None
    ended: Side | None
    decided: Side | None
    fields: tuple[Apart, ...]
    changed: dict[Side, datetime]
    revisions: dict[Side, str]


def open_conflicts(lanes: Iterable[LaneBook], state: State) -> list[Open]:
    """Return all that is in conflict in these lanes, oldest first."""
    found = [
        _open(lane, name, document, sides, state)
        for lane in lanes
        for name, document in lane.documents.items()
        if (sides := conflict_sides(document)) is not None
    ]
    return sorted(found, key=lambda each: (plain(each.since) or "", each.record))


def told_of(found: Open, now: datetime, width: int) -> Iterator[str]:
    """Yield the lines that show one conflict on a screen of that width."""
    age = f", open for {age_words(now - found.since)}" if found.since else ""
    yield from wrapped(visible(f"{found.called}{age}"), width, more=INDENT)
    yield f"  {found.record}"
    for side, at in found.changed.items():
        done = TAKEN_AWAY if side is found.ended else "changed"
        yield f"  {done} in {side.called} {moment(at)}"
    if found.decided is not None:
        yield f"  decided: by what {found.decided.called} shows; it goes by itself"
    for each in found.fields:
        name = each.called if each.called == each.field else f"{each.field} ({each.called})"
        yield f"  {name}"
        for label, value in _sides(each, found.ended):
            first = f"    {label:<{VALUE - 4}}"
            yield from wrapped(visible(value), width, first=first, more=" " * VALUE)


def _open(
    lane: LaneBook, name: str, document: Document, sides: ConflictSides, state: State
) -> Open:
    home = state.tenant(tenant_of(lane.key)).company.home
    return Open(
        record=name,
        kind=document.kind,
        lane=lane.key,
        called=Caller(lane, home).of(name),
        since=state.since(lane.key, name),
        ended=sides.ended,
        decided=_decided(document, sides.ended),
        fields=sides.fields,
        changed=sides.changed,
        revisions=sides.revisions,
    )


def _decided(document: Document, ended: Side | None) -> Side | None:
    """Return whose stands by a person's word that has not been followed yet, None without one."""
    if document.resolution is not None:
        return document.resolution.keep
    asked = document.park is not None and str(PUSHED) in document.park.waits_for
    return ended.other if asked and ended is not None else None


def _sides(apart: Apart, ended: Side | None) -> Iterator[tuple[str, str]]:
    """Yield what was agreed, and what each side shows; who took the record away shows nothing."""
    yield "agreed", in_words(apart.agreed)
    for side in Side:
        yield side.called, TAKEN_AWAY if side is ended else in_words(apart.of(side))
