"""What is in conflict, and what says each side of it?  Oldest first, in an accountant's words.

No side tells which of its users changed a record; it tells when.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents.cli.console import visible
from agents.cli.document_called import Called, Caller
from agents.cli.formatting import INDENT, moment, plain
from agents.cli.journal_state import State
from agents.cli.wrapping import wrapped
from agents.rules.documents.conflicts import Conflict, conflict_of
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.resolving import cannot_stand
from agents.rules.value_words import age_words, in_words
from agents.rules.wording import fields_called
from schemas.asked_conditions import PUSHED
from schemas.identity import tenant_of
from schemas.state import Document
from schemas.values import Kind, Side

#: Where a value begins on the screen.
VALUE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """One field as both had agreed on it, and as each side shows it now.

    `refused` is why what a side shows of it cannot stand, where that is so.
    """

    field: str
    called: str
    agreed: Any
    mediaos: Any
    qbo: Any
    refused: dict[Side, str]


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
        _open(lane, name, document, conflict, state)
        for lane in lanes
        for name, document in lane.documents.items()
        if (conflict := conflict_of(document)) is not None
    ]
    return sorted(found, key=lambda each: (plain(each.since) or "", each.record))


def told_of(found: Open, now: datetime, width: int) -> Iterator[str]:
    """Yield the lines that show one conflict on a screen of that width."""
    age = f", open for {age_words(now - found.since)}" if found.since else ""
    yield from wrapped(visible(f"{found.called}{age}"), width, more=INDENT)
    yield f"  {found.record}"
    for side, at in found.changed.items():
        done = "taken away" if side is found.ended else "changed"
        yield f"  {done} in {side.called} {moment(at)}"
    if found.decided is not None:
        yield f"  decided: by what {found.decided.called} shows; it goes by itself"
    for each in found.fields:
        name = each.called if each.called == each.field else f"{each.field} ({each.called})"
        yield f"  {name}"
        for label, value in _sides(each, found.ended):
            first = f"    {label:<{VALUE - 4}}"
            yield from wrapped(visible(in_words(value)), width, first=first, more=" " * VALUE)


def _open(lane: LaneBook, name: str, document: Document, conflict: Conflict, state: State) -> Open:
    shown = {side: each for side in Side if (each := document.shown(side)) is not None}
    home = state.tenant(tenant_of(lane.key)).company.home
    return Open(
        record=name,
        kind=document.kind,
        lane=lane.key,
        called=Caller(lane, home).of(name),
        since=state.since(lane.key, name),
        ended=conflict.ended,
        decided=_decided(document, conflict),
        fields=tuple(_apart(document, conflict, each) for each in conflict.fields),
        changed={side: each.at for side, each in shown.items()},
        revisions={side: str(each.revision) for side, each in shown.items()},
    )


def _decided(document: Document, conflict: Conflict) -> Side | None:
    """Return whose stands by a person's word that has not been followed yet, None without one."""
    if document.resolution is not None:
        return document.resolution.keep
    asked = document.park is not None and str(PUSHED) in document.park.waits_for
    return conflict.ended.other if asked and conflict.ended is not None else None


def _apart(document: Document, conflict: Conflict, field: str) -> Apart:
    values = {
        side: getattr(shown.record, field, None) if (shown := document.shown(side)) else None
        for side in Side
    }
    return Apart(
        field=field,
        called=fields_called((field,)),
        agreed=getattr(document.agreed and document.agreed.mediaos, field, None),
        mediaos=values[Side.MEDIAOS],
        qbo=values[Side.QBO],
        refused={side: cannot_stand(document, conflict, side, (field,)) for side in Side},
    )


def _sides(apart: Apart, ended: Side | None) -> Sequence[tuple[str, Any]]:
    """Return what was agreed, and what each side shows that has the record still."""
    shown = {Side.MEDIAOS: apart.mediaos, Side.QBO: apart.qbo}
    stands = [(side.called, value) for side, value in shown.items() if side is not ended]
    return (("agreed", apart.agreed), *stands)
