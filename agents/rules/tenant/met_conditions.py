"""Which conditions that documents wait for may a tenant's new state meet?

Only these lanes are woken: a tenant may have a hundred thousand that wait for something else.
"""

from collections.abc import Iterable, Iterator

from schemas.facts import Fact, ItemSeen, ProductMapped
from schemas.state import Tenant


def met_conditions(before: Tenant, after: Tenant, facts: Iterable[Fact]) -> Iterator[str]:
    """Yield the conditions that `facts`, which made `after` of `before`, may have met.

    A kind of condition without its subject (`number`, `push`) stands for all of that kind.
    """
    for fact in facts:
        yield from _products(after, fact)
    if before.settings != after.settings:
        yield from ("number", "push")
    if before.observes and not after.observes:
        yield "go-live"


def goes_on(before: Tenant, after: Tenant) -> bool:
    """Tell whether a hold of the whole tenant has ended: then each of its lanes looks again."""
    return before.suspended is not None and after.suspended is None


def tries(before: Tenant, after: Tenant) -> str | None:
    """Return the lane that must look when it tries a suspended tenant, where that has changed."""
    standing = after.suspended
    return None if standing is None or standing == before.suspended else standing.lane


def _products(tenant: Tenant, fact: Fact) -> Iterator[str]:
    match fact:
        case ProductMapped(item=str()):
            yield f"product:{fact.product}"
        case ItemSeen():
            for product, item in tenant.items.items():
                if item == fact.item:
                    yield f"product:{product}"
        case _:
            return
