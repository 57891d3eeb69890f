"""Which lanes have something that waits, and which fact is the one that they wait for?

Holds are level-triggered: a lane is woken when a condition may have changed, looks at what is
true now, and goes back to waiting if it is not yet its time.  Waking one too many costs nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from agents.rules.fold.rows import is_open
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.rows import (
    LANE_ROWS,
    WAITING_ROWS,
    LaneRow,
    OwnerRow,
    PendingCreatesRow,
    TenantRow,
    WaitingRow,
    parsed,
)
from schemas.state import Lane, Waiting, WaitReason

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
        #: By partition and lane the rows of it in which something waits.
        self._rows: defaultdict[int, dict[str, set[str]]] = defaultdict(dict)
        #: Those of them that wait until no customer of their tenant is being created.
        self._for_customers: set[str] = set()

    def learn(self, rows: Iterable[tuple[str, Lane | Waiting]]) -> None:
        """Take in the lanes, and what waits in them, that a store held at the start."""
        for row, state in rows:
            key = state.key if isinstance(state, Lane) else row.removeprefix(WAITING_ROWS)
            self._note(self._partition_of(key), key, row)

    def of(self, partition: int) -> tuple[str, ...]:
        """Return the lanes of a partition that wait for anything."""
        return tuple(self._rows[partition])

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Look at what a record changed; called by the journal after each fold."""
        for row in changed:
            match parsed(row):
                case LaneRow(lane=key) | WaitingRow(lane=key):
                    self._note(partition, key, row)
                case TenantRow(tenant=tenant):
                    self._wake_all(_of_tenant(tenant))
                case PendingCreatesRow(tenant=tenant) if self._state(row) is None:
                    self._wake_all(self._waits_for_customers(tenant))
                case OwnerRow(lane=key):
                    self._wake(self._partition_of(key), key)
                case _:
                    pass

    def _note(self, partition: int, key: str, row: str) -> None:
        state: Lane | Waiting | None = self._state(row)
        if state is not None and has_work(state):
            self._rows[partition].setdefault(key, set()).add(row)
        elif (rows := self._rows[partition].get(key)) is not None:
            rows.discard(row)
            if not rows:
                del self._rows[partition][key]
        if isinstance(state, Lane) and is_for_customers(state):
            self._for_customers.add(key)
        elif row.startswith(LANE_ROWS):
            self._for_customers.discard(key)

    def _wake_all(self, which: Callable[[str], bool]) -> None:
        for partition, keys in self._rows.items():
            for key in _chosen(keys, which):
                self._wake(partition, key)

    def _waits_for_customers(self, tenant: str) -> Callable[[str], bool]:
        return lambda key: key in self._for_customers and tenant_of(key) == tenant


def has_work(state: Lane | Waiting) -> bool:
    """Tell whether a lane must be looked at again, by its own row or by that of what waits."""
    if isinstance(state, Lane):
        return is_open(state)
    return state.can_be_woken


def is_for_customers(lane: Lane) -> bool:
    """Tell whether a lane waits until no customer of its tenant is being created."""
    return lane.waits is not None and lane.waits.reason is WaitReason.CREATING


def _of_tenant(tenant: str) -> Callable[[str], bool]:
    return lambda lane: tenant_of(lane) == tenant


def _chosen(keys: Iterable[str], which: Callable[[str], bool]) -> Iterator[str]:
    return (key for key in tuple(keys) if which(key))
