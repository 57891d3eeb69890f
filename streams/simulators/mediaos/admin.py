"""How do tests and the demo reach the people, the faults and the tampering from outside?

A JSON API under ``/admin``, for one bearer token, that MediaOS does not have. It is neither counted
in the limit nor subject to the faults.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, cast, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from streams.simulators.mediaos.account import Account
from streams.simulators.mediaos.api import read_json, refused
from streams.simulators.mediaos.book import Kind
from streams.simulators.mediaos.faults import Fault
from streams.simulators.mediaos.fields import Reader, bad, identity, read_body
from streams.simulators.mediaos.people import People
from streams.simulators.mediaos.refusals import Refusal
from streams.simulators.mediaos.tampering import Tampering

_FAULTS = (*get_args(Fault), "status")
_TAMPERINGS = ("shift_amount", "remove", "duplicate")


class Admin:
    """The admin side of one account."""

    def __init__(
        self, *, account: Account, people: People, tampering: Tampering, token: str
    ) -> None:
        self._account = account
        self._people = people
        self._tampering = tampering
        self._expected = f"Bearer {token}".encode()

    def routes(self) -> list[Route]:
        """Make the routes of the admin side."""
        kind = "/admin/{kind}"
        return [
            self._route("/admin/book", "GET", self._book),
            self._route("/admin/requests", "GET", self._requests),
            self._route("/admin/faults", "POST", self._arm),
            self._route("/admin/tamper", "POST", self._tamper),
            self._route(kind, "POST", self._create),
            self._route(f"{kind}/{{id}}", "PATCH", self._edit),
            self._route(f"{kind}/{{id}}", "DELETE", self._delete),
        ]

    def _route(self, path: str, method: str, act: Callable[[Request], Awaitable[Any]]) -> Route:
        async def answer(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self._expected):
                message = "The admin side takes one bearer token: the one the simulator was given."
                return refused(Refusal(401, "bad_credentials", message))
            try:
                return JSONResponse(await act(request))
            except Refusal as refusal:
                return refused(refusal)

        return Route(path, answer, methods=[method])

    async def _book(self, _: Request) -> Any:
        return self._account.book.records

    async def _requests(self, _: Request) -> Any:
        return {"requests": [asdict(seen) for seen in self._account.requests]}

    async def _create(self, request: Request) -> Any:
        return await self._people.create(_kind(request), await read_json(request))

    async def _edit(self, request: Request) -> Any:
        fields = await read_json(request)
        return await self._people.edit(_kind(request), request.path_params["id"], fields)

    async def _delete(self, request: Request) -> Any:
        return await self._people.delete(_kind(request), request.path_params["id"])

    async def _arm(self, request: Request) -> Any:
        readers = {"fault": _one_of(_FAULTS), "times": _whole, "status": _whole}
        asked = read_body(await read_json(request), readers, required=["fault"])
        times = asked.get("times", 1)
        if asked["fault"] == "status":
            self._account.faults.answer_next(asked.get("status", 503), times=times)
        else:
            self._account.faults.arm(asked["fault"], times=times)
        return {"armed": asked["fault"], "times": times}

    async def _tamper(self, request: Request) -> Any:
        readers = {
            "tamper": _one_of(_TAMPERINGS),
            "kind": _one_of(("invoices", "payments")),
            "id": identity,
            "cents": _whole,
        }
        required = ["tamper", "kind", "id"]
        asked = read_body(await read_json(request), readers, required=required)
        match asked["tamper"]:
            case "shift_amount":
                cents = asked.get("cents", 1)
                return self._tampering.shift_amount(asked["kind"], asked["id"], cents)
            case "remove":
                return self._tampering.remove(asked["kind"], asked["id"])
            case _:
                return self._tampering.duplicate(asked["kind"], asked["id"])


def _kind(request: Request) -> Kind:
    kind = request.path_params["kind"]
    if kind not in get_args(Kind):
        message = f"There is no {kind}; known: {', '.join(get_args(Kind))}."
        raise Refusal(404, "not_found", message)
    return cast("Kind", kind)


def _one_of(choices: tuple[str, ...]) -> Reader:
    def read(value: Any) -> Any:
        if value not in choices:
            raise bad(f"one of {', '.join(choices)}")
        return value

    return read


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad("a whole number")
    return value
