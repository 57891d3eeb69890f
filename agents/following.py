"""How do requests of people and services reach the lanes that they are about?

The owner of an intake partition follows the commands partition of the same number, from where the
journal says; a lockout does not pause it, so a release gets through.  A request becomes facts, in
one record with the offset that it came from: done once, however often it is read.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from agents.desk import Desk, Desks
from agents.letters import lane_of
from agents.lockouts import Lockouts
from schemas.catalog import NotUnderstoodError, decode_request, encode
from schemas.facts import Asked, Fact, ProductMapped, RequestTaken, SettingsChanged
from schemas.requests import (
    ChangeSettings,
    ImposeLockout,
    MapProduct,
    Push,
    ReleaseLockout,
    Request,
    Retry,
)
from streams.ports import LogRecord, Outbox
from streams.topics import MAPPINGS, SETTINGS

log = logging.getLogger("isthmus.following")


class Requests(Protocol):
    """Reading one partition of the commands topic."""

    def read(self, partition: int, offset: int) -> AsyncIterator[LogRecord]:
        """Yield the requests of a partition from an offset on, for ever."""
        ...


@dataclass(slots=True)
class Following:
    """Carries requests out for the partitions that this worker owns."""

    requests: Requests
    desks: Desks
    lockouts: Lockouts
    outbox: Outbox
    wake: Callable[[int, str], None]
    start: Callable[[int], int | None]
    letter: Callable[[LogRecord, str], Awaitable[None]]
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    def own(self, partition: int) -> None:
        """Begin to follow this partition."""
        self.disown(partition)
        self._tasks[partition] = asyncio.create_task(self._follow(partition))

    def disown(self, partition: int) -> None:
        """Stop following it."""
        task = self._tasks.pop(partition, None)
        if task is not None:
            task.cancel()

    async def _follow(self, partition: int) -> None:
        async for asking in self.requests.read(partition, self.start(partition) or 0):
            try:
                key, request = lane_of(asking.key), decode_request(asking.value)
            except NotUnderstoodError as fault:
                kept = await self._bury(partition, asking, str(fault))
            else:
                kept = await self._carry_out(self.desks(partition, key), asking, request)
            if not kept:
                return

    async def _bury(self, partition: int, asking: LogRecord, reason: str) -> bool:
        """Write a dead letter, and in the journal that it is written: once is enough."""
        await self.letter(asking, reason)
        return await self.desks(partition, "").write(commands_prefix=asking.offset + 1)

    async def _carry_out(self, desk: Desk, asking: LogRecord, request: Request) -> bool:
        await desk.loaded()
        done, detail, facts = await self._answer(desk, request)
        taken = RequestTaken(request=request.id, done=done, detail=detail)
        if not await desk.write(*facts, taken, commands_prefix=asking.offset + 1):
            return False
        await self._publish(desk, request)
        self.wake(desk.partition, desk.key)
        log.info("request taken", extra={"request": request.id, "done": done})
        return True

    async def _answer(self, desk: Desk, request: Request) -> tuple[bool, str, tuple[Fact, ...]]:
        match request:
            case MapProduct():
                mapped = ProductMapped(
                    request=request.id, product=request.product, item=request.item
                )
                return True, f"product {request.product} is mapped to {request.item}", (mapped,)
            case ChangeSettings():
                changed = SettingsChanged(request=request.id, settings=request.settings)
                return True, "settings changed", (changed,)
            case Retry() | Push():
                return _asked(desk, request)
            case ReleaseLockout():
                ended = await self.lockouts.end(desk, request.lockout, "released by a person")
                return ended, "released" if ended else "no such lockout is in force", ()
            case ImposeLockout():
                held = await self.lockouts.impose(desk, request.id, request.minutes, request.reason)
                return held, "imposed" if held else "this worker lost the partition", ()

    async def _publish(self, desk: Desk, request: Request) -> None:
        """Write the compacted view of what a tenant set."""
        match request:
            case MapProduct():
                key = f"{request.tenant}/{request.product}".encode()
                view = orjson.dumps({"product": request.product, "item": request.item})
                await self.outbox.send(MAPPINGS.name, key, view)
            case ChangeSettings():
                view = encode(desk.settings.settings)
                await self.outbox.send(SETTINGS.name, request.tenant.encode(), view)
            case _:
                return


def _asked(desk: Desk, request: Retry | Push) -> tuple[bool, str, tuple[Fact, ...]]:
    document = desk.lane.documents.get(request.document)
    if document is None or document.park is None:
        return False, f"{request.document} is not parked in {desk.key}", ()
    asked = Asked(document=request.document, request=request.id, pushed=isinstance(request, Push))
    return True, f"{request.document} is judged again", (asked,)
