"""How many calls has a tenant left on both sides?  What the workers say of it, as they say it.

Read from its topic as news alone: what was said before the gateway came counts for nothing by now.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from agents.gateway.console.book.following import Journal
from agents.rules.tenant.calls_left import CallsLeft, NotTold, calls_left, is_news
from schemas.calls import WorkerCalls, decode_calls
from schemas.catalog import NotUnderstoodError
from streams.ports import Clock, LogRecord

log = logging.getLogger("isthmus.console")

READ_SECONDS, AGAIN_SECONDS = 5.0, 15.0
#: Which of them are remembered: a worker of a long time ago has others in its place.
MOST_WORKERS = 1_000


class CallsHeard:
    """What the workers said last; followed in one thread, asked in others."""

    def __init__(
        self,
        topic: Callable[[], Journal] | None,
        clock: Clock,
        on_changed: Callable[[frozenset[str]], None],
    ) -> None:
        self._topic = topic
        self._clock = clock
        self._on_changed = on_changed
        self._told: dict[int, WorkerCalls] = {}

    def of(self, tenant: str, now: datetime) -> CallsLeft | NotTold:
        """Return what a tenant has left."""
        return calls_left(tuple(self._told.values()), tenant, now)

    async def run(self) -> None:
        """Follow until it is cancelled; where the topic cannot be read, there are no figures."""
        while self._topic is not None:
            try:
                await self._follow(self._topic())
            except Exception as fault:  # noqa: BLE001 - whatever it was, the page says "not known"
                log.warning("calls not read", extra={"reason": type(fault).__name__})
            await self._clock.sleep(AGAIN_SECONDS)

    async def _follow(self, topic: Journal) -> None:
        try:
            await topic.start()
            topic.start_at(await topic.ends())
            while True:
                for record in await topic.read(READ_SECONDS):
                    self._hear(record)
        finally:
            with suppress(Exception):
                await asyncio.shield(topic.stop())

    def _hear(self, record: LogRecord) -> None:
        try:
            told = decode_calls(record.value)
        except NotUnderstoodError as wrong:
            log.warning("calls not understood", extra={"reason": f"{wrong!s:.200}"})
            return
        first = min(told.partitions)
        before = self._told.get(first)
        if not is_news(told, before, self._clock.now()):
            return
        if before is None and len(self._told) >= MOST_WORKERS:
            del self._told[min(self._told, key=lambda each: self._told[each].at)]
        self._told[first] = told
        if changed := frozenset(_changed(before, told)):
            self._on_changed(changed)


def _changed(before: WorkerCalls | None, told: WorkerCalls) -> Iterator[str]:
    earlier = _of(before) if before is not None else {}
    later = _of(told)
    for name in earlier.keys() | later.keys():
        if earlier.get(name) != later.get(name):
            yield name


def _of(told: WorkerCalls) -> dict[str, tuple[object, object]]:
    of_day = told.mediaos or {}
    names = told.tenants.keys() | of_day.keys()
    return {name: (told.tenants.get(name), of_day.get(name)) for name in names}
