"""Which access token is good now, and who renews it?

A refresh token is spent by one process alone, under a lease; the new tokens are stored, and their
version confirmed by the journal, before anyone uses them (quickbooks-online.md 1.2).  A refresh of
unknown outcome may be repeated by the process that began it; any other asks for the tenant to be
reconnected instead.
"""

import asyncio
import dataclasses
import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from schemas.outcomes import Fault
from schemas.values import Side
from streams.ports import Clock
from streams.remotes.quickbooks.faults import FORBIDDEN, TOO_MANY, reconnect, unreachable
from streams.remotes.quickbooks.oauth import Declined, Exchange, Granted, NotKnown, NotSent
from streams.remotes.quickbooks.standing import Register, Standing, no_store
from streams.secrets.connection import Connection, Lease
from streams.secrets.connections import Connections

log = logging.getLogger(__name__)

#: A token that ends this soon is renewed before the call rather than in the middle of it.
MARGIN = timedelta(seconds=120)
#: Longer than an exchange can take: whoever had the lease is gone, or has no answer.
LEASE = timedelta(seconds=60)
LOOK_AGAIN_SECONDS = 0.25
STORE_TRIES = 5


class Tokens:
    """The tenants' access tokens, as one process sees them; `owner` names it among all others."""

    def __init__(
        self,
        connections: Connections,
        exchange: Exchange,
        clock: Clock,
        owner: str,
        *,
        register: Register,
        environment: str,
    ) -> None:
        self._connections = connections
        self._standing = Standing(connections, register, environment)
        self._exchange = exchange
        self._clock = clock
        self._owner = owner
        self._renewals: dict[str, asyncio.Task[Connection | Fault]] = {}
        self._unsaved: dict[str, Connection] = {}

    async def current(self, tenant: str) -> Connection | Fault:
        """Return the tenant's connection with a token that is good for a while.

        One that somebody is renewing is waited for: it may be dead, and never is for long.
        """
        found = await self._standing.present(tenant)
        if isinstance(found, Fault):
            return found
        ends_soon = found.access_expires_at <= self._clock.now() + MARGIN
        if found.renewing or ends_soon:
            return await self.renewed(tenant, found.version)
        return found

    async def renewed(self, tenant: str, version: int) -> Connection | Fault:
        """Return the connection that follows this version, whose token is spent."""
        task = self._renewals.get(tenant)
        if task is None:
            task = asyncio.create_task(self._renew(tenant, version))
            self._renewals[tenant] = task
            task.add_done_callback(lambda _: self._renewals.pop(tenant, None))
        # Shielded: a caller that goes away must not take the only copy of a new token with it.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for the renewals that are on their way."""
        await asyncio.gather(*self._renewals.values(), return_exceptions=True)

    async def _renew(self, tenant: str, version: int) -> Connection | Fault:
        while True:
            found = await self._standing.present(tenant)
            if isinstance(found, Fault) or found.version != version:
                return found
            try:
                done = await self._try(found)
            except SQLAlchemyError as fault:
                return no_store(fault)
            if done is not None:
                return done
            await self._clock.sleep(LOOK_AGAIN_SECONDS)

    async def _try(self, spent: Connection) -> Connection | Fault | None:
        lease = await self._connections.lease(spent.tenant, spent.version, self._owner)
        if lease is not None and lease.owner == self._owner:
            return await self._spend(spent, lease)
        if lease is not None and self._clock.now() - lease.since > LEASE:
            return await self._give_up(spent, "a token's renewal by another process never ended")
        return None

    async def _spend(self, spent: Connection, lease: Lease) -> Connection | Fault:
        unsaved = self._unsaved.get(spent.tenant)
        if unsaved is not None and unsaved.version == spent.version:
            return await self._store(unsaved, spent)
        began = self._clock.now()
        match await self._exchange.refresh(spent.refresh_token):
            case Granted() as granted:
                following = dataclasses.replace(
                    spent,
                    access_token=granted.access_token,
                    refresh_token=granted.refresh_token,
                    access_expires_at=began + timedelta(seconds=granted.expires_in_seconds),
                )
                return await self._store(following, spent)
            case Declined(reason="invalid_grant") as declined:
                return await self._give_up(spent, declined.detail or declined.reason)
            case Declined() as declined:
                await self._connections.give_back(spent.tenant, lease)
                return _declined(declined)
            case NotSent(detail=detail):
                await self._connections.give_back(spent.tenant, lease)
                return unreachable(detail)
            case NotKnown(detail=detail):
                log.warning("token renewal without answer", extra={"tenant": spent.tenant})
                return unreachable(detail)

    async def _store(self, following: Connection, spent: Connection) -> Connection | Fault:
        self._unsaved[spent.tenant] = following
        for attempt in range(STORE_TRIES):
            try:
                stored = await self._replace(following, spent)
            except SQLAlchemyError:
                log.exception("new token is not stored yet", extra={"tenant": spent.tenant})
                await self._clock.sleep(2**attempt)
            else:
                self._unsaved.pop(spent.tenant, None)
                log.info("token renewed", extra={"tenant": spent.tenant, "version": stored.version})
                return await self._standing.present(spent.tenant)
        return unreachable("the store of connections does not take the new token")

    async def _replace(self, following: Connection, spent: Connection) -> Connection:
        stored = await self._connections.replace(following)
        while stored is None:
            present = await self._connections.get(spent.tenant)
            if present is None or present.refresh_token != spent.refresh_token:
                # A person has connected anew meanwhile: theirs hold.
                return present or following
            # Another process gave up on this token, which we have the answer of.
            stored = await self._connections.replace(
                dataclasses.replace(following, version=present.version)
            )
        return stored

    async def _give_up(self, spent: Connection, reason: str) -> Connection | Fault:
        stored = await self._connections.replace(dataclasses.replace(spent, reconnect=reason))
        if stored is None:
            return await self._standing.present(spent.tenant)
        log.warning("tenant must reconnect", extra={"tenant": spent.tenant, "reason": reason})
        return reconnect(reason)


def _declined(answer: Declined) -> Fault:
    if answer.status == TOO_MANY:
        return Fault(side=Side.QBO, status=TOO_MANY, detail="Intuit's token endpoint is throttled")
    return Fault(
        side=Side.QBO,
        status=FORBIDDEN,
        code=answer.reason,
        detail=answer.detail or "Intuit's token endpoint refused our app; check its id and secret",
    )
