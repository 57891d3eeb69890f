"""Who sees to a record that waits, and does anybody have to?  Notes of people to each other.

They are kept in the journal with their names, and no rule is given them: what is dismissed waits as
before, and is listed again once something new happens to it.
"""

from typing import Annotated

import typer

from agents.cli.journal_state import State
from agents.cli.lookup import choose_tenant, find_pushable
from agents.cli.options import By, Json, OfSide, TenantName, What
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from schemas.facts import RequestTaken
from schemas.requests import NoteDocument
from schemas.values import Kind, RecordRef, Side

Id = Annotated[str, typer.Argument(help="Its id, as that side shows it.")]
Owner = Annotated[
    str | None,
    typer.Option("--owner", help="Who sees to it; '' for nobody. Left as it is without."),
]
Text = Annotated[
    str | None, typer.Option("--note", help="What is known of it; '' for nothing. Likewise.")
]
Why = Annotated[str, typer.Option("--note", help="Why nobody has to see to it.")]


def note(
    kind: What,
    id: Id,  # noqa: A002 - it is what the command's help calls it
    owner: Owner = None,
    text: Text = None,
    side: OfSide = Side.MEDIAOS,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Say who sees to a record that waits, and what is known of it; one dismissed comes back."""
    if owner is None and text is None:
        raise Refusal("Say who sees to it (--owner NAME), or what is known of it (--note TEXT).")
    record = RecordRef(side, Kind(kind), id)
    show_answers([_noted(record, owner, text, tenant, by, dismiss=False)], as_json=as_json)


def dismiss(
    kind: What,
    id: Id,  # noqa: A002 - as above
    why: Why,
    side: OfSide = Side.MEDIAOS,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """List a record that waits no more, until something new happens to it; it waits as before."""
    record = RecordRef(side, Kind(kind), id)
    show_answers([_noted(record, None, why, tenant, by, dismiss=True)], as_json=as_json)


def _noted(
    record: RecordRef,
    owner: str | None,
    text: str | None,
    tenant: str | None,
    by: str | None,
    *,
    dismiss: bool,
) -> RequestTaken:
    async def work(state: State, ask: Ask) -> RequestTaken:
        lanes = state.lanes(choose_tenant(state.tenants(), tenant))
        found = find_pushable(lanes, record)
        before = state.noted(found.lane.key, found.name)
        wish = NoteDocument(
            id=new_id(),
            lane=found.lane.key,
            document=found.name,
            owner=_or(owner, before.owner if before is not None else ""),
            note=_or(text, before.note if before is not None else ""),
            dismiss=dismiss,
        )
        return await ask(wish)

    return asking(work, by)


def _or(given: str | None, before: str) -> str:
    return before if given is None else given.strip()
