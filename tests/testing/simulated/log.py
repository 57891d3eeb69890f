"""A partitioned log in memory, with the faults that a broker and a network really have.

`SimulatedTopic` is what the broker holds; each process has a `SimulatedLog` of its own over it,
with its own read position and its own faults.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence

from streams.ports import AppendUnknownError, LogRecord


class SimulatedTopic:
    """The records that the broker holds, and who waits for the next one."""

    def __init__(self, partitions: int = 12) -> None:
        self.records: list[list[LogRecord]] = [[] for _ in range(partitions)]
        self._readers: list[asyncio.Event] = []

    def keep(self, partition: int, key: bytes, value: bytes) -> int:
        """Keep one record and wake all readers."""
        offset = len(self.records[partition])
        self.records[partition].append(LogRecord(partition, offset, key, value))
        for reader in self._readers:
            reader.set()
        return offset

    def reader(self) -> asyncio.Event:
        """Return an event that is set whenever a record is kept."""
        event = asyncio.Event()
        self.wakes(event)
        return event

    def wakes(self, event: asyncio.Event) -> None:
        """Set this event whenever a record is kept."""
        self._readers.append(event)


class SimulatedLog:
    """One process's Log.

    - `lose_answers(kept=...)`: the next append ends as unknown, its record kept or not
    - `hold_reads()` / `let_reads_go()`: the process is frozen, or its fetches are slow
    - `hold_appends()` / `let_appends_go()`: appends are under way and not yet at the broker
    - `slow_answers()` / `let_answers_go()`: the broker keeps the record, the answer takes long
    """

    def __init__(self, topic: SimulatedTopic, *, records_a_read: int = 500) -> None:
        self.topic = topic
        self.appended = 0
        self.asked_ends = 0
        self._records_a_read = records_a_read
        self._positions = [0] * len(topic.records)
        self._arrived = topic.reader()
        self._lost_answers: deque[bool] = deque()
        self._reads_go, self._appends_go, self._answers_go = (_open() for _ in range(3))

    def lose_answers(self, *, kept: bool, appends: int = 1) -> None:
        self._lost_answers.extend([kept] * appends)

    def hold_reads(self) -> None:
        self._reads_go.clear()

    def let_reads_go(self) -> None:
        self._reads_go.set()

    def hold_appends(self) -> None:
        self._appends_go.clear()

    def let_appends_go(self) -> None:
        self._appends_go.set()

    def slow_answers(self) -> None:
        self._answers_go.clear()

    def let_answers_go(self) -> None:
        self._answers_go.set()

    async def append(self, partition: int, key: bytes, value: bytes) -> int:
        self.appended += 1
        await asyncio.sleep(0)
        await self._appends_go.wait()
        if self._lost_answers:
            if self._lost_answers.popleft():
                self.topic.keep(partition, key, value)
            raise AppendUnknownError
        offset = self.topic.keep(partition, key, value)
        await self._answers_go.wait()
        return offset

    async def read(self, timeout_seconds: float) -> Sequence[LogRecord]:
        while True:
            await self._reads_go.wait()
            if records := self._next():
                return records
            self._arrived.clear()
            await self._arrived.wait()

    async def ends(self) -> Mapping[int, int]:
        self.asked_ends += 1
        await asyncio.sleep(0)
        return {p: len(records) for p, records in enumerate(self.topic.records)}

    def start_at(self, positions: Mapping[int, int]) -> None:
        self._positions = [positions.get(p, 0) for p in range(len(self.topic.records))]

    def _next(self) -> list[LogRecord]:
        found: list[LogRecord] = []
        for partition, position in enumerate(self._positions):
            room = self._records_a_read - len(found)
            some = self.topic.records[partition][position : position + room]
            self._positions[partition] += len(some)
            found += some
        return found


def _open() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event
