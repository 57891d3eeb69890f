"""What would a tenant write, and how does it begin to?

A tenant that is connected for the first time only observes: what it would write is listed here,
and none of it is made until somebody has it go live.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

from agents.cli.bars import reading_bar
from agents.cli.console import show_json
from agents.cli.formatting import INDENT, plain, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json, TenantName
from agents.cli.preflight import judged
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.process.clock import SystemClock
from agents.rules.documents.document_called import Called, Caller
from agents.rules.documents.lane_book import LaneBook
from agents.rules.tenant.opening import NAME as OPENING
from agents.rules.tenant.preflight import blocking, gone_over
from agents.rules.tenant.preflight_findings import Finding
from agents.rules.tenant.preflight_standing import standing_of
from agents.rules.value_words import number_words
from schemas.facts import RequestTaken
from schemas.requests import GoLive
from schemas.state import ParkReason

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant that goes live.")]
Explained = Annotated[
    str,
    typer.Option("--explained", metavar="WHY", help="Why what is owed differs, for the journal."),
]
Overrule = Annotated[
    list[str] | None,
    typer.Option("--overrule", help="A blocking finding of the preflight to go over, by its name."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """One write that waits until its tenant goes live; `called` is how an accountant calls it."""

    record: str
    lane: str
    called: Called
    would: str

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON tells it, with what an accountant knows it by beside the ids."""
        told: dict[str, Any] = plain(asdict(self))
        return {**told, **told.pop("called")}


def observe(tenant: TenantName = None, as_json: Json = False) -> None:
    """List what a tenant would write, oldest first, while it only observes."""

    async def work(state: State) -> tuple[str, bool, list[Intended]]:
        name = choose_tenant(state.tenants(), tenant)
        held = state.tenant(name)
        return name, held.observes, intended(state.lanes(name), held.company.home)

    name, observes, writes = reading(work)
    if as_json:
        told = [each.as_json() for each in writes]
        show_json({"tenant": name, "observes": observes, "intended": told})
        return
    how = f"only observes (`isthmus go-live {name}` ends that)" if observes else "is live"
    say(f"Tenant {name} {how}; {number_words(len(writes), 'intended write')}.")
    for each in writes:
        show_line("")
        say(str(each.called))
        say(f"{each.record} in lane {each.lane}", first=INDENT, more=INDENT * 2)
        say(each.would, first=INDENT, more=INDENT * 2)


def go_live(
    tenant: Name,
    by: By = None,
    overrule: Overrule = None,
    explained: Explained = "",
    as_json: Json = False,
) -> None:
    """Have a tenant write what it intends, once its preflight has nothing against it.

    Both sides must say the same is owed, customer by customer, or somebody explains why not.
    """
    overruled = _overruled(overrule or (), explained, by)

    async def work(state: State, ask: Ask) -> RequestTaken:
        name = choose_tenant(state.tenants(), tenant)
        held = state.tenant(name)
        with reading_bar(SystemClock()) as told:
            found = await judged(name, held, state.lanes(name), told)
        _refuse_blocked(found, overruled)
        wish = GoLive(
            id=new_id(),
            tenant=name,
            overruled=overruled,
            explained=explained,
            standing=standing_of(held),
        )
        return await ask(wish)

    show_answers([asking(work, by)], as_json=as_json)


def _overruled(named: Sequence[str], explained: str, by: str | None) -> tuple[str, ...]:
    """Return what is gone over by name; Refusal where nobody says why, or who."""
    if OPENING in named:
        raise Refusal(
            f"What is owed differs: say why by --explained, and not --overrule {OPENING}."
        )
    overruled = gone_over(named, explained)
    if overruled and not by:
        raise Refusal(
            "--overrule and --explained need --by NAME: the journal keeps who answers for it."
        )
    return overruled


def _refuse_blocked(findings: tuple[Finding, ...], overruled: tuple[str, ...]) -> None:
    try:
        left = blocking(findings, overruled)
    except ValueError as wrong:
        raise Refusal(f"--overrule: {wrong}.") from wrong
    if left:
        told = "; ".join(f"{each.name} ({each.what}; {each.remedy})" for each in left)
        raise Refusal(f"It does not go live yet: {told}. Or --overrule each by name.")


def intended(lanes: Iterable[LaneBook], home: str) -> list[Intended]:
    """Return the writes that wait for their tenant to go live, in each lane's order."""
    return [
        Intended(record=name, lane=lane.key, called=caller.of(name), would=document.park.detail)
        for lane in lanes
        for caller in (Caller(lane, home),)
        for name, document in sorted(lane.documents.items(), key=lambda each: each[1].order)
        if document.park is not None and document.park.reason is ParkReason.OBSERVE
    ]
