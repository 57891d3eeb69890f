"""When has everything come to rest?

When nothing is on its way in Kafka, no decision is open, no event is held, and neither book nor the
journal has moved for a few seconds; each alone may be true between two steps of one piece of work.
And when a sweep has asked QuickBooks since its book changed last: a webhook that was dropped, or
that the gateway answered too late, is known to nobody until then.
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

import orjson
from aiokafka.errors import KafkaError

from agents.lab.demo.counters import Counters
from agents.lab.demo.watch import Watch
from streams.ports import Clock

LOOK_EVERY_SECONDS = 1.0
STILL_SECONDS = 4.0
SHOWN = 5
#: What a sweep asks of QuickBooks.
SWEPT = "/cdc"
OK = 200


class Measure(Protocol):
    """What tells how much waits in Kafka."""

    async def measure(self) -> dict[str, int]:
        """Return the events that wait, by topic."""
        ...


@dataclass(frozen=True, slots=True)
class Resting:
    """Looks again and again."""

    backlog: Measure
    watch: Watch
    counters: Counters
    clock: Clock

    async def until_rest(self, seconds: float) -> tuple[str, ...]:
        """Return once all rests, or after so many seconds what does not, in words."""
        deadline, still_since = self.clock.monotonic() + seconds, self.clock.monotonic()
        print_before, sweeps_before, waiting_lanes = "", 0, tuple[str, ...]()
        while self.clock.monotonic() < deadline:
            waiting_lanes = await self._waiting_lanes()
            print_ = "" if waiting_lanes else await self._print_of_books()
            if waiting_lanes or print_ != print_before:
                still_since, sweeps_before = self.clock.monotonic(), await self._sweeps()
            elif self._still(still_since) and await self._sweeps() > sweeps_before:
                return ()
            print_before = print_
            await self.clock.sleep(LOOK_EVERY_SECONDS)
        return waiting_lanes or (self._moving(still_since),)

    def _still(self, since: float) -> bool:
        return self.clock.monotonic() - max(since, self.watch.moved_at) >= STILL_SECONDS

    def _moving(self, still_since: float) -> str:
        if self._still(still_since):
            return "no sweep has asked QuickBooks since its book changed last"
        return "the books or the journal still change"

    async def _sweeps(self) -> int:
        """Return how often QuickBooks has told a sweep what changed."""
        _, asked = await self.counters.requests()
        return sum(one["path"].endswith(SWEPT) and one["status"] == OK for one in asked)

    async def _waiting_lanes(self) -> tuple[str, ...]:
        try:
            waiting = await self.backlog.measure()
        except KafkaError as fault:
            return (f"the backlog cannot be read ({type(fault).__name__})",)
        in_flight, held = self.watch.open, self.watch.held
        found = [f"{count} events wait on {topic}" for topic, count in waiting.items()]
        if in_flight:
            found.append(f"{len(in_flight)} commands are open: {_some(in_flight)}")
        if held:
            found.append(f"{len(held)} events are held: {_some(held)}")
        return tuple(found)

    async def _print_of_books(self) -> str:
        books = await self.counters.books()
        return hashlib.sha256(orjson.dumps(books)).hexdigest()


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
