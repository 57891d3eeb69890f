"""Which lanes have something that waits, and which fact is the one that they wait for?

Holds are level-triggered: a lane is woken when a condition may have changed, looks at what is
true now, and goes back to waiting if it is not yet its time.  Waking one too many costs nothing
but its look; so a fact wakes those that it can concern, and many of them a slice at a time.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from agents.rules.tenant.met_conditions import goes_on, met_conditions, tries
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.state import Lane, Tenant

#: Why a lane waits that may be about to learn where its home is.
CREATING = "a customer of this tenant is being created"

#: Lanes that are woken before others may run.
SLICE = 200

State = Callable[[str], Any]
#: What a lane waits for, as the index knows it; every lane that waits has ANYTHING.
ANYTHING, ANSWER = "anything", "answer"


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
        self._of: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._waits_for: dict[str, frozenset[str]] = {}
        #: By tenant and what is waited for.
        self._lanes: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._tenants: dict[str, Tenant] = {}
        self._to_wake: deque[tuple[int, str]] = deque()
        self._waking: asyncio.Task[None] | None = None

    def learn(
        self, lanes: Iterable[tuple[str, Lane]], tenants: Iterable[tuple[str, Tenant]]
    ) -> None:
        """Take in what had open work in the store at the start."""
        for row, lane in lanes:
            self._note(row.partition(":")[2], lane)
        for row, tenant in tenants:
            self._tenants[row.partition(":")[2]] = tenant

    def of(self, partition: int) -> tuple[str, ...]:
        """Return the lanes of a partition that wait for anything."""
        return tuple(self._of[partition])

    def wake(self, lanes: Iterable[str]) -> None:
        """Have these lanes look again; the first at once, the rest as others let us."""
        self._to_wake.extend((self._partition_of(key), key) for key in lanes)
        if self._waking is None or self._waking.done():
            self._wake_slice()
            if self._to_wake:
                self._waking = asyncio.create_task(self._wake_all())

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Look at what a record changed; called by the journal after each fold."""
        for row in changed:
            what, _, key = row.partition(":")
            if what == "lane":
                self._note(key, self._state(row))
            elif what == "tenant":
                self.wake(self._concerned(key, record))
            elif what == "creating" and self._state(row) is None:
                self.wake(tuple(self._lanes.get((tenant_of(record.lane), ANSWER), ())))
            elif what == "home":
                self.wake((key,))

    def _concerned(self, tenant: str, record: JournalRecord) -> Iterator[str]:
        before = self._tenants.get(tenant, Tenant())
        after = self._tenants[tenant] = self._state(f"tenant:{tenant}") or Tenant()
        if goes_on(before, after):
            yield from self._lanes.get((tenant, ANYTHING), ())
            return
        for condition in met_conditions(before, after, record.facts):
            yield from self._lanes.get((tenant, condition), ())
        if (lane := tries(before, after)) is not None:
            yield lane

    def _note(self, key: str, lane: Lane | None) -> None:
        now = frozenset(_waits_for(lane)) if lane is not None else frozenset()
        before = self._waits_for.get(key, frozenset())
        if now == before:
            return
        tenant, of = tenant_of(key), self._of[self._partition_of(key)]
        for each in before - now:
            lanes = self._lanes[tenant, each]
            del lanes[key]
            if not lanes:
                del self._lanes[tenant, each]
        for each in now - before:
            self._lanes[tenant, each][key] = None
        if now:
            self._waits_for[key], of[key] = now, None
        else:
            del self._waits_for[key], of[key]

    def _wake_slice(self) -> None:
        for _ in range(min(SLICE, len(self._to_wake))):
            self._wake(*self._to_wake.popleft())

    async def _wake_all(self) -> None:
        while self._to_wake:
            await asyncio.sleep(0)
            self._wake_slice()


def _waits_for(lane: Lane) -> Iterator[str]:
    if lane.in_flight is not None or lane.held or lane.waits is not None:
        yield ANYTHING
    if lane.waits is not None and lane.waits.why == CREATING:
        yield ANSWER
    for document in lane.documents.values():
        if document.park is not None and document.park.waits_for:
            yield ANYTHING
            for condition in document.park.waits_for:
                what, _, _ = condition.partition(":")
                yield condition if what == "product" else what
