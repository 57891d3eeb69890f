"""Say that a customer of MediaOS and one of QuickBooks are one, or two again.

Both are shown side by side before anything is asked for.  The customer's lane looks at both once
more, writes our line into the notes of QuickBooks' customer, and links them.
"""

from typing import Annotated, Any, Literal

import typer

from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import plain, say
from agents.cli.journal_state import State, reading
from agents.cli.lookup import Found, choose_tenant, find
from agents.cli.options import By, Json, TenantName
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.remote_access import lent_sides
from agents.cli.send_request import Ask, asking, new_id
from agents.cli.table import show_table
from agents.rules.kinds.table import POLICIES
from schemas.facts import RequestTaken
from schemas.outcomes import No, Unknown
from schemas.records import Address, Record
from schemas.requests import Link, Unlink
from schemas.values import Kind, RecordRef, Side
from streams.ports import Reading

PATIENCE_SECONDS = 5.0

Of = Annotated[Literal["customer"], typer.Argument(help="customer: nothing else is linked by hand")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id in MediaOS, the advertiser's.")]
Target = Annotated[str, typer.Argument(metavar="QBO-ID", help="The customer's id in QuickBooks.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def link(
    kind: Of,
    record_id: Id,
    target: Target,
    tenant: TenantName = None,
    by: By = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a customer that waits for the one that QuickBooks has already; both are shown first."""
    record = RecordRef(Side.MEDIAOS, Kind(kind), record_id)

    async def preview(state: State) -> tuple[Found, Record | None]:
        name = choose_tenant(state.tenants(), tenant)
        return _known(state, name, record), (await _read(name, record.kind, target)).record

    found, there = reading(preview)
    if there is None:
        raise Refusal(
            f"QuickBooks has no {kind} {target}, or it was deleted or merged into another: its id "
            "stands in the address of its page there (nameId)."
        )
    here = found.document.mediaos.record if found.document.mediaos is not None else None
    if not as_json:
        _show(record, here, target, there)
    if not yes and not typer.confirm("Are they one?", err=True):
        raise typer.Exit(ExitStatus.NO)
    request = Link(id=new_id(), lane=found.lane.key, document=found.name, target=target)
    answer = _asked(request, by)
    if as_json:
        both = {"mediaos": plain(here), "qbo": plain(there), "answer": plain(answer)}
        show_json({"record": str(record), "target": target, **both})
    _end(answer, record, as_json=as_json)


def unlink(
    kind: Of,
    record_id: Id,
    tenant: TenantName = None,
    by: By = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a linked customer for two again, while no document of it is on both sides."""
    record = RecordRef(Side.MEDIAOS, Kind(kind), record_id)
    found = reading(lambda state: _found(state, tenant, record))
    shown = found.document.qbo
    if found.document.agreed is None or shown is None:
        raise Refusal(f"{kind.capitalize()} {record_id} is linked with nothing.")
    asked = f"Take {kind} {record_id} and {shown.id} of QuickBooks for two?"
    if not yes and not typer.confirm(asked, err=True):
        raise typer.Exit(ExitStatus.NO)
    answer = _asked(Unlink(id=new_id(), lane=found.lane.key, document=found.name), by)
    if as_json:
        show_json({"answer": plain(answer)})
    _end(answer, record, as_json=as_json)


def _asked(request: Link | Unlink, by: str | None) -> RequestTaken:
    async def work(_state: State, ask: Ask) -> RequestTaken:
        return await ask(request)

    return asking(work, by)


def _end(answer: RequestTaken, record: RecordRef, *, as_json: bool) -> None:
    if not as_json:
        say(sentence(answer))
        if answer.done:
            say(f"`isthmus explain {record.kind} {record.id}` says what becomes of it.")
    if not answer.done:
        raise typer.Exit(ExitStatus.NO)


async def _found(state: State, tenant: str | None, record: RecordRef) -> Found:
    return _known(state, choose_tenant(state.tenants(), tenant), record)


def _known(state: State, tenant: str, record: RecordRef) -> Found:
    found = find(state.lanes(tenant), record)
    if found is None:
        raise Refusal(
            f"No {record.kind} {record.id} of {record.side.called} has come in: see that the id is "
            "right, and that its change was published."
        )
    return found


async def _read(tenant: str, kind: Kind, record_id: str) -> Reading:
    async with lent_sides() as sides:
        if await sides.quickbooks.acquire(tenant, PATIENCE_SECONDS):
            raise Refusal("QuickBooks' budget of calls has no place now: ask again in a minute.")
        answer = await sides.quickbooks.read(tenant, kind, record_id)
    if isinstance(answer, No | Unknown):
        told = answer.fault if isinstance(answer, No) else answer.detail
        raise Refusal(f"QuickBooks cannot be read: {told}.")
    return answer


def _show(record: RecordRef, here: Record | None, target: str, there: Record) -> None:
    names = POLICIES[record.kind].fields
    rows = [("id", record.id, target)]
    rows += [(name, _cell(here, name), _cell(there, name)) for name in (*names, "active")]
    rows.append(("notes", "", _cell(there, "note")))
    show_table(("", "MediaOS", "QuickBooks"), rows, ids=("",))


def _cell(record: Record | None, name: str) -> str:
    value: Any = getattr(record, name, None)
    if isinstance(value, Address):
        parts = (*value.lines, value.postal_code, value.city, value.region, value.country)
        return ", ".join(part for part in parts if part)
    return "" if value is None else str(value)
