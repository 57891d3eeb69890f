"""What comes in over HTTP?  QuickBooks' webhooks, signed, answered once Kafka has them.

A delivery is checked over its raw bytes, split into one notice per record, and only then
acknowledged; when Kafka does not take it, Intuit is told to come again.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI, Request, Response

from schemas.catalog import NotUnderstoodError
from streams.ports import Outbox
from streams.remotes.qbo.webhooks import SIGNATURE, Notice, notice_event, parse, verify
from streams.topics import QUICKBOOKS_NOTICES

log = logging.getLogger("isthmus.gateway")

TenantOf = Callable[[str], Awaitable[str | None]]


def build(
    *,
    outbox: Outbox,
    tenant_of: TenantOf,
    verifier_token: str,
    running: Callable[[], AbstractAsyncContextManager[None]],
) -> FastAPI:
    """Make the gateway; `tenant_of` names the tenant of a realm, `running` connects and closes."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running():
            yield

    app = FastAPI(title="Isthmus gateway", lifespan=lifespan, docs_url=None, redoc_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the process serves."""
        return {"status": "ok"}

    @app.post("/webhooks/quickbooks")
    async def quickbooks(request: Request) -> Response:
        """Take one delivery of Intuit's, of either format."""
        body = await request.body()
        if not verify(body, request.headers.get(SIGNATURE, ""), verifier_token):
            return _answer(401, "the signature does not match; check the verifier token")
        try:
            delivery = parse(body)
        except NotUnderstoodError as fault:
            return _answer(422, str(fault))
        try:
            await _keep(delivery.notices)
        except Exception as fault:
            log.warning("webhook not kept", extra={"reason": type(fault).__name__})
            return _answer(503, "not kept; send it again")
        return _answer(200, "kept")

    async def _keep(notices: tuple[Notice, ...]) -> None:
        for notice in notices:
            tenant = await tenant_of(notice.realm)
            if tenant is None:
                log.warning("webhook of an unknown realm", extra={"realm": notice.realm})
                continue
            key, value = notice_event(tenant, notice)
            await outbox.send(QUICKBOOKS_NOTICES.name, key.encode(), value)

    return app


def _answer(status: int, text: str) -> Response:
    return Response(text, status_code=status, media_type="text/plain")
