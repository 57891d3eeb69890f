"""Was what we appended delivered back to us, and did the fold accept it?

The record may come back before its append returns, so early arrivals are kept as long as their
term has an append under way.  The bytes are compared as well: a broker that lost records gives
our offset to somebody else's.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from streams.ports import Clock, Log, LogRecord


class Verdict(Enum):
    """How an append ended."""

    ACCEPTED = "accepted"
    #: Another claim came first; the record changes nothing, for any reader.
    FENCED = "fenced"
    #: Nobody can say; the record may be in the log and may count.
    UNKNOWN = "unknown"


@dataclass(slots=True)
class _Sending:
    """Appends of one term whose offset is not known yet, and what came back meanwhile."""

    count: int = 0
    arrived: dict[int, tuple[bytes, bool]] = field(default_factory=dict)


@dataclass(slots=True)
class _Waiting:
    value: bytes
    deadline: float
    verdict: asyncio.Future[Verdict]


class AppendConfirmation:
    """Appends to the log, and waits until this process has read its own record."""

    def __init__(self, log: Log, clock: Clock, *, seconds: float) -> None:
        self._log = log
        self._clock = clock
        self._seconds = seconds
        self._sending: dict[str, _Sending] = {}
        #: In the order of their deadlines, since all wait equally long.
        self._waiting: dict[tuple[int, int], _Waiting] = {}
        self._some = asyncio.Event()

    async def append(
        self, partition: int, key: bytes, value: bytes, term: str
    ) -> tuple[int, Verdict]:
        """Append and return offset and verdict; AppendUnknownError when no offset is known."""
        sending = self._sending.setdefault(term, _Sending())
        sending.count += 1
        try:
            offset = await self._log.append(partition, key, value)
            early = sending.arrived.pop(offset, None)
        finally:
            sending.count -= 1
            if not sending.count:
                self._sending.pop(term, None)
        if early is not None:
            return offset, _verdict(value, *early)
        return offset, await self._delivery(partition, offset, value)

    def delivered(self, record: LogRecord, term: str, *, accepted: bool) -> None:
        """Take note of what the fold said to a record that came back, ours or not."""
        self._came_back(record, term, record.value, accepted)

    def unfolded(self, record: LogRecord, term: str) -> None:
        """Take note of a record that came back, and of which nobody can say whether it counts."""
        # Of no bytes that anybody has sent.
        self._came_back(record, term, b"", accepted=False)

    def _came_back(self, record: LogRecord, term: str, value: bytes, accepted: bool) -> None:  # noqa: FBT001 - a pair's half
        waiting = self._waiting.get((record.partition, record.offset))
        if waiting is not None:
            if not waiting.verdict.done():
                waiting.verdict.set_result(_verdict(waiting.value, value, accepted))
        elif (sending := self._sending.get(term)) is not None:
            sending.arrived[record.offset] = (value, accepted)

    async def watch(self) -> None:
        """Give up, for ever, on what does not come back in time."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._waiting:
                first = next(iter(self._waiting.values())).deadline
                await self._clock.sleep(first - self._clock.monotonic())
                self._give_up(
                    [w for w in self._waiting.values() if w.deadline <= self._clock.monotonic()]
                )

    def give_up(self) -> None:
        """End every wait: nothing will be delivered any more."""
        self._give_up(list(self._waiting.values()))

    async def _delivery(self, partition: int, offset: int, value: bytes) -> Verdict:
        waiting = _Waiting(
            value=value,
            deadline=self._clock.monotonic() + self._seconds,
            verdict=asyncio.get_running_loop().create_future(),
        )
        self._waiting[partition, offset] = waiting
        self._some.set()
        try:
            return await waiting.verdict
        finally:
            del self._waiting[partition, offset]

    @staticmethod
    def _give_up(overdue: Sequence[_Waiting]) -> None:
        for waiting in overdue:
            if not waiting.verdict.done():
                waiting.verdict.set_result(Verdict.UNKNOWN)


def _verdict(sent: bytes, read: bytes, accepted: bool) -> Verdict:  # noqa: FBT001 - a pair's half
    if sent != read:
        return Verdict.UNKNOWN
    return Verdict.ACCEPTED if accepted else Verdict.FENCED
