"""Send documents across by hand, where a tenant's two-way sync is off."""

from typing import Annotated

import typer

from agents.cli.answers import show_answers
from agents.cli.asking import Ask, asking, new_id
from agents.cli.finding import choose_tenant, find_parked
from agents.cli.options import Json, OfSide, TenantName, What
from agents.cli.reading import State
from schemas.facts import RequestTaken
from schemas.requests import Push
from schemas.values import Kind, Record, Side

Ids = Annotated[list[str], typer.Argument(help="Their ids, as that side shows them.")]


def push(
    kind: What,
    ids: Ids,
    side: OfSide = Side.MEDIAOS,
    tenant: TenantName = None,
    as_json: Json = False,
) -> None:
    """Push documents that wait for it: nothing is sent unless all of them do."""
    records = [Record(side, Kind(kind), each) for each in ids]

    async def work(state: State, ask: Ask) -> list[RequestTaken]:
        lanes = state.lanes(choose_tenant(state.tenants(), tenant))
        found = [find_parked(lanes, record) for record in records]
        return [
            await ask(Push(id=new_id(), lane=each.lane.key, document=each.name)) for each in found
        ]

    show_answers(asking(work), as_json=as_json)
