"""How does the engine know what a tenant's company is set to?

Its preferences and its particulars are read when a worker comes to have the tenant, and again when
they are old; no change waits for that, and none costs a call for it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from agents.rules.tenant.company import (
    PARTICULARS_AGE,
    PREFERENCES_AGE,
    as_described,
    as_preferred,
    is_old,
)
from agents.view.lane_context import LaneContext
from schemas.company import Company
from schemas.facts import CompanySeen
from schemas.outcomes import No, Unknown
from streams.ports import Clock

log = logging.getLogger("isthmus.sweep")

PATIENCE_SECONDS = 5.0

Row = Mapping[str, Any]
Answer = Row | No | Unknown


class Asked(Protocol):
    """The part of QuickBooks' client that tells about a company."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place in the tenant's budget: see streams.ports.Remote."""
        ...

    async def preferences(self, tenant: str) -> Answer:
        """Return the company's preferences."""
        ...

    async def particulars(self, tenant: str) -> Answer:
        """Return the company's own particulars."""
        ...


class _Of(NamedTuple):
    """What is read, and of which company."""

    tenant: str
    realm: str
    part: str


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies of this worker's tenants."""

    qbo: Asked
    clock: Clock
    _read_at: dict[_Of, datetime] = field(default_factory=dict)

    async def look(self, context: LaneContext) -> None:
        """Read what is old of a tenant's company, and tell the journal what has changed."""
        await context.loaded()
        connection = context.tenant_state.connection
        if connection is None:
            return
        of = _Of(context.tenant, connection.realm, "")
        told = [
            await self._read(of._replace(part="particulars"), PARTICULARS_AGE, as_described),
            await self._read(of._replace(part="preferences"), PREFERENCES_AGE, as_preferred),
        ]
        await context.loaded()
        known = context.tenant_state.seen
        seen = known if known.realm == of.realm else Company(realm=of.realm)
        for take in filter(None, told):
            seen = take(seen)
        if any(told) and seen != known and await context.write(CompanySeen(company=seen)):
            log.info("company seen", extra={"tenant": of.tenant})

    async def _read(
        self, of: _Of, age: timedelta, take: Callable[[Company, Row], Company]
    ) -> Callable[[Company], Company] | None:
        """Return what a reading says of the company; None where it is not old, or not to be had."""
        now = self.clock.now()
        if not is_old(self._read_at.get(of), age, now):
            return None
        if await self.qbo.acquire(of.tenant, PATIENCE_SECONDS):
            return None
        ask = self.qbo.particulars if of.part == "particulars" else self.qbo.preferences
        shown = await ask(of.tenant)
        if isinstance(shown, No | Unknown):
            why = str(shown.fault) if isinstance(shown, No) else shown.detail
            log.warning("company not read", extra={"tenant": of.tenant, "reason": why})
            return None
        self._read_at[of] = now
        return lambda company: take(company, shown)
