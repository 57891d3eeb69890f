"""How does a process without a worker read both sides of its tenants?

Clients of their own, which know nothing of the workers' budgets: a command makes a few calls, one
a second, which is what the workers leave.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from streams.budgets import COMMANDS_A_SECOND, Budget
from streams.ports import Clock
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.client import MediaosClient
from streams.remotes.quickbooks.client import QboClient
from streams.remotes.quickbooks.oauth import Exchange
from streams.remotes.quickbooks.standing import Register
from streams.remotes.quickbooks.tokens import Tokens
from streams.secrets.connections import Connections
from streams.settings import ProcessSettings


@dataclass(frozen=True, slots=True)
class RemoteClients:
    """Both clients."""

    quickbooks: QboClient
    mediaos: MediaosClient


@asynccontextmanager
async def both_sides(
    settings: ProcessSettings, register: Register, clock: Clock, owner: str
) -> AsyncIterator[RemoteClients]:
    """Lend the clients of both sides; `owner` names this process among all that renew tokens."""
    connections = Connections(settings.connections_url, settings.token_key, clock)
    exchange = Exchange(
        client_id=settings.qbo_client_id,
        client_secret=settings.qbo_client_secret,
        discovery_url=settings.qbo_discovery_url,
    )
    tokens = Tokens(
        connections,
        exchange,
        clock,
        owner=owner,
        register=register,
        environment=settings.qbo_environment,
    )

    async def account(tenant: str) -> tuple[str, str, str]:
        found = await connections.get(tenant)
        if found is None:
            raise LookupError(f"tenant {tenant} is not connected")
        return found.mediaos_base_url, found.mediaos_api_key, found.mediaos_api_password

    try:
        await connections.prepare()
        async with (
            httpx.AsyncClient(base_url=settings.qbo_base_url) as qbo,
            httpx.AsyncClient() as mediaos,
        ):
            yield RemoteClients(
                QboClient(
                    qbo,
                    tokens=tokens,
                    budget=lambda: Budget(clock, per_second=COMMANDS_A_SECOND),
                    clock=clock,
                ),
                MediaosClient(
                    mediaos, account=account, clock=clock, budget=lambda: DailyBudget(clock)
                ),
            )
            await tokens.close()
    finally:
        await connections.close()
