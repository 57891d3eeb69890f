"""Where does a lane stand, and how does it put a step into the journal?

A lane's context is the lane as the worker sees it that owns its partition.  What it reads is what
the fold has accepted; what it appends counts only once it has been read back.
"""

from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from msgspec.structs import replace

from agents.rules.fold.rows import evolve, routes
from agents.rules.kinds.table import gets_customers
from agents.view.decision_log import log_step
from agents.view.lane_view import LaneReading, LaneView
from schemas.answers import Answers, RequestAnswer
from schemas.below_zero import may_be
from schemas.facts import Fact
from schemas.identity import tenant_lane, tenant_of
from schemas.rows import (
    TENANT_ROWS,
    AnswersRow,
    DocumentRow,
    LaneRow,
    LockoutRow,
    OwnerRow,
    RecordOwnerRow,
    RowKey,
    TenantRow,
    WaitingRow,
    documents_of,
    parsed,
    pending_creates_of,
)
from schemas.state import Creating, Document, Lockout, Owner
from schemas.tenant_state import Pause, Tenant
from schemas.values import RecordRef, Side
from streams.journal.row_cache import NotLoadedError

T = TypeVar("T")

SIDES = {str(each): each for each in Side}

#: Of a tenant whose partition stopped here: of a pause, or another setting, nothing is heard.
UNREAD = Pause(
    since=datetime(1970, 1, 1, tzinfo=UTC),
    by="this worker",
    reason="its settings stand in a partition of the journal that is folded no further here",
)


class LaneJournal(Protocol):
    """The part of the journal that a lane uses."""

    def state(self, row: str) -> Any:
        """Return a row as it is folded, or None."""
        ...

    def is_stale(self, row: str) -> bool:
        """Tell whether more may be said of a row than can be folded here."""
        ...

    def rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Return the rows whose key starts so."""
        ...

    async def loaded(self, row_keys: Collection[str]) -> None:
        """Return once these rows can be asked for, for as long as the work on this lane takes.

        A key that ends with the separator stands for all rows under it.
        """
        ...

    async def loaded_under(self, prefix: str) -> None:
        """Return once `rows(prefix)` can be asked for."""
        ...

    def pages(self, prefix: str) -> AsyncIterator[Sequence[tuple[str, Any]]]:
        """Yield the rows whose keys begin so in order, a bounded number at a time."""
        ...

    async def write(
        self,
        partition: int,
        lane: str,
        facts: tuple[Fact, ...],
        requests_prefix: int | None = None,
    ) -> bool:
        """Append one step; False when our term is over (nothing of it counts)."""
        ...

    async def caught_up(self) -> None:
        """Return once every partition is folded to its present end."""
        ...


@dataclass(slots=True)
class LaneContext(LaneReading):
    """One lane of one owned partition.

    What it was turned to can be read for as long as its journal leases it.
    """

    journal: LaneJournal
    partition: int
    key: str
    _attended: set[str] = field(default_factory=set)
    _own: tuple[str, ...] = ()

    @property
    def side(self) -> Side | None:
        """Return whose customer the key names; None for a tenant's own lane, and for nobody's."""
        parts = self.key.split("/", 2)
        return SIDES.get(parts[1]) if len(parts) > 1 else None

    @property
    def may_be_twin(self) -> bool:
        """Tell whether this customer may be one that was made here for the other side's."""
        return self.side is not None and gets_customers(self.side)

    @property
    def tenant_state(self) -> Tenant:
        """Return what the tenant set, and its mappings; where more may be set, it is paused."""
        row = TenantRow(tenant_lane(self.tenant))
        tenant: Tenant = self.row(row) or Tenant()
        return replace(tenant, paused=UNREAD) if self.journal.is_stale(str(row)) else tenant

    @property
    def home(self) -> str | None:
        """Return the other lane that speaks for this customer, if one does."""
        owner: Owner | None = self.row(OwnerRow(self.key))
        home = owner.lane if owner is not None else self.lane.home
        return home if home != self.key else None

    @property
    def lockout(self) -> Lockout | None:
        """Return the lockout of this partition, if one is in force."""
        lockout: Lockout | None = self.row(LockoutRow(self.partition))
        return lockout

    async def answered(self, request: str) -> RequestAnswer | None:
        """Return what a request to this lane was answered with; None while it is not."""
        answers: Answers | None = await self.at_hand(lambda: self.row(AnswersRow(self.key)))
        return answers.to(request) if answers is not None else None

    def row(self, key: RowKey) -> Any:
        """Return a row as it is folded, or None."""
        return self.journal.state(str(key))

    async def loaded(self) -> None:
        """Return once all that this lane looks at can be asked for."""
        await self.journal.loaded(self._at_hand())
        while (underway := self.lane.in_flight) is not None:
            row = str(DocumentRow(self.key, underway.document))
            if row in self._attended:
                return
            self._attended.add(row)
            await self.journal.loaded(self._attended)

    async def turn_to(self, *records: RecordRef) -> None:
        """Have the documents of these records at hand, and of no others."""
        self._at_hand().intersection_update(self._own)
        await self.look_at(records)

    async def look_at(self, records: Iterable[RecordRef]) -> None:
        """Have the documents of these records at hand too, in whichever lane they stand."""
        attended, tenant = self._at_hand(), self.tenant
        names = {str(RecordOwnerRow(tenant, name)): name for name in map(str, records)}
        attended.update(names, (str(DocumentRow(self.key, name)) for name in names.values()))
        now = {row: self._owner_at_hand(row) for row in names}
        before = None
        while now != before:
            attended.update(_theirs(names, now))
            await self.loaded()
            # Others may have linked them while the store was asked.
            before, now = now, {row: self.journal.state(row) for row in names}

    def _owner_at_hand(self, row: str) -> Owner | None:
        """Return whose a record is as far as that is in memory: a guess, to ask for all at once."""
        with suppress(NotLoadedError):
            owner: Owner | None = self.journal.state(row)
            return owner
        return None

    async def elsewhere(self, record: RecordRef) -> str | None:
        """Return the other lane in which a linked record stands, if one does."""
        self._at_hand().add(str(RecordOwnerRow(self.tenant, str(record))))
        await self.loaded()
        owner = self.owner(record)
        return owner.lane if owner is not None and owner.lane != self.key else None

    async def linked_elsewhere(self, record: RecordRef) -> str | None:
        """Return the other lane in which a record is linked, as whatever it is there."""
        for each in may_be(record):
            other = await self.elsewhere(each)
            if other is not None:
                return other
        return None

    async def documents(self) -> list[tuple[str, Document]]:
        """Return all documents of the lane by name, in the order in which they came in."""
        prefix = documents_of(self.key)
        await self.journal.loaded_under(prefix)
        found = [
            (row.name, document)
            for key, document in self.journal.rows(prefix)
            if isinstance(row := parsed(key), DocumentRow)
        ]
        await self.loaded()
        return sorted(found, key=lambda each: each[1].order)

    def creating(self) -> bool:
        """Tell whether a customer is being created on this lane's side without an answer yet."""
        rows = self.journal.rows(pending_creates_of(self.tenant, self.side or Side.QBO))
        return any(isinstance(row, Creating) and row.commands for _, row in rows)

    async def tenants_loaded(self) -> None:
        """Return once every tenant can be asked for."""
        await self.journal.loaded_under(TENANT_ROWS)

    def tenants(self) -> dict[str, Tenant]:
        """Return what is known of every tenant, by name."""
        return {row.partition(":")[2]: tenant for row, tenant in self.journal.rows(TENANT_ROWS)}

    async def after(self, facts: Sequence[Fact]) -> LaneView:
        """Return the lane as it will stand once these facts are folded."""
        return await self.at_hand(lambda: self._after(facts))

    async def at_hand(self, look: Callable[[], T]) -> T:
        """Return what is seen, once all that is looked at can be asked for."""
        while True:
            try:
                return look()
            except NotLoadedError as missing:
                self._at_hand().add(missing.key)
                await self.loaded()

    def _after(self, facts: Sequence[Fact]) -> LaneView:
        evolved: dict[str, Any] = {}

        def state(key: str) -> Any:
            return evolved[key] if key in evolved else self.journal.state(key)

        for key, told in routes(self.partition, self.key, facts, state):
            evolved[key] = evolve(key, state(key), told)
        return LaneView(self.key, state)

    async def write(self, *facts: Fact, requests_prefix: int | None = None) -> bool:
        """Append one step of this lane; False when our term is over."""
        kept = await self.journal.write(self.partition, self.key, facts, requests_prefix)
        if kept:
            log_step(self.key, facts)
            await self.loaded()
        return kept

    def _at_hand(self) -> set[str]:
        """Return the rows that are kept at hand: the lane's own, and what it was turned to."""
        if not self._own:
            side = self.side if self.may_be_twin else None
            self._own = _own_rows(self.partition, self.key, side)
            self._attended.update(self._own)
        return self._attended


@lru_cache(maxsize=10_000)  # a context is made for each event of a lane
def _own_rows(partition: int, key: str, twins_in: Side | None) -> tuple[str, ...]:
    """Name the rows of a lane itself, and where customers are made that may be its own."""
    tenant = tenant_of(key)
    own = (LaneRow(key), WaitingRow(key), OwnerRow(key))
    shared = (LockoutRow(partition), TenantRow(tenant_lane(tenant)))
    others = (pending_creates_of(tenant, twins_in),) if twins_in is not None else ()
    return (*map(str, (*own, *shared)), *others)


def _theirs(names: Mapping[str, str], owners: Mapping[str, Owner | None]) -> Iterator[str]:
    """Yield the rows of the documents of linked records, in whichever lanes they stand."""
    for row, owner in owners.items():
        if owner is not None:
            yield str(DocumentRow(owner.lane, owner.document or names[row]))


LaneContexts = Callable[[int, str], LaneContext]
