"""Which requests does the API answer, and how?

Everything between the admission of a write and the queueing of its changes happens without an
await, so no two writes see each other half done, and two with one Idempotency-Key make one record.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from streams.simulators.mediaos import (
    advertisers,
    credit_applications,
    credit_memos,
    invoices,
    payments,
    refunds,
    users,
)
from streams.simulators.mediaos.account import Account
from streams.simulators.mediaos.book import Book, Kind, Record
from streams.simulators.mediaos.faults import timed_out
from streams.simulators.mediaos.idempotency import Reply
from streams.simulators.mediaos.listing import listed
from streams.simulators.mediaos.refusals import Refusal, stale

Endpoint = Callable[[Request], Awaitable[Response]]

_ROW_VERSION = re.compile(r'"([0-9]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One kind of write: where, and what it does to the book."""

    method: str
    kind: Kind
    act: Callable[[Book, str, Any], Record]


WRITES = (
    Write(
        method="POST", kind="advertisers", act=lambda book, _, body: advertisers.create(book, body)
    ),
    Write(method="PATCH", kind="advertisers", act=advertisers.edit),
    Write(method="POST", kind="invoices", act=lambda book, _, body: invoices.make(book, body)),
    Write(
        method="PATCH",
        kind="invoices",
        act=lambda book, record_id, body: invoices.edit(book, record_id, body, invoices.HEADER),
    ),
    Write(
        method="DELETE",
        kind="invoices",
        act=lambda book, record_id, _: invoices.delete(book, record_id),
    ),
    Write(
        method="POST",
        kind="creditMemos",
        act=lambda book, _, body: credit_memos.make(book, body),
    ),
    Write(
        method="PATCH",
        kind="creditMemos",
        act=lambda book, record_id, body: credit_memos.edit(
            book, record_id, body, credit_memos.HEADER
        ),
    ),
    Write(
        method="DELETE",
        kind="creditMemos",
        act=lambda book, record_id, _: credit_memos.delete(book, record_id),
    ),
    Write(method="POST", kind="payments", act=lambda book, _, body: payments.create(book, body)),
    Write(method="PATCH", kind="payments", act=payments.edit),
    Write(
        method="DELETE",
        kind="payments",
        act=lambda book, record_id, _: payments.delete(book, record_id),
    ),
    Write(
        method="POST",
        kind="creditApplications",
        act=lambda book, _, body: credit_applications.create(book, body),
    ),
    Write(method="PATCH", kind="creditApplications", act=credit_applications.edit),
    Write(
        method="DELETE",
        kind="creditApplications",
        act=lambda book, record_id, _: credit_applications.delete(book, record_id),
    ),
    Write(method="POST", kind="refunds", act=lambda book, _, body: refunds.make(book, body)),
    Write(
        method="PATCH",
        kind="refunds",
        act=lambda book, record_id, body: refunds.edit(book, record_id, body, refunds.HEADER),
    ),
    Write(
        method="DELETE",
        kind="refunds",
        act=lambda book, record_id, _: refunds.delete(book, record_id),
    ),
)
_READ: tuple[Kind, ...] = (
    "advertisers",
    "invoices",
    "creditMemos",
    "payments",
    "creditApplications",
    "refunds",
    "products",
    "invoiceLineItemTypes",
    "terms",
)


def routes(account: Account) -> list[Route]:
    """Make the routes of the API (schemas/contracts/mediaos-api.openapi.yaml)."""
    guarded = _Guard(account)
    made = [guarded.route("/users/", "GET", _users), guarded.route("/users/{id}", "GET", _user)]
    for kind in _READ:
        made.append(guarded.route(f"/{kind}/", "GET", _list_of(account, kind)))
        made.append(guarded.route(f"/{kind}/{{id}}", "GET", _one_of(account, kind)))
    for write in WRITES:
        path = f"/{write.kind}/" if write.method == "POST" else f"/{write.kind}/{{id}}"
        made.append(guarded.route(path, write.method, _write_of(account, write)))
    return made


class _Guard:
    """Lets a request through the gate and the armed faults, and writes down how it ended."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def route(self, path: str, method: str, endpoint: Endpoint) -> Route:
        async def answer(request: Request) -> Response:
            response = await self._answered(request, endpoint)
            self._account.log(request, response.status_code)
            return response

        return Route(path, answer, methods=[method])

    async def _answered(self, request: Request, endpoint: Endpoint) -> Response:
        try:
            self._account.gate.admit(request.headers.get("authorization", ""))
            self._account.faults.refuse_if_told()
            return await endpoint(request)
        except Refusal as refusal:
            return refused(refusal)


def refused(refusal: Refusal) -> Response:
    """Answer with a refusal's body."""
    return JSONResponse(refusal.body, refusal.status, headers=refusal.headers)


async def read_json(request: Request) -> Any:
    """Read a body as JSON, an empty one as None; raises the 400."""
    body = await request.body()
    try:
        return json.loads(body) if body else None
    except ValueError as fault:
        raise Refusal(400, "bad_json", "The body is not JSON in UTF-8.") from fault


async def _users(request: Request) -> Response:
    asked = request.query_params
    return JSONResponse(users.listed(asked.get("email"), asked.get("first_name")))


async def _user(request: Request) -> Response:
    return JSONResponse(users.single(request.path_params["id"]))


def _list_of(account: Account, kind: Kind) -> Endpoint:
    async def answer(request: Request) -> Response:
        return JSONResponse(listed(account.book, kind, request.query_params))

    return answer


def _one_of(account: Account, kind: Kind) -> Endpoint:
    async def answer(request: Request) -> Response:
        return _shown(Reply(200, account.book.find(kind, request.path_params["id"])))

    return answer


def _write_of(account: Account, write: Write) -> Endpoint:
    async def answer(request: Request) -> Response:
        body = await read_json(request)
        if account.faults.take("time_out_before_commit"):
            return await _timed_out(account, request)
        reply, replayed = _carried_out(account, write, request, body)
        await account.outbox.wait_for(account.say())
        if account.faults.take("time_out_after_commit"):
            return await _timed_out(account, request)
        return _shown(reply, replayed=replayed)

    return answer


def _carried_out(account: Account, write: Write, request: Request, body: Any) -> tuple[Reply, bool]:
    key = request.headers.get("idempotency-key")
    asked = json.dumps([write.method, request.url.path, body], sort_keys=True)
    earlier = account.replies.recall(key, asked)
    if earlier is not None:
        return earlier, True
    record_id = request.path_params.get("id", "")
    if record_id:
        _check_version(account, write.kind, record_id, request.headers.get("if-match"))
    record = write.act(account.book, record_id, body)
    reply = Reply(201 if write.method == "POST" else 200, record)
    account.replies.remember(str(key), asked, reply)
    return reply, False


def _check_version(account: Account, kind: Kind, record_id: str, if_match: str | None) -> None:
    row_version = account.book.live(kind, record_id)["row_version"]
    if if_match is None:
        message = 'Name the row version that the change was decided on: If-Match: "<row_version>".'
        raise Refusal(428, "if_match_missing", message, row_version=row_version)
    named = _ROW_VERSION.fullmatch(if_match.strip())
    if named is None:
        message = 'If-Match must be one row version in quotes, as in "3".'
        raise Refusal(400, "if_match_malformed", message, row_version=row_version)
    if named[1] != row_version or account.faults.take("wrong_412"):
        raise stale(row_version)


def _shown(reply: Reply, *, replayed: bool = False) -> Response:
    headers = {"etag": f'"{reply.record["row_version"]}"'}
    if replayed:
        headers["idempotency-replayed"] = "true"
    return JSONResponse(reply.record, reply.status, headers=headers)


async def _timed_out(account: Account, request: Request) -> Response:
    """Keep the client waiting until it goes away or the hold ends."""
    try:
        async with asyncio.timeout(account.settings.hold_seconds):
            await request.receive()
    except TimeoutError:
        pass
    return refused(timed_out())
