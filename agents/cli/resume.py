"""How does a person have a suspended tenant tried at once?"""

from typing import Annotated

import typer

from agents.cli.journal_state import State
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json
from agents.cli.print_results import show_answers
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from schemas.facts import RequestTaken
from schemas.requests import TryNow

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant that is suspended.")]


def resume(tenant: Name, by: By = None, as_json: Json = False) -> None:
    """Try a suspended tenant now, and not at its time; it goes on when its side answers."""

    async def work(state: State, ask: Ask) -> RequestTaken:
        name = choose_tenant(state.tenants(), tenant)
        if state.tenant(name).suspended is None:
            raise Refusal(f"Tenant {name} is not suspended: `isthmus status`.")
        return await ask(TryNow(id=new_id(), tenant=name))

    show_answers([asking(work, by)], as_json=as_json)
