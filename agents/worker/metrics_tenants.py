"""How do the tenants stand: suspended or not, budgets, tokens, and up to when each side is covered?

A budget is each worker's own share; what belongs to the tenant as a whole is told by the one worker
that owns the tenant's lane, so that a sum over workers counts it once.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agents.process.metrics import Labels, Metrics
from agents.sweep.watermarks import Watermarks
from schemas.identity import tenant_lane
from schemas.tenant_state import Tenant
from schemas.values import Side
from streams.journal.journal import Journal
from streams.metric import Metric
from streams.ports import Clock
from streams.remotes.quickbooks.standing import seen_of
from streams.secrets.connection import Connection
from streams.telemetry import (
    BUDGET_LEFT,
    BUDGET_PACE,
    BUDGET_USED,
    COVERAGE,
    PAUSED,
    RECONCILE_AGE,
    RECONCILE_AMOUNT,
    RECONCILE_DIFFERENCE,
    RECONNECT,
    REMOVALS,
    SUSPENDED,
    TOKEN,
)

#: A connection is read from its database and decrypted: less often than the rest.
CONNECTION_SECONDS = 30.0


class Spending(Protocol):
    """A budget, as it is looked at."""

    @property
    def used(self) -> int:
        """Calls made within its longest window."""
        ...

    @property
    def left(self) -> int:
        """Calls that are left of it."""
        ...


class Paced(Spending, Protocol):
    """A budget that goes slower after it was refused."""

    @property
    def pace(self) -> float:
        """The part of its limit that is used now."""
        ...


@dataclass(slots=True)
class Tenants:
    """Reads what there is of each tenant."""

    metrics: Metrics
    journal: Journal
    partition_of: Callable[[str], int]
    connection: Callable[[str], Awaitable[Connection | None]]
    qbo: Callable[[str], Paced]
    mediaos: Callable[[str], Spending]
    watermarks: Watermarks
    clock: Clock
    #: What is stored of each tenant, and why that cannot be used, None where it can.
    _seen: dict[str, tuple[Connection | None, str | None]] = field(default_factory=dict)
    _read_for: frozenset[tuple[str, bool]] = frozenset()
    _read_at: float = 0.0

    async def show(self, owned: Collection[int]) -> None:
        """Take the figures of all tenants."""
        await self.journal.loaded_under("tenant:")
        rows: dict[str, Tenant] = {
            row.partition(":")[2]: state for row, state in self.journal.rows("tenant:")
        }
        self._show_budgets(rows)
        ours = {name: rows[name] for name in rows if self._partition(name) in owned}
        if not self.watermarks.recalling:
            self.metrics.show_all(COVERAGE, self._coverage(ours))
        self.metrics.show_all(SUSPENDED, self._suspended(ours))
        self.metrics.show_all(PAUSED, self._paused(ours))
        self.metrics.show_all(REMOVALS, self._stopped(ours))
        self._show_reconciled(ours)
        await self._read(ours)
        now = self.clock.now()
        left: dict[Labels, float] = {
            (name,): (each.access_expires_at - now).total_seconds()
            for name, (each, _) in self._seen.items()
            if each is not None
        }
        self.metrics.show_all(TOKEN, left)
        self.metrics.show_all(RECONNECT, dict(self._broken(ours)))

    def _partition(self, tenant: str) -> int:
        return self.partition_of(tenant_lane(tenant))

    def _show_budgets(self, tenants: Iterable[str]) -> None:
        values: dict[Metric, dict[Labels, float]] = {BUDGET_USED: {}, BUDGET_LEFT: {}}
        paces: dict[Labels, float] = {}
        for tenant in tenants:
            qbo = self.qbo(tenant)
            paces[(tenant,)] = qbo.pace
            for side, budget in ((Side.QBO, qbo), (Side.MEDIAOS, self.mediaos(tenant))):
                values[BUDGET_USED][tenant, side] = budget.used
                values[BUDGET_LEFT][tenant, side] = budget.left
        for metric, shown in values.items():
            self.metrics.show_all(metric, shown)
        self.metrics.show_all(BUDGET_PACE, paces)

    def _broken(self, tenants: Mapping[str, Tenant]) -> Iterator[tuple[Labels, float]]:
        for name, (found, why) in self._seen.items():
            if tenants[name].connection is not None:
                yield (name,), float(why is not None)
            elif found is not None:
                # The journal does not know it yet, or any more, which is no fault by itself.
                yield (name,), float(found.reconnect is not None)

    async def _read(self, ours: Mapping[str, Tenant]) -> None:
        now = self.clock.monotonic()
        names = frozenset((name, row.connection is None) for name, row in ours.items())
        # What another worker tells from now on is told no more, and what came here at once; that a
        # tenant has no tokens which nobody had connected says nothing of the one who is connected.
        if names == self._read_for and now - self._read_at < CONNECTION_SECONDS:
            return
        same = {name for name, _ in names & self._read_for}
        self._read_at, self._read_for = now, names
        # Also where the database does not answer now.
        self._seen = {name: each for name, each in self._seen.items() if name in same}
        self._seen = {
            name: await seen_of(self.connection, name, row.connection) for name, row in ours.items()
        }

    def _coverage(self, tenants: Mapping[str, Tenant]) -> dict[Labels, float]:
        now = self.clock.now()
        return {
            (name, str(side)): (now - at).total_seconds()
            for name, row in tenants.items()
            for side, at in self.watermarks.of(name, row.covered).items()
        }

    def _suspended(self, tenants: Mapping[str, Tenant]) -> dict[Labels, float]:
        now = self.clock.now()
        return {
            (name, row.suspended.reason): (now - row.suspended.since).total_seconds()
            for name, row in tenants.items()
            if row.suspended is not None
        }

    def _paused(self, tenants: Mapping[str, Tenant]) -> dict[Labels, float]:
        now = self.clock.now()
        return {
            (name,): (now - row.paused.since).total_seconds()
            for name, row in tenants.items()
            if row.paused is not None
        }

    def _show_reconciled(self, tenants: Mapping[str, Tenant]) -> None:
        now = self.clock.now()
        kept = {name: row.reconciled for name, row in tenants.items() if row.reconciled is not None}
        numbers: dict[Labels, float] = {}
        for name, each in kept.items():
            numbers |= {(name, "differs"): each.differs, (name, "waits"): each.waits}
        since = {name: read for name, row in tenants.items() if (read := _read_since(row))}
        ages: dict[Labels, float] = {(n,): (now - at).total_seconds() for n, at in since.items()}
        self.metrics.show_all(RECONCILE_DIFFERENCE, numbers)
        amounts: dict[Labels, float] = {(n,): float(e.amount) for n, e in kept.items()}
        self.metrics.show_all(RECONCILE_AMOUNT, amounts)
        self.metrics.show_all(RECONCILE_AGE, ages)

    def _stopped(self, tenants: Mapping[str, Tenant]) -> dict[Labels, float]:
        now = self.clock.now()
        return {
            (name, str(side)): (now - removals.since).total_seconds()
            for name, row in tenants.items()
            for side, removals in row.removals.items()
            if removals.guard and removals.since is not None
        }


def _read_since(tenant: Tenant) -> datetime | None:
    """Return when both ledgers were read last; where nobody did, when the tenant went live."""
    if tenant.reconciled is not None:
        return tenant.reconciled.at
    return tenant.live.since if tenant.live is not None and not tenant.observes else None
