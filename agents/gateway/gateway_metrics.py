"""What does the gateway say of itself?  Metrics, alive, ready, and how long requests took.

Alive and ready are routes like any other: a gateway whose loop is blocked answers nothing at all,
which says it as well.  The figures are nobody's outside, so they are served on a port of their own
(`agents.process.health_server`).  A route is named by its pattern, never by the path that somebody
made up.
"""

import time
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI, Request, Response

from agents.process.health_server import verdict
from agents.process.metrics import Metrics
from streams.gateway_telemetry import (
    REQUEST_SECONDS,
    REQUESTS,
    SPOOL_BYTES,
    SPOOL_OLDEST,
    SPOOL_RECORDS,
    SPOOL_ROOM,
)
from streams.outbox.spool import Spool
from streams.tracing import TRACEPARENT, span, well_made

#: Returns why the gateway is not ready; nothing when it is.
Unready = Callable[[], Awaitable[tuple[str, ...]]]

#: Tells whether a request came with a token that is known here.
IsKnown = Callable[[Request], bool]

NO_ROUTE = "none"
#: Anybody may make up another one.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def nobody(_request: Request) -> bool:
    """Know nobody."""
    return False


def watch(app: FastAPI, unready: Unready, is_known: IsKnown = nobody) -> Metrics:
    """Look at every request of the app from now on, and answer for it; return the figures."""
    metrics = Metrics("gateway")
    app.include_router(_routes(unready))

    @app.middleware("http")
    async def timed(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        began, status = time.monotonic(), 500
        parent = well_made(request.headers.get(TRACEPARENT, "")[:64])
        # A parent says whether its trace is told, which is for those whom we know to say.
        parent = parent if parent and is_known(request) else ""
        try:
            # Not by the address, which anybody makes up: its route is known once it was taken.
            with span(f"http {_method(request)}", parent=parent) as at:
                response = await call_next(request)
                status = response.status_code
                route = getattr(request.scope.get("route"), "path", NO_ROUTE)
                at.note(route=route, status=status)
        finally:
            route = getattr(request.scope.get("route"), "path", NO_ROUTE)
            metrics.add(REQUESTS, route, str(status))
            metrics.observe(REQUEST_SECONDS, time.monotonic() - began, route)
        return response

    return metrics


def with_spool(metrics: Metrics, spool: Spool) -> Callable[[], bytes]:
    """Return what tells the figures with what waits on the disk as they are asked for."""

    def text() -> bytes:
        for metric, value in (
            (SPOOL_BYTES, spool.waiting_bytes),
            (SPOOL_ROOM, spool.room_bytes),
            (SPOOL_RECORDS, spool.waiting_records),
            (SPOOL_OLDEST, spool.oldest_seconds()),
        ):
            metrics.show(metric, value)
        return metrics.text()

    return text


def _method(request: Request) -> str:
    return request.method if request.method in METHODS else "other"


def _routes(unready: Unready) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> Response:
        """Say that the process serves."""
        return _response(())

    @router.get("/readyz")
    async def readyz() -> Response:
        """Say whether a webhook would be taken."""
        return _response(await unready())

    return router


def _response(reasons: tuple[str, ...]) -> Response:
    status, content_type, body = verdict(reasons)
    return Response(body, status_code=status, media_type=content_type)
