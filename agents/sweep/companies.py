"""How does the engine know what a tenant's company is set to?

Its preferences and its particulars are read when it is connected, again when they are old, and when
a webhook tells that somebody changed them; no change costs a call for it.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from agents.rules.tenant.company import (
    CURRENCIES_AGE,
    PARTICULARS_AGE,
    PREFERENCES_AGE,
    as_described,
    as_listed,
    as_preferred,
    company_told,
    doubted,
    is_old,
    is_whole,
    read_after,
    taken_over,
)
from agents.view.lane_context import LaneContext
from schemas.company import CURRENCIES, PARTICULARS, PREFERENCES, Company
from schemas.outcomes import No, Unknown
from schemas.tenant_facts import CompanySeen
from streams.ports import Clock

log = logging.getLogger("isthmus.sweep")

PATIENCE_SECONDS = 5.0
#: What is read of a company, how old that may be, and what it says of it.
AGES = {PARTICULARS: PARTICULARS_AGE, PREFERENCES: PREFERENCES_AGE, CURRENCIES: CURRENCIES_AGE}
TAKES = {PARTICULARS: as_described, PREFERENCES: as_preferred, CURRENCIES: as_listed}
#: What every company shows; its list of currencies is asked for where it keeps several.
OF_EACH = (PARTICULARS, PREFERENCES)

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

    async def currencies(self, tenant: str) -> Answer:
        """Return the company's list of currencies."""
        ...


class _Of(NamedTuple):
    """What is read, and of which company."""

    tenant: str
    realm: str
    part: str


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies of this worker's tenants; without a QuickBooks none is ever read."""

    qbo: Asked | None
    clock: Clock
    _read_at: dict[_Of, datetime] = field(default_factory=dict)
    #: Tenants and their companies that this worker has looked at.
    _met: set[tuple[str, str]] = field(default_factory=set)
    #: What was asked later must not be written over by what was asked before.
    _turns: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def look(self, context: LaneContext) -> None:
        """Read what is old of a tenant's company, and tell the journal what has changed."""
        async with self._turns[context.tenant]:
            await self._look(context, frozenset())

    async def hear(self, context: LaneContext, *, awaited: bool = False) -> tuple[bool, str]:
        """Read a company's preferences, which somebody changed; whether that went, in words.

        Where it did not, the next look reads them.  Where something waits for it, the journal hears
        of it though nothing has changed.
        """
        changed = frozenset({PREFERENCES, CURRENCIES})
        async with self._turns[context.tenant]:
            read = await self._look(context, changed, awaited=awaited)
        await context.loaded()
        return PREFERENCES in read, company_told(context.tenant_state.company)

    async def _look(
        self, context: LaneContext, changed: frozenset[str], *, awaited: bool = False
    ) -> frozenset[str]:
        """Read the parts of a company that have changed, or are old; return what was read."""
        await context.loaded()
        connection = context.tenant_state.connection
        if connection is None or self.qbo is None:
            return frozenset()
        self._take_over(context.tenant, connection.realm, context.tenant_state.seen)
        told: dict[str, Row] = {}
        for part, age in AGES.items():
            if part == CURRENCIES and not self._after(context, connection.realm, told).several:
                continue
            of = _Of(context.tenant, connection.realm, part)
            if part in changed or is_old(self._read_at.get(of), age, self.clock.now()):
                shown = await self._read(self.qbo, of)
                told |= {part: shown} if shown is not None else {}
        missed = changed - told.keys()
        await self._tell(context, connection.realm, told, missed, awaited=awaited)
        return frozenset(told)

    def _take_over(self, tenant: str, realm: str, known: Company) -> None:
        """Let be for a while what the journal knows of a company that is new to this worker."""
        if (tenant, realm) in self._met:
            return
        self._met.add((tenant, realm))
        for part, age in AGES.items() if known.realm == realm else ():
            # What is in doubt is not let be.
            if part not in known.unread:
                self._read_at[_Of(tenant, realm, part)] = taken_over(age, self.clock.now())

    async def _tell(
        self,
        context: LaneContext,
        realm: str,
        told: Mapping[str, Row],
        missed: frozenset[str],
        *,
        awaited: bool,
    ) -> None:
        """Tell the journal what has changed of a company, going by what was read.

        And that its preferences were read, where something waits for it, or are in doubt.
        """
        await context.loaded()
        known = context.tenant_state.seen
        seen, heard = self._after(context, realm, told), None
        in_doubt = known.realm == realm and PREFERENCES in known.unread
        if PREFERENCES in told and (awaited or in_doubt):
            heard = read_after(context.tenant_state.heard, self.clock.now())
        elif PREFERENCES in missed and known.realm == realm and not in_doubt:
            seen = doubted(seen, PREFERENCES)
            self._read_at.pop(_Of(context.tenant, realm, PREFERENCES), None)
        news = heard is not None or (seen != known and (told or known.realm == realm))
        if news and await context.write(CompanySeen(company=seen, heard=heard)):
            log.info("company seen", extra={"tenant": context.tenant})

    def _after(self, context: LaneContext, realm: str, told: Mapping[str, Row]) -> Company:
        """Return what is known of a company once that was told of it."""
        known = context.tenant_state.seen
        # A mail to an advertiser cannot be taken back: until the preferences deny it, it mails.
        new = Company(realm=realm, mails=True, unread=OF_EACH)
        seen = known if known.realm == realm else new
        for part, shown in told.items():
            seen = TAKES[part](seen, shown)
        return seen

    async def _read(self, qbo: Asked, of: _Of) -> Row | None:
        """Return what QuickBooks shows; None where it cannot be asked now."""
        now = self.clock.now()
        if await qbo.acquire(of.tenant, PATIENCE_SECONDS):
            return None
        shown = await _ask(qbo, of.part)(of.tenant)
        if isinstance(shown, No | Unknown):
            why = str(shown.fault) if isinstance(shown, No) else shown.detail
            log.warning("company not read", extra={"tenant": of.tenant, "reason": why})
            return None
        if not is_whole(of.part, shown):
            why = f"the answer lacks what {of.part} show"
            log.warning("company not read", extra={"tenant": of.tenant, "reason": why})
            return None
        self._read_at[of] = now
        return shown


def _ask(qbo: Asked, part: str) -> Callable[[str], Awaitable[Answer]]:
    if part == PARTICULARS:
        return qbo.particulars
    return qbo.preferences if part == PREFERENCES else qbo.currencies
