"""How do a test and the demo reach behind the counter over HTTP?

Every action is a method of the simulator; its JSON body is checked against the method's own
signature, so the two cannot drift apart. All of it is invented.
"""

import inspect
import secrets
from collections.abc import Callable
from typing import Any, get_type_hints

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from streams.simulators.quickbooks.amounts import dump, load
from streams.simulators.quickbooks.refusals import Fault

Action = Callable[..., Any]

#: Methods that an admin may call, by the object they belong to.
PERSON_ACTIONS = (
    *("create", "edit", "delete", "void", "deposit", "apply_credit"),
    *("auto_apply", "merge", "deactivate"),
    *("set_custom_numbers", "close_books", "set_time_zone", "set_sales_tax"),
    *("set_auto_apply", "set_online_payment", "set_mailing", "set_currencies"),
)
TAMPER_ACTIONS = ("shift_amount", "remove", "duplicate", "rewrite")
FAULT_ACTIONS = (
    *("time_out_next", "answer_next", "lock", "unlock"),
    *("refuse_company", "allow_company", "name_list_busy", "slow", "clear"),
)


class AdminPages:
    """The addresses under /admin, for who holds the admin token.

    `actions` gives the methods to call for a realm, by "group/name"; `views` what can be read.
    """

    def __init__(
        self,
        *,
        admin_token: str,
        actions: Callable[[str | None], dict[str, Action]],
        views: dict[str, Callable[[str | None], Any]],
    ) -> None:
        self._expected = f"Bearer {admin_token}".encode()
        self._actions = actions
        self._views = views

    def routes(self) -> list[Route]:
        """Return the addresses to serve."""
        return [
            Route("/admin/{view}", self.view, methods=["GET"]),
            Route("/admin/{action:path}", self.act, methods=["POST"]),
        ]

    async def view(self, request: Request) -> Response:
        """Show the book or the requests."""
        name = request.path_params["view"]
        if not self._is_admin(request):
            return _refusal(401, "send the admin token as a bearer token")
        if name not in self._views:
            return _refusal(404, f"no view {name}; there are {', '.join(sorted(self._views))}")
        return self._answered(self._views[name], {"realm": request.query_params.get("realm")})

    async def act(self, request: Request) -> Response:
        """Call the action with the JSON body's members as its arguments."""
        if not self._is_admin(request):
            return _refusal(401, "send the admin token as a bearer token")
        try:
            body = load(await request.body() or b"{}")
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return _refusal(400, "send the arguments as one JSON object")
        return self._called(request.path_params["action"], body)

    def _called(self, name: str, body: dict[str, Any]) -> Response:
        try:
            actions = self._actions(body.pop("realm", None))
        except KeyError as unknown:
            return _refusal(404, f"no realm {unknown}")
        if name not in actions:
            return _refusal(404, f"no action {name}; there are {', '.join(sorted(actions))}")
        try:
            arguments = _arguments(actions[name], body)
        except (TypeError, msgspec.ValidationError) as reason:
            return _refusal(400, f"{name}: {reason}")
        return self._answered(actions[name], arguments)

    def _answered(self, call: Action, arguments: dict[str, Any]) -> Response:
        try:
            result = call(**arguments)
        except Fault as fault:
            return _refusal(409, str(fault))
        except KeyError as unknown:
            return _refusal(404, f"no realm {unknown}")
        except (TypeError, ValueError) as reason:
            return _refusal(400, str(reason))
        return Response(dump({"result": result}), media_type="application/json")

    def _is_admin(self, request: Request) -> bool:
        sent = request.headers.get("authorization", "").encode()
        return secrets.compare_digest(sent, self._expected)


def _arguments(action: Action, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as arguments. TypeError or ValidationError names what does not fit."""
    bound = inspect.signature(action).bind(**body)
    hints = get_type_hints(action)
    return {
        name: msgspec.convert(value, hints.get(name, Any), strict=False)
        for name, value in bound.arguments.items()
    }


def _refusal(status: int, text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status)
