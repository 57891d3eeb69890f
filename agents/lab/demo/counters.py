"""How does one speak to the two simulated systems, as their people and as their administrator?

The admin side of a simulator is no API of a vendor: it is counted in no limit and meets no fault.
"""

from collections.abc import Mapping
from typing import Any, Self

import httpx

from agents.lab.demo.faults import DemoFault
from agents.lab.demo.stage import Stage

ANSWER_SECONDS = 60.0
#: A server closes an idle connection after 5 s: no request is sent on one that it may be closing.
IDLE_SECONDS = 2.0
OK = 200


class Counters:
    """The admin sides of both simulators; use it as a context manager."""

    def __init__(self, *, qbo: httpx.AsyncClient, mediaos: httpx.AsyncClient) -> None:
        self._qbo = qbo
        self._mediaos = mediaos

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._qbo.aclose()
        await self._mediaos.aclose()

    async def qbo(self, action: str, **arguments: object) -> Any:
        """Do something behind the counter of QuickBooks; return its result."""
        answer = await self._qbo.post(f"/admin/{action}", json=arguments)
        return _understood(answer, f"QuickBooks' {action}")["result"]

    async def mediaos(self, kind: str, fields: Mapping[str, Any]) -> Any:
        """Have a person create a record in MediaOS; return it."""
        answer = await self._mediaos.post(f"/admin/{kind}", json=dict(fields))
        return _understood(answer, f"MediaOS' {kind}")

    async def mediaos_edit(self, kind: str, record_id: str, fields: Mapping[str, Any]) -> Any:
        """Have a person change fields of a record in MediaOS; return it."""
        answer = await self._mediaos.patch(f"/admin/{kind}/{record_id}", json=dict(fields))
        return _understood(answer, f"MediaOS' {kind} {record_id}")

    async def mediaos_delete(self, kind: str, record_id: str) -> Any:
        """Have a person delete a record in MediaOS; return it."""
        answer = await self._mediaos.delete(f"/admin/{kind}/{record_id}")
        return _understood(answer, f"MediaOS' {kind} {record_id}")

    async def in_qbo(self, kind: str, record_id: str) -> Any:
        """Return a record as it stands in QuickBooks."""
        _, book = await self.books()
        return next(one for one in book[kind] if one["Id"] == record_id)

    async def books(self) -> tuple[Any, Any]:
        """Return both books whole: MediaOS's and QuickBooks', by kind."""
        mediaos = await self._mediaos.get("/admin/book")
        qbo = await self._qbo.get("/admin/book")
        return (
            _understood(mediaos, "MediaOS' book"),
            _understood(qbo, "QuickBooks' book")["result"],
        )

    async def requests(self) -> tuple[list[Any], list[Any]]:
        """Return every request that the two APIs answered, oldest first, MediaOS's first."""
        mediaos = await self._mediaos.get("/admin/requests")
        qbo = await self._qbo.get("/admin/requests")
        return (
            _understood(mediaos, "MediaOS' log")["requests"],
            _understood(qbo, "QuickBooks' log")["result"],
        )

    async def answers(self) -> bool:
        """Tell whether both simulators serve."""
        try:
            await self.requests()
        except httpx.TransportError:
            return False
        return True


def counters_of(stage: Stage) -> Counters:
    """Speak to the simulators of a stage."""
    return Counters(
        qbo=_client(stage.qbo, stage.secrets.qbo_admin),
        mediaos=_client(stage.mediaos, stage.secrets.mediaos_admin),
    )


def _client(base: str, token: str) -> httpx.AsyncClient:
    bearer = {"authorization": f"Bearer {token}"}
    limits = httpx.Limits(keepalive_expiry=IDLE_SECONDS)
    return httpx.AsyncClient(base_url=base, headers=bearer, timeout=ANSWER_SECONDS, limits=limits)


def _understood(answer: httpx.Response, what: str) -> Any:
    if answer.status_code != OK:
        raise DemoFault(f"{what} was refused ({answer.status_code}): {answer.text[:300]}")
    return answer.json()
