"""Which lanes have something that waits, and which fact is the one that they wait for?

Holds are level-triggered: a lane is woken when a condition may have changed, looks at what is
true now, and goes back to waiting if it is not yet its time.  Waking one too many costs nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.state import Lane

#: Why a lane waits that may be about to learn where its home is.
CREATING = "a customer of this tenant is being created"

State = Callable[[str], Any]


class WaitingLanes:
    """The lanes that wait, by the partition that owns them; kept by watching the fold."""

    def __init__(
        self,
        state: State,
        wake: Callable[[int, str], None],
        partition_of: Callable[[str], int],
    ) -> None:
        self._state = state
        self._wake = wake
        self._partition_of = partition_of
        self._lanes: defaultdict[int, set[str]] = defaultdict(set)
        #: Those of them that wait until no customer of their tenant is being created.
        self._for_customers: set[str] = set()

    def learn(self, lanes: Iterable[tuple[str, Lane]]) -> None:
        """Take in the lanes that a store held at the start."""
        for row, lane in lanes:
            if _waits(lane):
                key = row.partition(":")[2]
                self._keep(self._partition_of(key), key, lane)

    def of(self, partition: int) -> tuple[str, ...]:
        """Return the lanes of a partition that wait for anything."""
        return tuple(self._lanes[partition])

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:
        """Look at what a record changed; called by the journal after each fold."""
        for row in changed:
            what, _, key = row.partition(":")
            if what == "lane":
                self._note(partition, key)
            elif what == "tenant":
                self._wake_all(_of_tenant(key))
            elif what == "creating" and self._state(row) is None:
                self._wake_all(self._waits_for_customers(tenant_of(record.lane)))
            elif what == "home":
                self._wake(self._partition_of(key), key)

    def _note(self, partition: int, key: str) -> None:
        lane = self._state(f"lane:{key}")
        if lane is not None and _waits(lane):
            self._keep(partition, key, lane)
        else:
            self._lanes[partition].discard(key)
            self._for_customers.discard(key)

    def _keep(self, partition: int, key: str, lane: Lane) -> None:
        self._lanes[partition].add(key)
        if lane.waits is not None and lane.waits.why == CREATING:
            self._for_customers.add(key)
        else:
            self._for_customers.discard(key)

    def _wake_all(self, which: Callable[[str], bool]) -> None:
        for partition, keys in self._lanes.items():
            for key in _chosen(keys, which):
                self._wake(partition, key)

    def _waits_for_customers(self, tenant: str) -> Callable[[str], bool]:
        return lambda key: key in self._for_customers and tenant_of(key) == tenant


def _of_tenant(tenant: str) -> Callable[[str], bool]:
    return lambda lane: tenant_of(lane) == tenant


def _chosen(keys: Iterable[str], which: Callable[[str], bool]) -> Iterator[str]:
    return (key for key in tuple(keys) if which(key))


def _waits(lane: Lane) -> bool:
    if lane.in_flight is not None or lane.held or lane.waits is not None:
        return True
    return any(d.park is not None and d.park.waits_for for d in lane.documents.values())
