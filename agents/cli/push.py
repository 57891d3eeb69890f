"""Send documents across by hand, as where a tenant's two-way sync is off.

By their ids, by a list of them, or all that waits for a push and fits a filter.  What somebody made
in QuickBooks and is only listed goes by its id (`--side qbo`), whatever the sync is set to.
An edit made in QuickBooks meanwhile is shown first, and nothing is sent (exit status 3) but with
--overwrite.  What became of each is told, with the same status where something waits on.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from agents.cli.became import Became, End, became
from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import plain, say
from agents.cli.journal_state import State
from agents.cli.lookup import Found, choose_tenant, find_pushable
from agents.cli.options import By, Json, OfSide, TenantName, Traded
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.process.clock import SystemClock
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.pushing import conflict, held
from schemas.facts import RequestTaken
from schemas.identity import lane_key
from schemas.requests import Push
from schemas.values import Kind, RecordRef, Side

LABELS = {End.ACROSS: "Done", End.WAITS: "Waits", End.UNDER_WAY: "Not yet"}

#: A worker's answer, and what became of the document where it took the push.
Pushed = tuple[RequestTaken, Became | None]

Of = Annotated[
    Traded | None,
    typer.Argument(help="customer, invoice, credit-memo, payment, credit-application or refund"),
]
Ids = Annotated[list[str] | None, typer.Argument(help="Their ids, as that side shows them.")]
From = Annotated[
    str | None, typer.Option("--from", help="A file with one id a line; - is standard input.")
]
OfCustomer = Annotated[
    str | None, typer.Option("--customer", help="All that is held of this advertiser of MediaOS.")
]
Since = Annotated[
    datetime | None, typer.Option("--since", help="All that is held since then (UTC).")
]
All = Annotated[bool, typer.Option("--all-held", help="All that is held.")]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="MediaOS's values win over edits made in QuickBooks.")
]


def push(  # noqa: PLR0917 - options of a command line
    kind: Of = None,
    ids: Ids = None,
    file: From = None,
    customer: OfCustomer = None,
    since: Since = None,
    all_held: All = False,
    overwrite: Overwrite = False,
    side: OfSide = Side.MEDIAOS,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Push documents that wait for it: nothing is sent unless all of them can be."""
    named = [*(ids or ()), *(_listed(file) if file else ())]
    filtered = all_held or customer is not None or since is not None
    if bool(named) == filtered or (named and kind is None):
        raise Refusal(
            "Name what to push: `isthmus push invoice 136`, `isthmus push invoice --from FILE`, or "
            "a filter (--customer, --since, --all-held), one of the two."
        )

    async def work(state: State, ask: Ask) -> tuple[list[str], list[Pushed]]:
        name = choose_tenant(state.tenants(), tenant)
        lanes = state.lanes(name)
        if named and kind is not None:
            found = [find_pushable(lanes, RecordRef(side, Kind(kind), each)) for each in named]
        else:
            only = lane_key(name, Side.MEDIAOS, customer) if customer is not None else None
            found = [
                each for each in _held(state, lanes, kind, since) if only in {None, each.lane.key}
            ]
        told = [] if overwrite else _conflicts(state, name, found, side)
        if told:
            return told, []
        return [], await _pushed(state, ask, found, side, overwrite=overwrite)

    conflicts, pushed = asking(work, by)
    if conflicts:
        _show_conflicts(conflicts, as_json=as_json)
    _show(pushed, as_json=as_json)


def _held(
    state: State, lanes: Sequence[LaneBook], kind: str | None, since: datetime | None
) -> list[Found]:
    """Return what is held for a push, of that kind and since then."""
    return [
        each
        for each in (Found(*one) for one in held(lanes))
        if (kind is None or each.document.kind == kind)
        and (since is None or _since(state, each) >= since.replace(tzinfo=UTC))
    ]


async def _pushed(
    state: State, ask: Ask, found: Sequence[Found], side: Side, *, overwrite: bool
) -> list[Pushed]:
    """Ask for each, and return the answers with what became of those that were taken."""
    answers = [
        await ask(
            Push(
                id=new_id(),
                lane=each.lane.key,
                document=each.name,
                side=side,
                overwrite=overwrite,
            )
        )
        for each in found
    ]
    taken = [
        (each.lane.key, each.name)
        for each, answer in zip(found, answers, strict=True)
        if answer.done
    ]
    ends = iter(await became(state, SystemClock(), taken))
    return [(answer, next(ends) if answer.done else None) for answer in answers]


def _show(pushed: list[Pushed], *, as_json: bool) -> None:
    """Print what became of each; typer.Exit where one was not sent, or is not across."""
    if as_json:
        show_json([_told(*each) for each in pushed])
    elif not pushed:
        say("Nothing that fits waits for a push.")
    else:
        for answer, end in pushed:
            words = sentence(answer) if end is None else f"{LABELS[end.end]}: {end}."
            say(words)
    if not all(answer.done for answer, _ in pushed):
        raise typer.Exit(ExitStatus.NO)
    if any(end is not None and end.end is not End.ACROSS for _, end in pushed):
        raise typer.Exit(ExitStatus.WAITS)


def _told(answer: RequestTaken, end: Became | None) -> dict[str, Any]:
    told: dict[str, Any] = plain(answer)
    return {**told, "became": plain(asdict(end)) if end is not None else None}


def _conflicts(state: State, tenant: str, found: list[Found], side: Side) -> list[str]:
    if not state.tenant(tenant).settings.manual_push:
        return []
    told = ((each.name, conflict(each.document, side)) for each in found)
    return [f"{name}: {why}" for name, why in told if why is not None]


def _show_conflicts(conflicts: list[str], *, as_json: bool) -> None:
    if as_json:
        show_json({"conflicts": conflicts})
    else:
        for line in ("Nothing was sent:", *conflicts):
            say(line)
    raise typer.Exit(ExitStatus.WAITS)


def _since(state: State, found: Found) -> datetime:
    return state.since(found.lane.key, found.name) or datetime.min.replace(tzinfo=UTC)


def _listed(file: str) -> list[str]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise Refusal(f"{file} cannot be read as text: {fault}.") from fault
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    found = [line for line in lines if line]
    if not found:
        raise Refusal(f"{file} names nothing: expected one id a line.")
    return found
