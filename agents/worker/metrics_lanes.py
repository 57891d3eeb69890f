"""How long do events take, and what becomes of them?  Handlers and the way out, looked at.

Each of these stands around what it looks at and changes nothing of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from agents.process.metrics import Metrics
from agents.worker.metrics_journal import JournalCounts
from streams.ports import Delivery, LaneHandler, Outbox, TopicPartition
from streams.telemetry import DEAD_LETTERS, ECHOES, EVENT_SECONDS, EVENTS, SENT
from streams.topics import DEAD_LETTERS as LETTERS
from streams.topics import INTAKE
from streams.tracing import Id, span

Monotonic = Callable[[], float]

#: Of what publishers may call a customer, the beginning.
LONGEST_KEY = 200


@dataclass(slots=True)
class Stopwatch:
    """Since when each event is at work that has not ended."""

    monotonic: Monotonic
    _running: dict[int, float] = field(default_factory=dict)
    _number: int = 0

    def begin(self) -> int:
        """Note that something begins; return its number."""
        self._number += 1
        self._running[self._number] = self.monotonic()
        return self._number

    def end(self, number: int) -> float:
        """Return how many seconds it took."""
        return self.monotonic() - self._running.pop(number)

    def oldest(self) -> float:
        """Return for how many seconds the longest one has been running."""
        # Dictionaries keep their order, so the first is the oldest.
        first = next(iter(self._running.values()), None)
        return 0.0 if first is None else self.monotonic() - first


@dataclass(slots=True)
class WatchedHandler:
    """A topic's handler, timed and counted."""

    topic: str
    inner: LaneHandler
    metrics: Metrics
    stopwatch: Stopwatch
    journal: JournalCounts | None = None

    async def handle(self, delivery: Delivery) -> bool:
        """Do the work, and say how long it took."""
        number, done = self.stopwatch.begin(), False
        if self.journal is not None and self.journal.came_back(_event(delivery.value)):
            self.metrics.add(ECHOES)
        try:
            with span(f"take {self.topic}", parent=delivery.traceparent, **_place(delivery)) as at:
                done = await self.inner.handle(delivery)
                at.note(done=done)
        finally:
            self.metrics.observe(EVENT_SECONDS, self.stopwatch.end(number), self.topic)
            self.metrics.add(EVENTS, self.topic, "done" if done else "again")
        return done

    async def hold(self, delivery: Delivery) -> bool:
        """Have it held."""
        kept = await self.inner.hold(delivery)
        self.metrics.add(EVENTS, self.topic, "held" if kept else "again")
        return kept

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Look again; it may work off a long queue, so how long it takes says nothing."""
        await self.inner.wake(tp, key)


def _place(delivery: Delivery) -> dict[str, Id]:
    """Return where a record stood; its key names a customer by an id."""
    lane = delivery.key[:LONGEST_KEY].decode("utf-8", "replace")
    return {"partition": delivery.tp.partition, "offset": delivery.offset, "lane": lane}


@dataclass(frozen=True, slots=True)
class WatchedOutbox:
    """A way out that counts what the broker has confirmed."""

    inner: Outbox
    metrics: Metrics

    async def send(
        self,
        topic: str,
        key: bytes,
        value: bytes,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> object:
        """Send, and count it once it is kept."""
        kept = await self.inner.send(topic, key, value, headers)
        self.metrics.add(SENT, topic)
        if topic == LETTERS.name:
            self.metrics.add(DEAD_LETTERS)
        return kept


@dataclass(frozen=True, slots=True)
class Instruments:
    """What a worker's parts are looked at with while they work."""

    metrics: Metrics
    stopwatch: Stopwatch
    counts: JournalCounts

    def around(self, topic: str, handler: LaneHandler) -> LaneHandler:
        """Return what stands around a topic's handler; of the intake, the journal tells more."""
        counts = self.counts if topic == INTAKE.name else None
        return WatchedHandler(topic, handler, self.metrics, self.stopwatch, counts)

    def outbox(self, inner: Outbox) -> Outbox:
        """Return the way out, counted."""
        return WatchedOutbox(inner, self.metrics)


def instruments(monotonic: Monotonic) -> Instruments:
    """Make a worker's."""
    metrics = Metrics("worker")
    return Instruments(metrics, Stopwatch(monotonic), JournalCounts(metrics))


class _Named(msgspec.Struct):
    event: str = ""


def _event(value: bytes | None) -> str:
    try:
        return msgspec.json.decode(value or b"", type=_Named).event
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # What is wrong with it is for its handler to say.
        return ""
