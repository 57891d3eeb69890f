"""How does a person let go what one side took away at once?  Shown first, document by document.

What that side takes away between the list and the word waits for the same guard, and goes with it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Annotated

import typer

from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import moment, plain, say
from agents.cli.journal_state import State
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.cli.table import show_table
from agents.rules.documents.document_called import Caller
from agents.rules.documents.ended import amount_of, currency_of, to_follow
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.removal_guard import of, went
from agents.rules.kinds.currency import by_currency, sums_told
from agents.rules.value_words import number_words
from schemas.asked_conditions import Confirmed
from schemas.facts import RequestTaken
from schemas.removal_state import Removals
from schemas.requests import ConfirmRemovals
from schemas.state import Document
from schemas.values import ZERO, RecordRef, Side

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant whose removals wait.")]
Yes = Annotated[bool, typer.Option("--yes", help="All that is listed is meant: let it go.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removing:
    """One record that is to be taken away, how an accountant calls it, and what it comes to.

    A blank `currency` is the home one.
    """

    record: str
    lane: str
    customer: str
    called: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What one side took away: how much `went` before, and all that `waits`.

    `went_besides` is by currency what is not in the home one, as `went_amount` is.
    """

    side: Side
    guard: str
    since: str
    went: int
    went_amount: Decimal
    went_besides: dict[str, Decimal]
    waits: tuple[Removing, ...]


def confirm(tenant: Name, yes: Yes = False, by: By = None, as_json: Json = False) -> None:
    """Show what waits since one side took so much away at once; with --yes let it go."""

    async def work(state: State, ask: Ask) -> tuple[list[Stopped], list[RequestTaken]]:
        name = choose_tenant(state.tenants(), tenant)
        known, lanes = state.tenant(name), state.lanes(name)
        home = known.company.home
        found = [
            _stopped(side, of(known, side), lanes, home) for side in Side if of(known, side).guard
        ]
        if not found:
            raise Refusal(f"Nothing of tenant {name} waits to be confirmed: `isthmus parked`.")
        wishes = [
            ConfirmRemovals(id=new_id(), tenant=name, guard=each.guard)
            for each in (found if yes else ())
        ]
        return found, [await ask(wish) for wish in wishes]

    _show(*asking(work, by), as_json=as_json)


def _stopped(side: Side, removals: Removals, lanes: Iterable[LaneBook], home: str) -> Stopped:
    waits = (
        _removing(lane, name, left, home)
        for lane in lanes
        for name, document in lane.documents.items()
        if (left := to_follow(document)) is not None and _waits_for(document, removals.guard)
    )
    besides = went(removals)
    return Stopped(
        side=side,
        guard=removals.guard,
        since=moment(removals.since) if removals.since else "",
        went=len(removals.passed),
        went_amount=besides.pop("", ZERO),
        went_besides=besides,
        waits=tuple(sorted(waits, key=lambda each: (each.lane, each.record))),
    )


def _removing(lane: LaneBook, name: str, left: RecordRef, home: str) -> Removing:
    called, document = Caller(lane, home).of(name), lane.documents[name]
    return Removing(
        record=str(left),
        lane=lane.key,
        customer=called.customer,
        called=called.called,
        amount=amount_of(document, left.side),
        currency=currency_of(document, home),
    )


def _waits_for(document: Document, guard: str) -> bool:
    return document.park is not None and str(Confirmed(guard)) in document.park.waits_for


def _show(found: list[Stopped], answers: list[RequestTaken], *, as_json: bool) -> None:
    if as_json:
        told_of = [plain(asdict(each)) for each in found]
        show_json({"stopped": told_of, "answers": [plain(answer) for answer in answers]})
    else:
        for each in found:
            _show_one(each)
        for answer in answers:
            say(sentence(answer))
        if not answers:
            say("Nothing is done yet: --yes lets all of it go.")
    if not all(answer.done for answer in answers):
        raise typer.Exit(ExitStatus.NO)


def _show_one(stopped: Stopped) -> None:
    here, there = stopped.side.called, stopped.side.other.called
    amount = by_currency((each.currency, each.amount) for each in stopped.waits)
    before = {"": stopped.went_amount, **stopped.went_besides}
    say(
        f"Taken away in {here}, and to be taken away in {there}: "
        f"{number_words(len(stopped.waits), 'document')}, {sums_told(amount)} in all, since "
        f"{stopped.since}. "
        f"{number_words(stopped.went, 'document')} went before it stopped, "
        f"{sums_told(before)} in all."
    )
    rows = (
        (each.customer, each.called, sums_told({each.currency: each.amount}), each.record)
        for each in stopped.waits
    )
    columns = ("customer", "document", "amount", "record")
    show_table(columns, rows, ids=("record",), amounts=("amount",), names=("customer",))
