"""Which rows does a journal record change, and how?

A row belongs to the journal partition of the record that changes it.  Besides its own lane a fact
may write a sign for others: which lane speaks for a customer (`home:`), in which lane a record
stands (`where:`), which creations of customers have no answer yet (`creating:`).
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from agents.rules.documents.observing import evolve_live
from agents.rules.fold.evolve import evolve_lane
from agents.rules.products.catalog_entries import shown_wares
from agents.rules.tenant.connections import evolve_connection
from agents.rules.tenant.coverage import evolve_covered
from agents.rules.tenant.suspension import evolve_suspension
from schemas.envelope import JournalRecord
from schemas.facts import (
    CommandApplied,
    Decided,
    Fact,
    ItemSeen,
    Linked,
    LockedOut,
    LockoutEnded,
    Parked,
    ProductMapped,
    ProductSeen,
    Refused,
    RequestTaken,
    Resumed,
    SettingsChanged,
    Suspended,
    Swept,
    TenantConnected,
    TenantDisconnected,
    TokenRefreshed,
    WentLive,
)
from schemas.identity import lane_key, tenant_of
from schemas.state import Creating, Lane, Lockout, Owner, Tenant
from schemas.values import Kind, RecordRef, Side


def routes(partition: int, record: JournalRecord) -> Iterator[tuple[str, Fact]]:
    """Name the rows that each fact of a record changes, in order."""
    for fact in record.facts:
        yield from _routes(partition, record.lane, fact)


def _routes(partition: int, lane: str, fact: Fact) -> Iterator[tuple[str, Fact]]:
    match fact:
        case LockedOut() | LockoutEnded():
            yield f"lockout:{partition}", fact
            if isinstance(fact, LockedOut) and fact.at is not None:
                yield f"lane:{lane}", fact
        case SettingsChanged() | ProductMapped() | ProductSeen() | ItemSeen():
            yield f"tenant:{tenant_of(lane)}", fact
        case WentLive() | Swept():
            yield f"tenant:{tenant_of(lane)}", fact
        case TenantConnected() | TokenRefreshed() | TenantDisconnected() | Suspended() | Resumed():
            yield f"tenant:{tenant_of(lane)}", fact
        case RequestTaken():
            return
        case _:
            yield from _signs(partition, lane, fact)
            yield f"lane:{lane}", fact


def _signs(partition: int, lane: str, fact: Fact) -> Iterator[tuple[str, Fact]]:
    tenant = tenant_of(lane)
    match fact:
        case Linked():
            yield f"where:{tenant}/{RecordRef(Side.QBO, fact.kind, fact.qbo)}", fact
            yield f"where:{tenant}/{RecordRef(Side.MEDIAOS, fact.kind, fact.mediaos)}", fact
            if fact.kind is Kind.CUSTOMER:
                yield f"home:{lane_key(tenant, Side.QBO, fact.qbo)}", fact
        case Decided() if fact.command.creates and fact.command.kind is Kind.CUSTOMER:
            yield f"creating:{tenant}:{partition}", fact
        case CommandApplied() | Refused() | Parked():
            yield f"creating:{tenant}:{partition}", fact
        case _:
            return


def evolve(row: str, state: Any, fact: Fact) -> Any:
    """Return a row as it stands after one fact; None where nothing is left to say."""
    what, _, key = row.partition(":")
    match what:
        case "lane":
            return evolve_lane(state or Lane(key=key), fact)
        case "tenant":
            return _tenant(state or Tenant(), fact)
        case "home" | "where":
            return Owner(lane=fact.home) if isinstance(fact, Linked) else state
        case "creating":
            return _creating(state or Creating(), fact)
        case "lockout":
            return _lockout(state, fact)
        case _:
            raise ValueError(f"no row is called {row}")


def _tenant(tenant: Tenant, fact: Fact) -> Tenant:
    match fact:
        case SettingsChanged():
            return replace(tenant, settings=fact.settings)
        case ProductMapped(item=None):
            return replace(tenant, items=_without(tenant.items, fact.product))
        case ProductMapped():
            return replace(tenant, items={**tenant.items, fact.product: fact.item or ""})
        case ProductSeen():
            return replace(
                tenant, mediaos_products=shown_wares(tenant.mediaos_products, fact.product, fact)
            )
        case ItemSeen():
            return replace(tenant, qbo_items=shown_wares(tenant.qbo_items, fact.item, fact))
        case _:
            tenant = evolve_covered(evolve_connection(tenant, fact), fact)
            return evolve_suspension(evolve_live(tenant, fact), fact)


def _creating(creating: Creating, fact: Fact) -> Creating | None:
    commands = set(creating.commands)
    match fact:
        case Decided():
            commands.add(fact.command.id)
        case CommandApplied() | Refused():
            commands.discard(fact.command)
        case Parked():
            commands = {c for c in commands if not c.startswith(f"{fact.event}#")}
        case _:
            pass
    return Creating(commands=tuple(sorted(commands))) if commands else None


def _lockout(lockout: Lockout | None, fact: Fact) -> Lockout | None:
    match fact:
        case LockedOut():
            return Lockout(id=fact.lockout, lane=fact.lane, until=fact.until, reason=fact.reason)
        case LockoutEnded() if lockout is not None and lockout.id == fact.lockout:
            return None
        case _:
            return lockout


def _without(items: dict[str, str], product: str) -> dict[str, str]:
    return {key: value for key, value in items.items() if key != product}
