"""How is each tenant connected, and does its connection hold?

What is stored is compared with what the journal confirms; no secret is shown, nor is one needed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from agents.cli.console import show_json
from agents.cli.environment import process_settings
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import moment, say, show_line
from agents.cli.journal_state import State, reading
from agents.cli.options import Json
from agents.cli.refusal import Refusal
from agents.cli.table import show_table
from agents.process.clock import SystemClock
from agents.process.folders import make_folder
from agents.rules.value_words import number_words
from agents.rules.waiting_words import capital, unusable
from schemas.tenant_state import Connected
from streams.remotes.quickbooks.standing import seen_of
from streams.secrets.connections import Connections
from streams.secrets.preflights import KeptPreflights
from streams.secrets.sealing import new_key

T = TypeVar("T")
#: How many were encrypted anew, and whose were not.
Rotated = tuple[int, tuple[str, ...]]

app = typer.Typer(help="The tenants' connections.", no_args_is_help=True)

NOTHING = "No tenant is connected yet: connect one by `isthmus connect TENANT`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One tenant's connection; `state` is "works", or what is wrong and what to do."""

    tenant: str
    realm: str
    environment: str
    version: int
    access_until: datetime | None
    state: str


@app.command(name="list")
def list_(as_json: Json = False) -> None:
    """List the tenants, their companies, and whether their connections hold."""

    async def work(state: State) -> list[Line]:
        return await _stored(lambda connections: _lines(connections, state))

    found = reading(work)
    if as_json:
        show_json([asdict(each) for each in found])
    elif not found:
        say(NOTHING)
    else:
        columns = ("tenant", "company", "version", "access until", "state")
        show_table(columns, (_cells(each) for each in found), ids=columns[:-1])


@app.command(name="new-key")
def new_key_(as_json: Json = False) -> None:
    """Make a key for ISTHMUS_TOKEN_KEY, and print it."""
    key = new_key()
    if as_json:
        show_json({"key": key})
    else:
        show_line(key)


@app.command()
def rotate_key(as_json: Json = False) -> None:
    """Encrypt all secrets with the first key of ISTHMUS_TOKEN_KEY; then drop the others."""

    async def work(connections: Connections) -> tuple[tuple[str, ...], tuple[str, ...], Rotated]:
        lost = await connections.rotate()
        return await connections.tenants(), lost, await asyncio.to_thread(_preflights_rotated)

    tenants, lost, (preflights, unread) = asyncio.run(_stored(work))
    if as_json:
        rotated = sorted(set(tenants) - set(lost))
        told = {"rotated": rotated, "lost": list(lost), "preflights": preflights}
        show_json({**told, "preflights_lost": list(unread)})
    else:
        done = number_words(len(tenants) - len(lost), "connection")
        found = f" and {number_words(preflights, 'preflight')}" if preflights else ""
        say(f"{done}{found} encrypted with the first key.")
        for tenant in lost:
            say(
                f"{tenant}: no key that is set opens it, or it is another's; set the old key too, "
                "or connect it anew."
            )
        for tenant in unread:
            say(
                f"{tenant}: no key that is set opens what its last preflight found; set the old "
                "key too, or run it anew."
            )
    if lost:
        raise typer.Exit(ExitStatus.NO)


def _preflights_rotated() -> Rotated:
    settings = process_settings("token_key")
    preflights = KeptPreflights(settings.connections_url, settings.token_key, SystemClock())
    try:
        return preflights.rotate()
    finally:
        preflights.close()


async def _stored(work: Callable[[Connections], Awaitable[T]]) -> T:
    settings = process_settings("token_key")
    make_folder(settings.connections_url)
    connections = Connections(settings.connections_url, settings.token_key, SystemClock())
    try:
        await connections.prepare()
        return await work(connections)
    except SQLAlchemyError as fault:
        raise Refusal(
            f"The store of connections does not answer ({type(fault).__name__}): correct "
            "ISTHMUS_CONNECTIONS_URL, or start its database."
        ) from fault
    finally:
        await connections.close()


async def _lines(connections: Connections, state: State) -> list[Line]:
    stored = await connections.tenants()
    known = [name for name in state.tenants() if state.tenant(name).connection is not None]
    names = sorted({*stored, *known})
    return [await _line(connections, name, state.tenant(name).connection) for name in names]


async def _line(connections: Connections, name: str, confirmed: Connected | None) -> Line:
    found, why = await seen_of(connections.get, name, confirmed)
    shown = found or confirmed
    return Line(
        tenant=name,
        realm=shown.realm if shown else "-",
        environment=shown.environment if shown else "-",
        version=shown.version if shown else 0,
        access_until=found.access_expires_at if found else None,
        state=capital(unusable(why)) if why else "works",
    )


def _cells(line: Line) -> tuple[str, ...]:
    until = moment(line.access_until) if line.access_until else "-"
    # Only where it is not what people take it for.
    where = "" if line.environment in {"production", "-"} else f" ({line.environment})"
    return (line.tenant, f"{line.realm}{where}", str(line.version), until, line.state)
