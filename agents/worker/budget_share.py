"""Which part of a tenant's budget is this worker's?  Its part of the partitions.

All workers together stay within the limits.  What a partition's former owner spent within the last
minute counts here when the partition is taken over: the journal tells its writes, and for its
reads, which leave no trace there, some are added.  Its clock may go ahead of ours, and ours may be
set back: what it sent later than now, it has sent by now.
"""

import math
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from schemas.command_facts import Attempted, Decided
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.values import Side
from streams.budgets import CALLS_A_MINUTE
from streams.ports import Clock

MINUTE = timedelta(seconds=60)
#: Echoes are read many at once: a day of the demo made 351 writes and 252 reads, of which many were
#: of what people did in QuickBooks.
READS_PER_WRITE = 0.75


class Shared(Protocol):
    """A budget that several workers have parts of."""

    def set_share(self, fraction: float) -> None:
        """Use this part of the limits."""
        ...


class Remembering(Shared, Protocol):
    """A budget whose limits are so short that what others spent matters."""

    def remember(self, seconds_ago: Sequence[float]) -> None:
        """Count calls that another process made."""
        ...


@dataclass(slots=True)
class Shares:
    """This worker's share; an Attendant of its partitions, and a watcher of the journal."""

    partitions: int
    clock: Clock
    qbo: Callable[[str], Remembering]
    mediaos: Callable[[str], Shared]
    _owned: set[int] = field(default_factory=set)
    _tenants: set[str] = field(default_factory=set)
    _attempts: defaultdict[tuple[int, str], deque[datetime]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=CALLS_A_MINUTE))
    )

    @property
    def fraction(self) -> float:
        """The part of the limits that is ours; never nothing, since every worker also reads."""
        return max(len(self._owned), 1) / self.partitions

    def own(self, partition: int) -> None:
        """Take a partition's part over, with what was spent of it."""
        if partition in self._owned:
            return
        self._owned.add(partition)
        for (of, tenant), times in self._attempts.items():
            if of == partition:
                self.qbo(tenant).remember(self._ages(times))
                times.clear()
        self._share()

    def disown(self, partition: int) -> None:
        """Give its part up."""
        self._owned.discard(partition)
        self._share()

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Note what the owners of other partitions send."""
        if not record.lane:
            return
        tenant = tenant_of(record.lane)
        if tenant not in self._tenants:
            self._tenants.add(tenant)
            self._share()
        if partition in self._owned:
            return
        times = self._attempts[partition, tenant]
        now = self.clock.now()
        times.extend(min(at, now) for at in _calls(record))
        while times and now - times[0] > MINUTE:
            times.popleft()

    def _ages(self, times: Sequence[datetime]) -> list[float]:
        now = self.clock.now()
        ages = [(now - min(at, now)).total_seconds() for at in times if now - at <= MINUTE]
        reads = math.ceil(len(ages) * READS_PER_WRITE)
        # The newest, which count for the longest time.
        return [*ages, *ages[len(ages) - reads :]]

    def _share(self) -> None:
        for tenant in self._tenants:
            self.qbo(tenant).set_share(self.fraction)
            self.mediaos(tenant).set_share(self.fraction)


def _calls(record: JournalRecord) -> Iterator[datetime]:
    """Return when QuickBooks was called; a repeated attempt names no side, and counts."""
    for fact in record.facts:
        match fact:
            case Decided(command=command, at=at) if command.side is Side.QBO:
                yield at
            case Attempted(at=at):
                yield at
            case _:
                pass
