"""What may a request for `POST /v1/changes` look like, and which answer does it get?

Who may not publish learns nothing about the body: it is not read before the token is known.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from agents.gateway.bodies import SHOWN, RefusedError
from agents.gateway.doorkeeper import spared
from agents.gateway.publishing import (
    KEPT,
    NOT_KEPT,
    REFUSED,
    Grant,
    Item,
    Publishing,
    Refusal,
    overall,
)
from agents.gateway.slow_bodies import SlowBodies

PATH = "/v1/changes"
OTHERS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]
TYPES = frozenset(
    {
        "application/json",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    }
)
MOST_BYTES = 4 * 1024 * 1024
MOST_EVENTS = 500

#: A list that ends where one event too many begins: nothing is made of two million others.
_NO_EVENT = msgspec.Raw(b"")
_batch = msgspec.json.Decoder(
    msgspec.defstruct(
        "Events",
        [(f"event_{number}", msgspec.Raw, _NO_EVENT) for number in range(MOST_EVENTS)],
        array_like=True,
        forbid_unknown_fields=True,
    )
)


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch: of each event in its order, and of how many."""

    kept: int
    not_kept: int
    #: Of each its Item; msgspec inspects no union of two shapes without a tag.
    items: tuple[Any, ...]


def routes(publishing: Publishing, slow: SlowBodies | None = None) -> APIRouter:
    """Return the route, to be included in the gateway."""
    router, bodies = APIRouter(), slow or SlowBodies()

    @router.post(PATH)
    async def changes(request: Request) -> Response:
        """Keep one event, or a batch of them."""
        try:
            grant = _granted(publishing, request)
            spared(request)
            body = await _body(request, bodies, grant)
            if not body.lstrip().startswith(b"["):
                [item] = await publishing.take([body], grant)
                return _answer(item.status, item)
            items = await publishing.take(_events(body), grant)
        except RefusedError as refused:
            return _refusal(refused)
        return _answer(overall(items), summary(items))

    @router.api_route(PATH, methods=OTHERS)
    async def other() -> Response:
        """Refuse what is no POST in the same shape as anything else."""
        return _refusal(RefusedError(405, "method: expected POST", {"allow": "POST"}))

    return router


def _granted(publishing: Publishing, request: Request) -> Grant:
    if not publishing.grants:
        raise RefusedError(
            NOT_KEPT, "publishing over HTTP is off: the operator has to set ISTHMUS_PUBLISH_TOKEN"
        )
    grant = grant_of(publishing, request)
    if grant is None:
        raise RefusedError(
            401,
            "expected the header Authorization: Bearer TOKEN with a token that is known here",
            {"www-authenticate": 'Bearer realm="isthmus"'},
        )
    return grant


def grant_of(publishing: Publishing, request: Request) -> Grant | None:
    """Return what the token that came with a request is for; None without one that is known.

    Of two that are told, whoever stands before us may have looked at the other one.
    """
    told = request.headers.getlist("authorization")
    scheme, _, token = told[0].partition(" ") if len(told) == 1 else ("", "", "")
    return publishing.grant(token.strip()) if scheme.lower() == "bearer" else None


async def _body(request: Request, bodies: SlowBodies, grant: Grant) -> bytes:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in TYPES:
        wanted = ", ".join(sorted(TYPES))
        raise RefusedError(
            415, f"content-type: expected one of {wanted}, got {given[:SHOWN] or 'none'}"
        )
    return await bodies.read(request, MOST_BYTES, grant.tenant or "")


def _events(body: bytes) -> list[bytes]:
    wanted = f"expected 1 to {MOST_EVENTS} events"
    try:
        given = msgspec.structs.astuple(_batch.decode(body))
    except msgspec.ValidationError as fault:
        # Each may be anything, so all that can be wrong with a list is how long it is.
        raise RefusedError(413, f"{wanted}, got more: send fewer at once") from fault
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise RefusedError(REFUSED, f"expected a list of events in JSON: {fault}") from fault
    events = [bytes(event) for event in given if event is not _NO_EVENT]
    if not events:
        raise RefusedError(REFUSED, f"{wanted}, got none")
    return events


def summary(items: Sequence[Item]) -> Batch:
    """Return what became of a batch, from what became of each event in its order."""
    kept = sum(item.status == KEPT for item in items)
    return Batch(kept=kept, not_kept=len(items) - kept, items=tuple(items))


def _refusal(refused: RefusedError) -> Response:
    body = Refusal(status=refused.status, detail=str(refused))
    return _answer(refused.status, body, refused.headers)


def _answer(status: int, body: object, headers: dict[str, str] | None = None) -> Response:
    again = {"retry-after": "5"} if status == NOT_KEPT else {}
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers={**again, **(headers or {})},
    )
