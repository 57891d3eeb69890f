"""How is a question put to a side, and what is said when it cannot be answered?

Only reads, so a question may be repeated; a side that says "too many requests" is asked again
after a minute (quickbooks-online.md 4).  No answer's text is told: a gateway's echoes its token.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TypeVar

import httpx
import msgspec

from agents.audit.books import LedgerUnreadableError

Sleep = Callable[[float], Awaitable[None]]
P = TypeVar("P")

THROTTLED_SECONDS = 60.0
TRIES = 3
DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


async def ask(
    client: httpx.AsyncClient,
    path: str,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    who: str,
    sleep: Sleep,
) -> bytes:
    """Return the body of one answered GET; LedgerUnreadableError says why there is none."""
    for attempt in range(1, TRIES + 1):
        try:
            reply = await client.get(path, params=params, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise LedgerUnreadableError(
                f"{who} does not answer at {_shown(client)} ({type(fault).__name__}): "
                "see that it runs and that the address is right, then check again."
            ) from fault
        if reply.status_code == HTTPStatus.OK:
            return reply.content
        if reply.status_code != HTTPStatus.TOO_MANY_REQUESTS or attempt == TRIES:
            break
        await sleep(THROTTLED_SECONDS)
    raise LedgerUnreadableError(_refused(who, reply.status_code))


def understand(body: bytes, page: type[P], who: str) -> P:
    """Read one page; LedgerUnreadableError names the field that is not as it should be."""
    try:
        return msgspec.json.decode(body, type=page)
    except (msgspec.MsgspecError, ValueError) as fault:
        raise LedgerUnreadableError(
            f"{who} shows a record that cannot be read ({fault}): correct it there, or report it."
        ) from fault


def _refused(who: str, status: int) -> str:
    if status in DENIED:
        return f"{who} refuses our credentials ({status}): connect it again, then check again."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return f"{who} has had too many requests ({status}): wait, then check again."
    return f"{who} answered {status} instead of its book: check again later."


def _shown(client: httpx.AsyncClient) -> str:
    """Return the address without a password that someone put into it."""
    return str(client.base_url.copy_with(userinfo=b"")).rstrip("/")
