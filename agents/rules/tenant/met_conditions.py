"""Which conditions that documents wait for may a tenant's new state meet?

Only these lanes are woken: a tenant may have a hundred thousand that wait for something else.
"""

from collections.abc import Iterable, Iterator

from schemas.conditions import (
    Confirmed,
    Counted,
    MappingUsable,
    NumberFree,
    SyncOn,
    TenantLive,
    condition_of,
)
from schemas.facts import Fact, Mapped, TargetSeen
from schemas.state import Tenant

#: One mapping, or all conditions of a kind.
Awaited = (
    MappingUsable
    | type[NumberFree]
    | type[SyncOn]
    | type[TenantLive]
    | type[Counted]
    | type[Confirmed]
)


def awaited(condition: str) -> Awaited | None:
    """Return how a parked document's condition is found again; None where no tenant meets it."""
    match condition_of(condition):
        case MappingUsable() as mapping:
            return mapping
        case NumberFree() | SyncOn() | TenantLive() | Counted() | Confirmed() as of_tenant:
            return type(of_tenant)
        case _:
            return None


def met_conditions(before: Tenant, after: Tenant, facts: Iterable[Fact]) -> Iterator[Awaited]:
    """Yield the conditions that `facts`, which made `after` of `before`, may have met."""
    for fact in facts:
        yield from _mappings(after, fact)
    if before.settings != after.settings:
        yield from (NumberFree, SyncOn)
    if before.observes and not after.observes:
        yield TenantLive
    if before.removals != after.removals:
        yield from (Counted, Confirmed)


def goes_on(before: Tenant, after: Tenant) -> bool:
    """Tell whether a hold of the whole tenant has ended: then each of its lanes looks again."""
    return before.suspended is not None and after.suspended is None


def tries(before: Tenant, after: Tenant) -> str | None:
    """Return the lane that must look when it tries a suspended tenant, where that has changed."""
    standing = after.suspended
    return None if standing is None or standing == before.suspended else standing.lane


def _mappings(tenant: Tenant, fact: Fact) -> Iterator[MappingUsable]:
    match fact:
        case Mapped(target=str()):
            yield MappingUsable(fact.kind, fact.source)
        case TargetSeen():
            for source, target in tenant.mapped(fact.kind).items():
                if target == fact.target:
                    yield MappingUsable(fact.kind, source)
        case _:
            return
