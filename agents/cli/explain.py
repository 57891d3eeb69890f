"""What happened to one record, from its first fact on, and where does it stand now?

In plain sentences; --raw has each fact as the journal says it, and where it stands there.  The
journal is read twice: once for where all records stand and under which names this one goes,
once for its story; a record of QuickBooks is known by its document's name only from its link on.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from agents.cli.bars import folding_bar
from agents.cli.console import show_json
from agents.cli.fact_text import park_words, tell, word
from agents.cli.formatting import INDENT, moment, plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import Found, choose_tenant, find
from agents.cli.options import Json, OfSide, TenantName, What
from agents.cli.refusal import Refusal
from agents.process.clock import SystemClock
from agents.rules.documents.document_called import Called, Caller
from agents.rules.documents.lane_book import LaneBook
from agents.rules.fact_sentences import Narrator
from agents.rules.record_history import Story
from agents.rules.value_words import number_words
from agents.rules.waiting_words import customer_waits, whole
from agents.rules.wording import Called as By
from agents.rules.wording import by_id
from schemas.facts import Fact
from schemas.identity import tenant_of
from schemas.state import Document
from schemas.values import Kind, RecordRef, Side

Id = Annotated[str, typer.Argument(help="Its id, as that side shows it.")]
Raw = Annotated[bool, typer.Option("--raw", help="Each fact as the journal says it, with our ids.")]

#: A time, and what happened then.
WHEN = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One fact: when its step was written, and where in the journal it stands."""

    at: datetime
    partition: int
    offset: int
    lane: str
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A record's story in the order of its steps, and where it stands (None: in no lane).

    `called` is how an accountant calls it, `others` how whatever its story names is called.
    """

    record: str
    called: Called
    others: By
    lane: str | None
    document: Document | None
    stands: tuple[str, ...]
    chapters: tuple[Chapter, ...]


def explain(
    kind: What,
    id: Id,  # noqa: A002 - it is what the command's help calls it
    side: OfSide = Side.MEDIAOS,
    tenant: TenantName = None,
    raw: Raw = False,
    as_json: Json = False,
) -> None:
    """Tell a record's whole story, in plain sentences."""
    record = RecordRef(side, Kind(kind), id)

    async def work(state: State) -> Explained:
        return await explained(state, choose_tenant(state.tenants(), tenant), record)

    found = reading(work)
    if as_json:
        show_json(_as_json(found))
    else:
        _show(found, raw=raw)


async def explained(state: State, tenant: str, record: RecordRef) -> Explained:
    """Return a record's story; Refusal when the journal has no word of it."""
    found = find(state.lanes(tenant), record)
    story = Story(tenant, names_of(found) | {str(record)})
    with folding_bar(SystemClock()) as progress:
        chapters = [
            Chapter(
                at=told.record.at,
                partition=told.partition,
                offset=told.offset,
                lane=told.record.lane,
                fact=fact,
            )
            async for told in state.again(progress)
            for fact in story.hear(told.record.lane, told.record.facts)
        ]
    if not chapters:
        raise Refusal(
            f"The journal has no word of {record.kind} {record.id} of {record.side.called} in "
            f"{tenant}: see that the id is right (--side says whose it is), and that its change "
            "was published."
        )
    return Explained(
        record=str(record),
        called=_called(state, found, record),
        others=found.lane.called if found else by_id,
        lane=found.lane.key if found else None,
        document=found.document if found else None,
        stands=stands(found.lane, found.name) if found else ("No lane has it yet: it is held.",),
        # Each partition is in order already; sorting is stable and only joins the partitions.
        chapters=tuple(sorted(chapters, key=lambda each: each.at)),
    )


def _called(state: State, found: Found | None, record: RecordRef) -> Called:
    if found is None:
        return Called(called=by_id(record))
    home = state.tenant(tenant_of(found.lane.key)).company.home
    return Caller(found.lane, home).of(found.name)


def names_of(found: Found | None) -> frozenset[str]:
    """Return all names of records that lead to a document, its own included."""
    if found is None:
        return frozenset()
    names = (name for name, document in found.lane.names.items() if document == found.name)
    return frozenset({found.name, *names})


def stands(lane: LaneBook, name: str) -> tuple[str, ...]:
    """Return where a document stands now, one sentence each."""
    document = lane.documents[name]
    lines = [_shown(document, side) for side in Side]
    if lane.in_flight is not None and lane.in_flight.document == name:
        known = "its outcome is not known" if lane.in_flight.unknown else "it is under way"
        tries = number_words(lane.in_flight.attempts, "attempt")
        lines.append(f"In work: {tries} to have it done; {known}.")
    if document.park is not None:
        lines.append(f"Parked: {park_words(document.park, lane.called)}")
    if document.unplaced is not None:
        lines.append(f"Unplaced: {document.unplaced}")
    if lane.waits is not None:
        lines.append(whole(customer_waits(lane.waits.why, lane.waits.until, moment)))
    if document.agreed is not None and len(lines) == len(Side):
        lines.append("Both sides have agreed, and nothing of it waits.")
    return tuple(lines)


def _shown(document: Document, side: Side) -> str:
    shown = document.shown(side)
    if shown is None:
        return f"{side.called} has it not."
    if shown.record is None:
        return f"{side.called} has {document.kind.called} {shown.id} no more: it was deleted."
    return f"{side.called} has it as {document.kind.called} {shown.id}."


def _show(found: Explained, *, raw: bool) -> None:
    say(str(found.called))
    lane = f" in lane {found.lane}" if found.lane else ""
    say(f"{found.record}{lane}", first=INDENT, more=INDENT * 2)
    show_line("")
    if raw:
        _show_facts(found)
    else:
        _show_story(found)
    show_line("")
    say("Where it stands:")
    for line in found.stands:
        say(line, first=INDENT, more=INDENT * 2)


def _show_story(found: Explained) -> None:
    """Print what happened, each time once."""
    narrator, told_at = Narrator(found.others, moment), ""
    for each in found.chapters:
        at, sentence = moment(each.at), narrator.tell(each.fact)
        if sentence:
            first = "" if at == told_at else at
            say(sentence, first=f"{first:{WHEN}}", more=" " * WHEN)
            told_at = at


def _show_facts(found: Explained) -> None:
    for each in found.chapters:
        where = f"{moment(each.at)}  {each.partition}@{each.offset}"
        say(f"{where} {word(each.fact)}: {tell(each.fact)}", more=INDENT)


def _as_json(found: Explained) -> dict[str, Any]:
    told: dict[str, Any] = plain({**asdict(found), "others": None})
    del told["others"]
    return {
        **told,
        **told.pop("called"),
        "chapters": [
            {**plain({**asdict(each), "fact": None}), "fact": plain(each.fact)}
            for each in found.chapters
        ],
    }
