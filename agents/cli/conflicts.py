"""What both sides changed, and whose value stands: a person says so, once both were shown.

The word goes to the customer's lane with the revisions that were shown, so that nothing is decided
that nobody has looked at; what is decided against stays in the journal.
"""

from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import typer

from agents.cli.became import Became, End, became
from agents.cli.console import out, show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import INDENT, plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant, find
from agents.cli.open_conflicts import Open, open_conflicts, told_of
from agents.cli.options import By, Json
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.process.clock import SystemClock
from agents.rules.value_words import in_words, number_words
from schemas.facts import RequestTaken
from schemas.requests import ResolveConflict
from schemas.values import Kind, RecordRef, Side

app = typer.Typer(help="What both sides changed, and whose value stands.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="TENANT", help="Whose conflicts.")]
Which = Annotated[
    str, typer.Argument(metavar="RECORD", help="As `list` shows it: mediaos/invoice/136.")
]
Keep = Annotated[
    Literal["mediaos", "quickbooks"], typer.Option("--keep", help="Whose value stands.")
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", help="Only this field, as `list` shows it; once a field."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do what is shown.")]


@app.command(name="list")
def list_(tenant: Name, as_json: Json = False) -> None:
    """Show what is in conflict, with what was agreed and what each side has now."""

    async def work(state: State) -> tuple[str, list[Open]]:
        name = choose_tenant(state.tenants(), tenant)
        return name, open_conflicts(state.lanes(name), state)

    name, found = reading(work)
    if as_json:
        show_json([_plain(each) for each in found])
    elif not found:
        say(f"Nothing of tenant {name} is in conflict.")
    else:
        say(f"{number_words(len(found), 'conflict')} of tenant {name}, oldest first:")
        for each in found:
            _show(each)
            if each.decided is None:
                resolve_it = f"isthmus conflicts resolve {name} {each.record}"
                say(f"{resolve_it} --keep mediaos|quickbooks", first=INDENT, more=INDENT * 2)


@app.command()
def resolve(
    tenant: Name,
    record: Which,
    keep: Keep,
    field: Fields = None,
    yes: Yes = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Say whose value stands: shown first, done with --yes; exit 3 where it waits again."""
    side = Side.MEDIAOS if keep == "mediaos" else Side.QBO

    async def work(state: State, ask: Ask) -> tuple[Open, RequestTaken | None, Became | None]:
        name = choose_tenant(state.tenants(), tenant)
        found = _named(state, name, record)
        _decidable(found, side, field or ())
        if not yes:
            return found, None, None
        answer = await ask(_word(found, side, field or ()))
        ends = [(found.lane, found.record)] if answer.done else []
        return found, answer, next(iter(await became(state, SystemClock(), ends)), None)

    found, answer, end = asking(work, by)
    if as_json:
        show_json(
            {
                "conflict": _plain(found),
                "keep": side,
                "answer": plain(answer) if answer else None,
                "became": plain(asdict(end)) if end else None,
            }
        )
    else:
        _show(found)
        _tell(found, side, field or (), answer, end)
    if answer is not None and not answer.done:
        raise typer.Exit(ExitStatus.NO)
    if end is not None and end.end is not End.ACROSS:
        raise typer.Exit(ExitStatus.WAITS)


def _word(found: Open, side: Side, fields: Sequence[str]) -> ResolveConflict:
    return ResolveConflict(
        id=new_id(),
        lane=found.lane,
        document=found.record,
        keep=side,
        fields=tuple(fields),
        mediaos=found.revisions.get(Side.MEDIAOS, ""),
        qbo=found.revisions.get(Side.QBO, ""),
    )


def _named(state: State, tenant: str, text: str) -> Open:
    """Return the conflict of a record; Refusal where there is none."""
    ref, lanes = _record(text), state.lanes(tenant)
    known = find(lanes, ref)
    for each in open_conflicts((known.lane,) if known is not None else (), state):
        if known is not None and each.record == known.name:
            return each
    explained = f"`isthmus explain {ref.kind} {ref.id} --side {ref.side}` says where it stands"
    raise Refusal(
        f"{text} is in no conflict: {explained}, `isthmus conflicts list {tenant}` what is."
    )


def _record(text: str) -> RecordRef:
    side, kind, record_id = (*text.split("/", 2), "", "")[:3]
    try:
        return RecordRef(Side(side), Kind(kind), record_id)
    except ValueError as wrong:
        raise Refusal(
            f"RECORD is {text!r}, expected one as `isthmus conflicts list` shows it, such as "
            "mediaos/invoice/136."
        ) from wrong


def _decidable(found: Open, side: Side, fields: Sequence[str]) -> None:
    """Refuse what the lane would refuse, before anything is shown."""
    known = [each.field for each in found.fields]
    for name in fields:
        if name not in known:
            near = next(iter(get_close_matches(name, known, n=1, cutoff=0.0)), "")
            raise Refusal(
                f"--field is {name!r}, which is in no conflict there: the nearest is {near}."
            )
    if fields and found.ended is not None:
        raise Refusal("One side took it away, so it stays or goes as a whole: name no --field.")
    refused = [each.refused[side] for each in found.fields if each.field in (fields or known)]
    if told := next(filter(None, refused), ""):
        raise Refusal(f"{told}.")


def _show(found: Open) -> None:
    say("")
    for line in told_of(found, SystemClock().now(), out.width):
        show_line(line)


def _tell(
    found: Open,
    side: Side,
    fields: Sequence[str],
    answer: RequestTaken | None,
    end: Became | None,
) -> None:
    if answer is not None:
        say(sentence(answer))
        say(f"{end}." if end is not None else "Nothing is changed.")
        return
    there = side.other.called
    if found.ended is side:
        say(f"It would be taken away in {there} too.")
    elif found.ended is not None:
        say(f"It would be made anew in {there}.")
    for each in found.fields if found.ended is None else ():
        if not fields or each.field in fields:
            say(f"{there} would get {each.called}: {in_words(each.of(side))}")
    say("Nothing is done yet: --yes does it.")


def _plain(found: Open) -> dict[str, Any]:
    told: dict[str, Any] = plain(asdict(found))
    return {**told, **told.pop("called")}
