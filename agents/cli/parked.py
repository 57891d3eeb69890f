"""What waits for a person, why, and how is it judged again?

Parked: a record that cannot cross now.  Unplaced: a record that is only on one side;
nothing waits for it, it is recorded and listed so that nobody misses it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any

import typer

from agents.cli.console import show_json
from agents.cli.formatting import INDENT, moment, plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant, find_parked
from agents.cli.options import By, Json, OfSide, TenantName, What
from agents.cli.print_results import show_answers
from agents.cli.send_request import Ask, asking, new_id
from agents.rules.documents.document_called import Called, Caller
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.noting import is_dismissed
from agents.rules.waiting_words import waits_for
from agents.rules.wording import awaited_words
from schemas.facts import RequestTaken
from schemas.identity import tenant_of
from schemas.requests import Retry
from schemas.state import Document, ParkReason
from schemas.values import Kind, RecordRef, Side

#: In the place of a reason, of what is only on one side.
ONLY_LISTED = "unplaced"

Why = Annotated[
    ParkReason | None,
    typer.Option("--reason", metavar="REASON", help="Only those of this reason, as it is listed."),
]
Dismissed = Annotated[
    bool, typer.Option("--dismissed", help="List also those that somebody has dismissed.")
]
Id = Annotated[str, typer.Argument(help="Its id, as that side shows it.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One document that is parked, or listed as unplaced (then `reason` is `unplaced`).

    `called` is how an accountant calls it; `waits_for` is as the journal has it, `awaits` the same
    in words.  `owner` sees to it, `note` is what people say of it; `dismissed`: nobody has to.
    """

    lane: str
    record: str
    called: Called
    reason: str
    detail: str
    waits_for: tuple[str, ...]
    awaits: str = ""
    since: datetime | None
    owner: str = ""
    note: str = ""
    dismissed: bool = False


def parked(
    tenant: TenantName = None,
    reason: Why = None,
    dismissed: Dismissed = False,
    as_json: Json = False,
) -> None:
    """List the records that wait, and what each waits for."""

    async def work(state: State) -> list[Waiting]:
        found = parked_in(_lanes(state, tenant), state)
        listed = [each for each in found if dismissed or not each.dismissed]
        return [each for each in listed if reason is None or each.reason == reason]

    rows = reading(work)
    which = f" for reason {reason}" if reason else ""
    _show(rows, f"Nothing is parked{which}: every record that came in is across.", as_json=as_json)


def unplaced(
    tenant: TenantName = None, dismissed: Dismissed = False, as_json: Json = False
) -> None:
    """List the records that are only on one side."""

    async def work(state: State) -> list[Waiting]:
        found = unplaced_in(_lanes(state, tenant), state)
        return [each for each in found if dismissed or not each.dismissed]

    _show(
        reading(work),
        "Nothing is only on one side: every change has its place on the other.",
        as_json=as_json,
    )


def retry(
    kind: What,
    id: Id,  # noqa: A002 - it is what the command's help calls it
    side: OfSide = Side.MEDIAOS,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Judge a parked record again."""

    async def work(state: State, ask: Ask) -> RequestTaken:
        lanes = state.lanes(choose_tenant(state.tenants(), tenant))
        found = find_parked(lanes, RecordRef(side, Kind(kind), id))
        return await ask(Retry(id=new_id(), lane=found.lane.key, document=found.name))

    show_answers([asking(work, by)], as_json=as_json)


def parked_in(lanes: Iterable[LaneBook], state: State) -> list[Waiting]:
    """Return what is parked in these lanes, longest first."""
    found = [
        Waiting(
            lane=lane.key,
            record=name,
            called=caller.of(name),
            reason=document.park.reason,
            detail=document.park.detail,
            waits_for=document.park.waits_for,
            awaits=awaited_words(document.park.waits_for, called),
            since=state.since(lane.key, name),
            **_noted(state, lane.key, name, document),
        )
        for lane in lanes
        for called in (cache(lane.called),)
        for caller in (_caller(lane, state),)
        for name, document in lane.documents.items()
        if document.park is not None
    ]
    return sorted(found, key=_age)


def unplaced_in(lanes: Iterable[LaneBook], state: State) -> list[Waiting]:
    """Return what is listed as unplaced in these lanes, longest first."""
    found = [
        Waiting(
            lane=lane.key,
            record=name,
            called=caller.of(name),
            reason=ONLY_LISTED,
            detail=document.unplaced,
            waits_for=(),
            since=state.since(lane.key, name),
            **_noted(state, lane.key, name, document),
        )
        for lane in lanes
        for caller in (_caller(lane, state),)
        for name, document in lane.documents.items()
        if document.unplaced is not None
    ]
    return sorted(found, key=_age)


def _noted(state: State, lane: str, name: str, document: Document) -> dict[str, Any]:
    found = state.noted(lane, name)
    if found is None:
        return {}
    dismissed = is_dismissed(found, document)
    return {"owner": found.owner, "note": found.note, "dismissed": dismissed}


def _caller(lane: LaneBook, state: State) -> Caller:
    return Caller(lane, state.tenant(tenant_of(lane.key)).company.home)


def _age(waiting: Waiting) -> tuple[str, str]:
    return (waiting.since.isoformat() if waiting.since else "", waiting.record)


def _lanes(state: State, tenant: str | None) -> list[LaneBook]:
    return state.lanes(choose_tenant(state.tenants(), tenant) if tenant else None)


def _show(rows: list[Waiting], nothing: str, *, as_json: bool) -> None:
    if as_json:
        show_json([_told(row) for row in rows])
    elif not rows:
        say(nothing)
    else:
        for place, row in enumerate(rows):
            if place:
                show_line("")
            _show_one(row)


def _show_one(row: Waiting) -> None:
    """Print what an accountant knows it by, our ids, why it waits, and for what."""
    since = f", since {moment(row.since)}" if row.since else ""
    say(str(row.called))
    say(f"{row.record} in lane {row.lane}{since}", first=INDENT, more=INDENT * 2)
    if row.owner or row.note:
        who = f"{row.owner} sees to it" if row.owner else "noted"
        told = "dismissed" if row.dismissed else who
        say(": ".join(filter(None, (told, row.note))), first=INDENT, more=INDENT * 2)
    if row.reason == ONLY_LISTED:
        say(row.detail, first=INDENT, more=INDENT * 2)
        return
    say(f"{row.reason}: {row.detail}", first=INDENT, more=INDENT * 2)
    say(waits_for(row.awaits), first=INDENT, more=INDENT * 2)


def _told(row: Waiting) -> dict[str, Any]:
    """Return one as JSON tells it, with what an accountant knows it by beside the ids."""
    told: dict[str, Any] = plain(asdict(row))
    return {**told, **told.pop("called")}
