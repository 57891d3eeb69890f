"""How does a person stop a tenant's writes, have them go on, and have tried at once what waits?

Pausing takes nothing away: both sides are read as before, what comes is held in the journal, and
all of it goes in order once the tenant is resumed.
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from agents.cli.journal_state import State
from agents.cli.lookup import choose_tenant, find, lane_holding
from agents.cli.options import By, Json, OfSide, Traded
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.process.clock import SystemClock
from agents.rules.documents.lane_book import LaneBook
from agents.rules.tenant.pausing import told, waits_for_a_time
from schemas.facts import RequestTaken
from schemas.requests import PauseTenant, ResumeTenant, TryLane, TryNow
from schemas.tenant_state import Tenant
from schemas.values import Kind, RecordRef, Side

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for those who will see it.")]
Of = Annotated[
    Traded | None, typer.Argument(metavar="KIND", help="Only what waits with this record.")
]
Id = Annotated[
    str | None, typer.Argument(metavar="ID", help="The record's id, as that side shows it.")
]


def pause(tenant: Name, reason: Reason, by: By = None, as_json: Json = False) -> None:
    """Write nothing of a tenant to either side, until `isthmus resume TENANT`."""
    if not reason.strip():
        raise Refusal("Say why by --reason: who meets the pause must know what it is for.")

    async def work(state: State, ask: Ask) -> RequestTaken:
        name = choose_tenant(state.tenants(), tenant)
        return await ask(PauseTenant(id=new_id(), tenant=name, reason=reason.strip()))

    show_answers([asking(work, by)], as_json=as_json)


def resume(tenant: Name, by: By = None, as_json: Json = False) -> None:
    """Have a paused tenant go on where it stopped, in order."""

    async def work(state: State, ask: Ask) -> RequestTaken:
        name = choose_tenant(state.tenants(), tenant)
        held = state.tenant(name)
        if held.paused is None:
            raise Refusal(f"Tenant {name} is not paused{_instead(name, held)}.")
        return await ask(ResumeTenant(id=new_id(), tenant=name))

    show_answers([asking(work, by)], as_json=as_json)


def retry_now(
    tenant: Name,
    kind: Of = None,
    id: Id = None,  # noqa: A002 - it is what the command's help calls it
    side: OfSide = Side.MEDIAOS,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Try at once what waits for a time: a side that did not answer, a suspension, a budget."""
    if (kind is None) != (id is None):
        raise Refusal("Name a record by its kind and its id: `isthmus retry-now t1 invoice 136`.")
    record = RecordRef(side, Kind(kind), id) if kind is not None and id is not None else None

    async def work(state: State, ask: Ask) -> list[RequestTaken]:
        name = choose_tenant(state.tenants(), tenant)
        held = state.tenant(name)
        if held.paused is not None:
            raise Refusal(f"Tenant {name} is {told(held.paused)}: `isthmus resume {name}`.")
        if held.suspended is not None:
            return [await ask(TryNow(id=new_id(), tenant=name))]
        lanes = _waiting(state.lanes(name), record)
        if not lanes:
            of = f"{record.kind.called} {record.id}" if record is not None else f"tenant {name}"
            raise Refusal(
                f"Nothing of {of} waits for a time: `isthmus parked` lists what waits for a person "
                "or a mapping, `isthmus lockouts list` what waits out a lock."
            )
        return [await ask(TryLane(id=new_id(), lane=lane)) for lane in lanes]

    show_answers(asking(work, by), as_json=as_json)


def _waiting(lanes: Sequence[LaneBook], record: RecordRef | None) -> list[str]:
    """Return the lanes that wait for a time; of a record only its own."""
    if record is not None:
        found = find(lanes, record)
        known = found.lane if found is not None else lane_holding(lanes, record)
        lanes = (known,) if known is not None else ()
    now = SystemClock().now()
    return [each.key for each in lanes if waits_for_a_time(each.lane, now)]


def _instead(name: str, tenant: Tenant) -> str:
    if tenant.suspended is None:
        return ": `isthmus status` says what it waits for"
    return f", but suspended ({tenant.suspended.detail}); `isthmus retry-now {name}` tries it now"
