"""The connections' database in memory, in the time of stories: each call to a side asks it."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Engine, create_engine, event

from streams.ports import Clock
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.secrets.schema import bring_up
from streams.secrets.sealing import Seal
from tests.testing.simulated.store import another


class OwnConnections(Connections):
    """Connections that are changed through nothing else, and that know what they were last told."""

    def __init__(self, key: str, clock: Clock) -> None:
        self._seal = _seal(key)
        self._engine = another(_empty())
        self._clock = clock
        self._told: dict[tuple[str, str], Any] = {}
        self._changes = 0
        event.listen(self._engine, "commit", self._is_changed)

    async def prepare(self) -> None:
        """Nothing is left to do: it is a copy of one that was brought up."""

    async def get(self, tenant: str) -> Connection | None:
        return await self._known("connection", tenant, super().get)

    async def tenant_of(self, realm: str) -> str | None:
        return await self._known("realm", realm, super().tenant_of)

    async def tenants(self) -> tuple[str, ...]:
        return await self._known("all", "", lambda _of: super(OwnConnections, self).tenants())

    async def has(self, tenant: str) -> bool:
        return await self._known("connected", tenant, super().has)

    async def _known(self, what: str, of: str, ask: Callable[[str], Awaitable[Any]]) -> Any:
        # In so many turns another thread's answer would be there: others go on meanwhile.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if (what, of) in self._told:
            return self._told[what, of]
        before = self._changes
        answer = await ask(of)
        # What changed while it was under way may not be in it.
        if before == self._changes:
            self._told[what, of] = answer
        return answer

    def _is_changed(self, _database: Any) -> None:
        self._changes += 1
        self._told.clear()


@functools.cache
def _seal(key: str) -> Seal:
    return Seal([key])


@functools.cache
def _empty() -> Engine:
    """Return a database brought up as the product does it, once in a process."""
    engine = create_engine("sqlite://", hide_parameters=True)
    bring_up(engine)
    return engine
