"""How does a process reach both sides of its tenants?  By clients that share one store of tokens.

A process without a worker has clients of its own, which know nothing of the workers' budgets: a
command makes a few calls, one a second, which is what the workers leave.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from agents.process.intuit import exchange_of
from streams.budgets import COMMANDS_A_SECOND, Budget
from streams.ports import Clock
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.client import MediaosClient
from streams.remotes.quickbooks.client import QboClient
from streams.remotes.quickbooks.oauth import Exchange
from streams.remotes.quickbooks.standing import Register
from streams.remotes.quickbooks.tokens import Tokens
from streams.secrets.connections import Connections
from streams.secrets.sealing import KeyLostError

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

#: How long is waited for whoever is only asked whether they are there.
LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Connectors:
    """What the clients stand on; `owner` names this process among all that renew tokens."""

    connections: Connections
    exchange: Exchange
    register: Register
    environment: str
    owner: str
    clock: Clock
    qbo: httpx.AsyncClient
    mediaos: httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class RemoteClients:
    """Both clients, and the tokens that QuickBooks' uses."""

    quickbooks: QboClient
    mediaos: MediaosClient
    tokens: Tokens


def remote_clients(on: Connectors, *, a_second: int) -> RemoteClients:
    """Make the clients of one process, which calls QuickBooks so often a second at most."""
    tokens = Tokens(
        on.connections,
        on.exchange,
        on.clock,
        owner=on.owner,
        register=on.register,
        environment=on.environment,
    )

    async def account(tenant: str) -> tuple[str, str, str]:
        try:
            found = await on.connections.get(tenant)
        except KeyLostError as lost:
            raise LookupError(str(lost)) from lost
        if found is None:
            raise LookupError(f"tenant {tenant} is not connected")
        return found.mediaos_base_url, found.mediaos_api_key, found.mediaos_api_password

    def budget() -> Budget:
        return Budget(on.clock, per_second=a_second)

    def daily() -> DailyBudget:
        return DailyBudget(on.clock)

    return RemoteClients(
        QboClient(on.qbo, tokens=tokens, budget=budget, clock=on.clock),
        MediaosClient(on.mediaos, account=account, clock=on.clock, budget=daily),
        tokens,
    )


@asynccontextmanager
async def both_sides(
    settings: "ProcessSettings", register: Register, clock: Clock, owner: str
) -> AsyncIterator[RemoteClients]:
    """Lend the clients of a command to both sides."""
    connections = Connections(settings.connections_url, settings.token_key, clock)
    try:
        await connections.prepare()
        trusted = httpx.create_ssl_context()
        async with (
            httpx.AsyncClient(base_url=settings.qbo_base_url, verify=trusted) as qbo,
            httpx.AsyncClient(verify=trusted) as mediaos,
        ):
            on = Connectors(
                connections=connections,
                exchange=exchange_of(settings),
                register=register,
                environment=settings.qbo_environment,
                owner=owner,
                clock=clock,
                qbo=qbo,
                mediaos=mediaos,
            )
            clients = remote_clients(on, a_second=COMMANDS_A_SECOND)
            yield clients
            await clients.tokens.close()
    finally:
        await connections.close()


async def answers(url: str) -> bool:
    """Tell whether anybody answers there, whatever it says, within five seconds."""
    try:
        async with httpx.AsyncClient(timeout=LOOK_SECONDS) as http:
            await http.get(url)
    except httpx.HTTPError:
        return False
    return True
