"""What does a table of mappings ask for, and what is wrong with it?

All of it is checked before any of it is asked for, and every fault is told with its line and
column.  A line without an item asks for nothing, so that what was exported can be imported again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agents.rules.products.catalog_entries import unsaleable
from schemas.state import Tenant

COLUMNS = ("product", "product_name", "item", "item_name")
NEEDED = ("product", "item")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a table asks for: mappings that are not so yet, and the faults of its lines."""

    mappings: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]


def header_faults(header: Sequence[str] | None) -> tuple[str, ...]:
    """Return what is wrong with the first line."""
    lacking = [name for name in NEEDED if name not in (header or ())]
    return tuple(f"line 1: expected a column called {name}, found none" for name in lacking)


def wanted(rows: Iterable[tuple[int, Mapping[str, str]]], tenant: Tenant) -> Wanted:
    """Judge rows by line number; the items of `tenant` must have been read."""
    faults: list[str] = []
    asked: dict[str, tuple[int, str]] = {}
    for line, row in rows:
        product, item = row["product"].strip(), row["item"].strip()
        wrong = _fault(line, product, item, asked, tenant)
        if wrong is not None:
            faults.append(wrong)
        elif item:
            asked[product] = (line, item)
    changed = [(p, item) for p, (_, item) in asked.items() if tenant.items.get(p) != item]
    return Wanted(tuple(changed), tuple(faults))


def _fault(
    line: int, product: str, item: str, asked: Mapping[str, tuple[int, str]], tenant: Tenant
) -> str | None:
    if not product:
        return f"line {line}, column product: expected a product's id, found nothing"
    if not item:
        return None
    if product in asked:
        return f"line {line}, column product: {product} stands on line {asked[product][0]} already"
    if product not in {*tenant.mediaos_products, *tenant.items}:
        return f"line {line}, column product: MediaOS has shown no product {product}"
    wrong = _item_fault(item, tenant)
    return f"line {line}, column item: {wrong}" if wrong else None


def _item_fault(item: str, tenant: Tenant) -> str | None:
    ware = tenant.qbo_items.get(item)
    if ware is None:
        return f"QuickBooks has no item {item}"
    if unsaleable(tenant, item):
        return f"item {item} ({ware.name}) is inactive in QuickBooks"
    return None
