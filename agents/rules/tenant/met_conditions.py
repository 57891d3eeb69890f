"""Which conditions that documents wait for may a tenant's new state meet?

Only these lanes are woken: a tenant may have a hundred thousand that wait for something else.
"""

from collections.abc import Iterable, Iterator

from schemas.conditions import NumberFree, ProductSaleable, SyncOn, TenantLive, condition_of
from schemas.facts import Fact, ItemSeen, ProductMapped
from schemas.state import Tenant

#: One product, or all conditions of a kind.
Awaited = ProductSaleable | type[NumberFree] | type[SyncOn] | type[TenantLive]


def awaited(condition: str) -> Awaited | None:
    """Return how a parked document's condition is found again; None where no tenant meets it."""
    match condition_of(condition):
        case ProductSaleable() as product:
            return product
        case NumberFree():
            return NumberFree
        case SyncOn():
            return SyncOn
        case TenantLive():
            return TenantLive
        case _:
            return None


def met_conditions(before: Tenant, after: Tenant, facts: Iterable[Fact]) -> Iterator[Awaited]:
    """Yield the conditions that `facts`, which made `after` of `before`, may have met."""
    for fact in facts:
        yield from _products(after, fact)
    if before.settings != after.settings:
        yield from (NumberFree, SyncOn)
    if before.observes and not after.observes:
        yield TenantLive


def goes_on(before: Tenant, after: Tenant) -> bool:
    """Tell whether a hold of the whole tenant has ended: then each of its lanes looks again."""
    return before.suspended is not None and after.suspended is None


def tries(before: Tenant, after: Tenant) -> str | None:
    """Return the lane that must look when it tries a suspended tenant, where that has changed."""
    standing = after.suspended
    return None if standing is None or standing == before.suspended else standing.lane


def _products(tenant: Tenant, fact: Fact) -> Iterator[ProductSaleable]:
    match fact:
        case ProductMapped(item=str()):
            yield ProductSaleable(fact.product)
        case ItemSeen():
            for product, item in tenant.items.items():
                if item == fact.item:
                    yield ProductSaleable(product)
        case _:
            return
