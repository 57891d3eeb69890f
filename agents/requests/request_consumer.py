"""How do requests of people and services reach the lanes that they are about?

The owner of an intake partition follows the requests partition of the same number, from where the
journal says; a lockout does not pause it, so a release gets through.  It is answered from all that
the journal had when it was read, and becomes facts, in one record with the offset that it came
from: done once, however often it is read.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import orjson

from agents.dead_letters.write import DeadLetters, lane_of, tried
from agents.holds.lockouts import Lockouts
from agents.requests import document_requests, tenant_requests
from agents.requests.ask import key_of, said, who
from agents.requests.catching_up import CatchingUp
from agents.requests.mapping_requests import MappingRequests
from agents.rules.fold.answer_facts import answered_again
from agents.rules.mappings.table import MAPPINGS as MAPPING_POLICIES
from agents.rules.tenant import connections as connecting
from agents.view.lane_context import LaneContext, LaneContexts
from schemas.catalog import NotUnderstoodError, decode_request, encode_whole
from schemas.decision_input import mapping_key
from schemas.engine_requests import CountRemoval, NoteRefresh, ReadCompany, Resume, Suspend
from schemas.facts import Fact, RequestTaken
from schemas.identity import lockout_id, who_mark
from schemas.kept_requests import BeginDigest, KeepDigest, KeepReconciliation
from schemas.requests import (
    ChangeSettings,
    ConfirmRemovals,
    ConnectTenant,
    DisconnectTenant,
    GoLive,
    ImposeLockout,
    Link,
    NoteDocument,
    PauseTenant,
    Push,
    ReadTargets,
    ReleaseLockout,
    Request,
    ResolveConflict,
    ResumeTenant,
    Retry,
    SetMapping,
    TryLane,
    TryNow,
    Unlink,
)
from streams.ports import Clock, Delivery, LogRecord, Outbox, TopicPartition
from streams.topics import MAPPINGS, REQUESTS, SETTINGS

log = logging.getLogger("isthmus.request_consumer")

#: Before requests are read again when that went wrong.
AGAIN_SECONDS = 1.0


class RequestLog(Protocol):
    """Reading one partition of the requests topic."""

    def read(self, partition: int, offset: int) -> AsyncIterator[LogRecord]:
        """Yield the requests of a partition from an offset on, for ever."""
        ...


class ReadsCompany(Protocol):
    """Reads what a tenant's company is set to."""

    async def __call__(self, context: LaneContext, *, awaited: bool) -> tuple[bool, str]:
        """Tell whether that went, in words; `awaited` as `ReadCompany` has it."""
        ...


@dataclass(slots=True)
class RequestConsumer:
    """Carries requests out for the partitions that this worker owns."""

    requests: RequestLog
    contexts: LaneContexts
    lockouts: Lockouts
    mappings: MappingRequests
    read_company: ReadsCompany
    outbox: Outbox
    catching_up: CatchingUp
    wake: Callable[[int, str], None]
    start: Callable[[int], int | None]
    letters: DeadLetters
    partition_of: Callable[[str], int]
    clock: Clock
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
        while True:
            try:
                return await self._read(partition)
            except Exception:
                # Nobody waits for this task: to end here would be to go deaf without a word.
                log.exception("requests not followed", extra={"partition": partition})
                await self.clock.sleep(AGAIN_SECONDS)

    async def _read(self, partition: int) -> None:
        taken = self.start(partition) or 0
        async for asking in self.requests.read(partition, max(taken - 1, 0)):
            where = {"topic": REQUESTS.name, "partition": partition, "offset": asking.offset}
            if asking.offset < taken:
                await tried(partial(self._publish_again, partition, asking), where)
                continue
            await self._catch_up(asking)
            kept = await tried(partial(self._follow_one, partition, asking), where)
            if isinstance(kept, str):
                kept = await self._bury(partition, asking, kept)
            if not kept:
                return

    async def _catch_up(self, asking: LogRecord) -> None:
        """Fold what whoever asks may have read; who has QuickBooks read asks nothing of that."""
        with suppress(NotUnderstoodError):
            request = decode_request(asking.value)
            if isinstance(request, ReadTargets | ReadCompany):
                return
            if isinstance(request, ConnectTenant):
                # Another tenant may have the company.
                await self.catching_up.whole()
                return
        await self.catching_up.in_time()

    async def _publish_again(self, partition: int, asking: LogRecord) -> None:
        """Make the view whole: who took this request may have died before it was published."""
        context = self._context(partition, asking)
        await context.loaded()
        await self._publish(context, decode_request(asking.value))

    async def _follow_one(self, partition: int, asking: LogRecord) -> bool:
        return await self._carry_out(self._context(partition, asking), asking)

    def _context(self, partition: int, asking: LogRecord) -> LaneContext:
        """Return the lane that a request is for; ValueError when it is filed under another.

        A lane's facts belong to one partition: in any other they would stop every reader.
        """
        key, expected = lane_of(asking.key), key_of(decode_request(asking.value))
        if key != expected:
            raise NotUnderstoodError(f"key: expected {expected}, which it is about, got {key}")
        if self.partition_of(key) != partition:
            told = f"partition: expected {self.partition_of(key)}, murmur2 of the key"
            raise NotUnderstoodError(f"{told}, got {partition}")
        return self.contexts(partition, key)

    async def _bury(self, partition: int, asking: LogRecord, reason: str) -> bool:
        """Write a dead letter, and in the journal that it is written: once is enough."""
        delivery = Delivery(
            tp=TopicPartition(REQUESTS.name, asking.partition),
            offset=asking.offset,
            key=asking.key,
            value=asking.value,
            generation=0,
        )
        await self.letters.post(delivery, reason)
        return await self.contexts(partition, "").write(requests_prefix=asking.offset + 1)

    async def _carry_out(self, context: LaneContext, asking: LogRecord) -> bool:
        request = decode_request(asking.value)
        await context.loaded()
        if (before := await context.answered(request.id)) is not None:
            again = answered_again(before, said(request), who(request))
            return await context.write(again, requests_prefix=asking.offset + 1)
        if isinstance(request, ConnectTenant):
            await context.tenants_loaded()
        done, detail, facts = await self._answer(context, request)
        by, words = who(request), said(request)
        taken = RequestTaken(request=request.id, done=done, detail=detail, by=by, said=words)
        if not await context.write(*facts, taken, requests_prefix=asking.offset + 1):
            return False
        await self._publish(context, request)
        if isinstance(request, ImposeLockout | ReleaseLockout):
            await self.lockouts.stand(context.partition)
        self.wake(context.partition, context.key)
        log.info("request taken", extra=_told(context, request, taken))
        return True

    async def _answer(
        self, context: LaneContext, request: Request
    ) -> tuple[bool, str, tuple[Fact, ...]]:
        match request:
            case SetMapping() | ReadTargets() | ReadCompany():
                return await self._asked_of_quickbooks(context, request)
            case (
                ChangeSettings()
                | KeepReconciliation()
                | BeginDigest()
                | KeepDigest()
                | PauseTenant()
                | ResumeTenant()
                | TryLane()
            ):
                return tenant_requests.said(context, request, self.clock.now())
            case ConnectTenant() | NoteRefresh() | DisconnectTenant():
                return connecting.answer(context.tenants(), request)
            case GoLive() | Suspend() | Resume() | TryNow() | CountRemoval() | ConfirmRemovals():
                return await tenant_requests.held(context, request, self.clock.now())
            case Retry() | Push() | Link() | Unlink() | ResolveConflict() | NoteDocument():
                return await document_requests.answer(context, request, self.clock.now())
            case ReleaseLockout() | ImposeLockout():
                return self._lockout(context, request)

    async def _asked_of_quickbooks(
        self, context: LaneContext, request: SetMapping | ReadTargets | ReadCompany
    ) -> tuple[bool, str, tuple[Fact, ...]]:
        if isinstance(request, ReadCompany):
            done, told = await self.read_company(context, awaited=request.awaited)
            return done, told, ()
        return await self.mappings.answer(context, request)

    def _lockout(
        self, context: LaneContext, request: ReleaseLockout | ImposeLockout
    ) -> tuple[bool, str, tuple[Fact, ...]]:
        if isinstance(request, ReleaseLockout):
            ended = self.lockouts.released(context, request.lockout)
            return _done(ended, "released: its lane probes", "no such lockout is in force")
        fact = self.lockouts.imposed(context, request)
        done = f"imposed as {lockout_id(request.id)}"
        return _done(fact, done, "its end has passed, or one in force ends no earlier")

    async def _publish(self, context: LaneContext, request: Request) -> None:
        """Write the compacted view of what a tenant set, as it stands now."""
        match request:
            case SetMapping():
                key = f"{request.tenant}/{mapping_key(request.kind, request.source)}".encode()
                target = context.tenant_state.mapped(request.kind).get(request.source)
                told = MAPPING_POLICIES[request.kind].told(request.source, target)
                mapping = orjson.dumps({"kind": request.kind, **told})
                await self.outbox.send(MAPPINGS.name, key, mapping)
            case ChangeSettings():
                view = encode_whole(context.tenant_state.settings)
                await self.outbox.send(SETTINGS.name, request.tenant.encode(), view)
            case _:
                return


def _told(context: LaneContext, request: Request, taken: RequestTaken) -> dict[str, object]:
    """Return what the log says of a request: what is asked for, and of which document."""
    asked = f"{request.__struct_config__.tag} {getattr(request, 'document', '')}".rstrip()
    told = {"request": request.id, "asked": asked, "who": who_mark(taken.by)}
    return {**told, "lane": context.key, "tenant": context.tenant, "done": taken.done}


def _done(fact: Fact | None, done: str, not_done: str) -> tuple[bool, str, tuple[Fact, ...]]:
    return (False, not_done, ()) if fact is None else (True, done, (fact,))
