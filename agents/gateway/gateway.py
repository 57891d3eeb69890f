"""What comes in over HTTP?  QuickBooks' webhooks, signed, answered once they are kept.

A delivery is checked over its raw bytes, split into one notice per record and a request for what a
company is set to, and only then acknowledged; when neither Kafka nor the spool takes it, Intuit is
told to come again.  Anybody may knock here: without a signature nothing of the body is read, and
never more than a delivery has.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from aiokafka.errors import KafkaError
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from agents.gateway.bodies import RefusedError, read_body
from agents.gateway.one_reading import OneReading
from schemas.catalog import NotUnderstoodError, encode
from schemas.engine_requests import ReadCompany
from schemas.identity import tenant_lane
from schemas.requests import ReadTargets
from streams.outbox.spool import SpoolFullError
from streams.ports import Outbox
from streams.remotes.quickbooks.webhooks import (
    SIGNATURE,
    Notice,
    Preferred,
    Relisted,
    notice_event,
    parse,
    verify,
)
from streams.topics import QUICKBOOKS_NOTICES, REQUESTS

#: Intuit's deliveries have some kilobytes; this is far beyond.
MOST_BYTES = 256 * 1024
#: The same answer to a wrong signature as to none.
UNSIGNED = 401, "the signature does not match; check the verifier token"

log = logging.getLogger("isthmus.gateway")

TenantOf = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Takes deliveries of Intuit's; `tenant_of` names the tenant of a realm."""

    outbox: Outbox
    tenant_of: TenantOf
    verifier_token: str = field(repr=False)

    async def take(self, body: bytes, signature: str) -> tuple[int, str]:
        """Return the HTTP status and its text; 200 once every notice is kept."""
        if not verify(body, signature, self.verifier_token):
            return UNSIGNED
        try:
            delivery = parse(body)
        except NotUnderstoodError as fault:
            log.warning("signed webhook not read", extra={"reason": f"{fault!s:.200}"})
            return 400, str(fault)
        try:
            for notice in delivery.notices:
                await self._keep(notice)
            for each in delivery.preferred:
                await self._ask(each.realm, partial(_company, each))
            for changed in delivery.relisted:
                await self._ask(changed.realm, partial(_list, changed))
        except (KafkaError, OSError, TimeoutError, SQLAlchemyError) as fault:
            log.warning("webhook not kept", extra={"reason": type(fault).__name__})
            said = str(fault) if isinstance(fault, SpoolFullError) else "not kept; send it again"
            return 503, said
        return 200, "kept"

    async def _keep(self, notice: Notice) -> None:
        tenant = await self.tenant_of(notice.realm)
        if tenant is None:
            log.warning("webhook of an unknown realm", extra={"realm": notice.realm})
            return
        key, value = notice_event(tenant, notice)
        await self.outbox.send(QUICKBOOKS_NOTICES.name, key.encode(), value)

    async def _ask(
        self, realm: str, request_of: Callable[[str], ReadCompany | ReadTargets]
    ) -> None:
        """Ask for what has changed of a company to be read again, by the tenant that it is."""
        tenant = await self.tenant_of(realm)
        if tenant is None:
            log.warning("webhook of an unknown realm", extra={"realm": realm})
            return
        asked = encode(request_of(tenant))
        await self.outbox.send(REQUESTS.name, tenant_lane(tenant).encode(), asked)


def _company(told: Preferred, tenant: str) -> ReadCompany:
    return ReadCompany(id=f"preferences-{told.realm}@{told.at.isoformat()}", tenant=tenant)


def _list(told: Relisted, tenant: str) -> ReadTargets:
    asked = f"{told.kind}-list-{told.realm}@{told.at.isoformat()}"
    return ReadTargets(id=asked, tenant=tenant, kind=told.kind, mapped=True)


def build(webhooks: Webhooks, running: Callable[[], AbstractAsyncContextManager[None]]) -> FastAPI:
    """Make the gateway; `running` connects before it serves and closes afterwards."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running():
            yield

    app = FastAPI(
        title="Isthmus gateway", lifespan=lifespan, openapi_url=None, redirect_slashes=False
    )

    app.add_middleware(OneReading)

    @app.post("/webhooks/quickbooks")
    async def quickbooks(request: Request) -> Response:
        """Take one delivery of Intuit's, of either format."""
        try:
            status, text = await _taken(webhooks, request)
        except RefusedError as refused:
            status, text = refused.status, str(refused)
        return Response(text, status_code=status, media_type="text/plain")

    return app


async def _taken(webhooks: Webhooks, request: Request) -> tuple[int, str]:
    signatures = request.headers.getlist(SIGNATURE)
    if len(signatures) != 1 or not signatures[0]:
        return UNSIGNED
    return await webhooks.take(await read_body(request, MOST_BYTES), signatures[0])
