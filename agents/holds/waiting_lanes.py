"""Which lanes have something that waits, and which fact is the one that they wait for?

Holds are level-triggered: a lane is woken when a condition may have changed, looks at what is
true now, and goes back to waiting if it is not yet its time.  Waking one too many costs nothing
but its look; so a fact wakes those that it can concern, and many of them a slice at a time.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any

from agents.rules.tenant.met_conditions import (
    Awaited,
    awaited,
    goes_on,
    met_conditions,
    met_elsewhere,
    standing_right,
    tries,
)
from schemas.below_zero import may_be
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.lane_conditions import CustomerCrossed, StandsRight
from schemas.rows import (
    LaneRow,
    OwnerRow,
    PendingCreatesRow,
    TenantRow,
    WaitingRow,
    parsed,
    record_of,
)
from schemas.state import Lane, WaitReason
from schemas.tenant_state import Tenant
from schemas.waiting import Waiting, WaitingPart

#: Lanes that are woken before others may run.
SLICE = 200

State = Callable[[str], Any]


class Hold(Enum):
    """What a lane waits for besides the conditions of its documents."""

    #: Every lane that waits.
    ANYTHING = "anything"
    #: Until no customer of its tenant is being created.
    CREATIONS = "creations"


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
        #: What waits in each lane as it was noted last: of that only what changed is noted anew.
        self._waiting_rows: dict[str, Waiting] = {}
        #: By partition, the rows and parts of rows in which something waits, and their lanes.
        self._rows: defaultdict[int, dict[str, str]] = defaultdict(dict)
        self._waits_for: dict[str, frozenset[Hold | Awaited]] = {}
        #: By tenant and what is waited for: the same, and their lanes.
        self._lanes: dict[tuple[str, Hold | Awaited], dict[str, str]] = {}
        self._tenants: dict[str, Tenant] = {}
        self._to_wake: deque[tuple[int, str]] = deque()
        self._waking: asyncio.Task[None] | None = None

    def learn(self, rows: Iterable[tuple[str, Lane | Waiting | Tenant]]) -> None:
        """Take in what had open work in the store at the start."""
        for row, state in rows:
            match parsed(row):
                case LaneRow(lane=key) | WaitingRow(lane=key):
                    self._note(row, key, state)
                case TenantRow(tenant=tenant) if isinstance(state, Tenant):
                    self._tenants[tenant] = state
                case _:
                    pass

    def of(self, partition: int) -> tuple[str, ...]:
        """Return the lanes of a partition that wait for anything."""
        return tuple(dict.fromkeys(self._rows[partition].values()))

    def wake(self, lanes: Iterable[str]) -> None:
        """Have these lanes look again; the first at once, the rest as others let us."""
        self._to_wake.extend((self._partition_of(key), key) for key in dict.fromkeys(lanes))
        if self._waking is None or self._waking.done():
            self._wake_slice()
            if self._to_wake:
                self._waking = asyncio.create_task(self._wake_rest())

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Look at what a record changed; called by the journal after each fold."""
        for row in changed:
            self._look_at(row, record)
        for condition in met_elsewhere(record.facts):
            self.wake(self._waiting(tenant_of(record.lane), condition))
        # Also where nothing has waited in its own lane: it was sent, and is answered now.
        self.wake(self._elsewhere(record.lane, record))

    def _look_at(self, row: str, record: JournalRecord) -> None:
        match parsed(row):
            case LaneRow(lane=key):
                self._note(row, key, self._state(row))
            case WaitingRow(lane=key):
                state = self._state(row)
                if _looks_once_more(state, self._note(row, key, state)):
                    self.wake((key,))
            case TenantRow(tenant=tenant):
                self.wake(self._concerned(tenant, self._state(row) or Tenant(), record))
            case PendingCreatesRow(tenant=tenant) if self._state(row) is None:
                self.wake(self._waiting(tenant, Hold.CREATIONS))
            case OwnerRow(lane=key):
                self.wake((key,))
            case _:
                pass

    def _concerned(self, tenant: str, after: Tenant, record: JournalRecord) -> Iterator[str]:
        before = self._tenants.get(tenant, Tenant())
        self._tenants[tenant] = after
        if goes_on(before, after):
            yield from self._waiting(tenant, Hold.ANYTHING)
            return
        for condition in met_conditions(before, after, record.facts):
            yield from self._waiting(tenant, condition)
        if (lane := tries(before, after)) is not None:
            yield lane

    def _elsewhere(self, lane: str, record: JournalRecord) -> Iterator[str]:
        """Yield the other lanes that wait for a document of this one to stand right."""
        tenant = tenant_of(lane)
        for condition in standing_right(record.facts):
            yield from (key for key in self._waiting(tenant, condition) if key != lane)

    def _waiting(self, tenant: str, what: Hold | Awaited) -> Iterable[str]:
        return self._lanes.get((tenant, what), {}).values()

    def _note(self, row: str, key: str, state: Any) -> frozenset[Hold | Awaited]:
        """Keep what a row waits for; return what of it is new."""
        before = self._waiting_rows.pop(row, None)
        if before is None and not isinstance(state, Waiting):
            return self._note_one(row, key, frozenset(_lane_waits_for(state)))
        waiting = state if isinstance(state, Waiting) else Waiting()
        new: frozenset[Hold | Awaited] = frozenset()
        for name, part in waiting.changed_since(before):
            new |= self._note_one(f"{row}#{name}", key, frozenset(_part_waits_for(part)))
        if waiting.parts:
            self._waiting_rows[row] = waiting
        return new

    def _note_one(
        self, row: str, key: str, now: frozenset[Hold | Awaited]
    ) -> frozenset[Hold | Awaited]:
        before = self._waits_for.get(row, frozenset())
        if now == before:
            return frozenset()
        tenant, rows = tenant_of(key), self._rows[self._partition_of(key)]
        for each in before - now:
            lanes = self._lanes[tenant, each]
            del lanes[row]
            if not lanes:
                del self._lanes[tenant, each]
        for each in now - before:
            self._lanes.setdefault((tenant, each), {})[row] = key
        if now:
            self._waits_for[row], rows[row] = now, key
        else:
            del self._waits_for[row], rows[row]
        return now - before

    def _wake_slice(self) -> None:
        for _ in range(min(SLICE, len(self._to_wake))):
            self._wake(*self._to_wake.popleft())

    async def _wake_rest(self) -> None:
        while self._to_wake:
            await asyncio.sleep(0)
            self._wake_slice()


def _looks_once_more(state: Any, new: Iterable[Hold | Awaited]) -> bool:
    """Tell whether what is waited for in another lane may have come before that was known here."""
    return isinstance(state, Waiting) and any(
        isinstance(each, CustomerCrossed)
        or (isinstance(each, StandsRight) and state.entry(each.document) is None)
        for each in new
    )


def _lane_waits_for(lane: Lane | None) -> Iterator[Hold | Awaited]:
    if lane is None:
        return
    if lane.in_flight is not None or lane.held or lane.waits is not None:
        yield Hold.ANYTHING
    if lane.waits is not None and lane.waits.reason is WaitReason.CREATING:
        yield Hold.CREATIONS


def _part_waits_for(part: WaitingPart) -> Iterator[Hold | Awaited]:
    if part.can_be_woken:
        yield Hold.ANYTHING
    for condition in part.conditions:
        if (found := awaited(condition)) is not None:
            yield found
    # Another lane may come to have it, and then it waits here for nothing.
    for name in part.moved:
        yield from (StandsRight(str(each)) for each in may_be(record_of(name)))
