"""Where does a lane stand, and how does it put a step into the journal?

A lane's context is the lane as the worker sees it that owns its partition.  What it reads is what
the fold has accepted; what it appends counts only once it has been read back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agents.rules.documents.dependencies import document_of
from agents.rules.fold.evolve import evolve_lane
from schemas.facts import Fact
from schemas.identity import tenant_lane, tenant_of
from schemas.state import Creating, Document, Lane, Lockout, Owner, Tenant
from schemas.values import RecordRef, Side


class LaneJournal(Protocol):
    """The part of the journal that a lane uses."""

    def state(self, row: str) -> Any:
        """Return a row as it is folded, or None."""
        ...

    def rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Return the rows whose key starts so."""
        ...

    async def loaded(self, row_keys: Sequence[str]) -> None:
        """Return once these rows can be asked for; `creating:t1:` stands for all that begin so."""
        ...

    async def write(
        self,
        partition: int,
        lane: str,
        facts: tuple[Fact, ...],
        commands_prefix: int | None = None,
    ) -> bool:
        """Append one step; False when our term is over (nothing of it counts)."""
        ...

    async def caught_up(self) -> None:
        """Return once every partition is folded to its present end."""
        ...


@dataclass(frozen=True, slots=True)
class LaneContext:
    """One lane of one owned partition."""

    journal: LaneJournal
    partition: int
    key: str

    @property
    def tenant(self) -> str:
        """Return the tenant's name."""
        return tenant_of(self.key)

    @property
    def side(self) -> Side | None:
        """Return whose customer the key names; None for a tenant's own lane."""
        parts = self.key.split("/", 2)
        return Side(parts[1]) if len(parts) > 1 else None

    @property
    def lane(self) -> Lane:
        """Return the lane as it stands."""
        return self.journal.state(f"lane:{self.key}") or Lane(key=self.key)

    @property
    def tenant_state(self) -> Tenant:
        """Return what the tenant set, and its mappings."""
        return self.journal.state(f"tenant:{tenant_lane(self.tenant)}") or Tenant()

    @property
    def home(self) -> str | None:
        """Return the other lane that speaks for this customer, if one does."""
        home: Owner | None = self.journal.state(f"home:{self.key}")
        return home.lane if home is not None and home.lane != self.key else None

    @property
    def lockout(self) -> Lockout | None:
        """Return the lockout of this partition, if one is in force."""
        lockout: Lockout | None = self.journal.state(f"lockout:{self.partition}")
        return lockout

    async def loaded(self) -> None:
        """Return once all that this lane looks at can be asked for."""
        own = (f"lane:{self.key}", f"home:{self.key}", f"lockout:{self.partition}")
        others = (f"creating:{self.tenant}:",) if self.side is Side.QBO else ()
        await self.journal.loaded((*own, f"tenant:{tenant_lane(self.tenant)}", *others))

    async def elsewhere(self, record: RecordRef) -> str | None:
        """Return the other lane in which a linked record stands, if one does."""
        row = f"where:{self.tenant}/{record}"
        await self.journal.loaded((row,))
        home: Owner | None = self.journal.state(row)
        return home.lane if home is not None and home.lane != self.key else None

    async def others(self, records: Iterable[RecordRef]) -> dict[str, Document]:
        """Return, by record, the documents of other lanes that these linked records belong to."""
        found: dict[str, Document] = {}
        for record in records:
            key = await self.elsewhere(record)
            if key is None:
                continue
            await self.journal.loaded((f"lane:{key}",))
            document = document_of(self.journal.state(f"lane:{key}") or Lane(key=key), record)
            if document is not None:
                found[str(record)] = document
        return found

    def creating(self) -> bool:
        """Tell whether a customer of this tenant is being created without an answer yet."""
        rows = self.journal.rows(f"creating:{self.tenant}:")
        return any(isinstance(row, Creating) and row.commands for _, row in rows)

    async def tenants_loaded(self) -> None:
        """Return once every tenant can be asked for, as the whole journal has it at present."""
        await self.journal.caught_up()
        await self.journal.loaded(("tenant:",))

    def tenants(self) -> dict[str, Tenant]:
        """Return what is known of every tenant, by name."""
        return {row.partition(":")[2]: tenant for row, tenant in self.journal.rows("tenant:")}

    def after(self, facts: Iterable[Fact]) -> Lane:
        """Return the lane as it will stand once these facts are folded."""
        lane = self.lane
        for fact in facts:
            lane = evolve_lane(lane, fact)
        return lane

    async def write(self, *facts: Fact, commands_prefix: int | None = None) -> bool:
        """Append one step of this lane; False when our term is over."""
        return await self.journal.write(self.partition, self.key, facts, commands_prefix)


LaneContexts = Callable[[int, str], LaneContext]
