"""Would the gateway take a webhook now?  With or without Kafka, for its disk keeps what comes in.

Whose company a webhook is about stands in the store of connections, and without a place to keep it
none is acknowledged: these two are needed.  Anybody may ask, so an answer holds for a second, and
no question that hangs is put a second time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from streams.outbox.spool import Spool
from streams.ports import Clock

#: Raises what is the matter, if anything is.
Probe = Callable[[], Awaitable[object]]

#: How long an answer holds, and how long what is asked may take for it.
HOLDS_SECONDS, ANSWER_SECONDS = 1.0, 1.0


@dataclass(slots=True)
class Question:
    """A probe that is asked once at a time: a second one behind it would hang as well."""

    probe: Probe
    _asked: asyncio.Future[object] | None = None

    async def fault(self) -> BaseException | None:
        """Return its fault, TimeoutError where it hangs, or None when all is well."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.ensure_future(self.probe())
        done, _ = await asyncio.wait({self._asked}, timeout=ANSWER_SECONDS)
        return self._asked.exception() if done else TimeoutError()


@dataclass(slots=True)
class Readiness:
    """Asks the store of connections, the spool, and Kafka only where that alone is left."""

    store: Question
    kafka: Question
    spool: Spool
    clock: Clock
    _disk: Question = field(init=False)
    _asking: asyncio.Future[tuple[str, ...]] | None = None
    _until: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._disk = Question(self.spool.try_out)

    async def unready(self) -> tuple[str, ...]:
        """Return why no webhook can be taken now; nothing when the gateway is ready."""
        asking = self._asking
        if asking is None or (asking.done() and self.clock.monotonic() >= self._until):
            asking = self._asking = asyncio.ensure_future(self._asked())
        return await asyncio.shield(asking)

    async def _asked(self) -> tuple[str, ...]:
        store, kept = await asyncio.gather(self.store.fault(), self._not_kept())
        kind = type(store).__name__
        away = () if store is None else (f"the store of connections does not answer ({kind})",)
        self._until = self.clock.monotonic() + HOLDS_SECONDS
        return (*away, *kept)

    async def _not_kept(self) -> tuple[str, ...]:
        fault = await self._disk.fault()
        if fault is None:
            return ()
        why = "its disk does not answer" if isinstance(fault, TimeoutError) else fault
        reason = f"the spool takes nothing: {why}"
        # What comes in goes behind what waits on disk; past it only while nothing does.
        if self.spool.waiting_bytes:
            return (reason,)
        return () if await self.kafka.fault() is None else (reason, "Kafka does not answer")
