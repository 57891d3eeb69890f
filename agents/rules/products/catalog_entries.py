"""Which item of QuickBooks is a product of MediaOS sold as, and can it be sold now?

By their ids, so that a new name on either side changes nothing.  An item that nobody has seen yet
counts as one that can be sold: QuickBooks says so itself if it cannot.
"""

from collections.abc import Mapping

from schemas.changes import Change
from schemas.facts import ItemSeen, ProductSeen
from schemas.records import Product, Record
from schemas.state import CatalogEntry, Tenant
from schemas.values import Revision, Side


def sold_as(tenant: Tenant, product: str) -> str | None:
    """Return the item that a product is sold as, None where there is none or it cannot be sold."""
    item = tenant.items.get(product)
    return None if item is None or unsaleable(tenant, item) else item


def unsaleable(tenant: Tenant, item: str) -> bool:
    """Tell whether QuickBooks is known to refuse this item: it is inactive, or is no more."""
    ware = tenant.qbo_items.get(item)
    return ware is not None and not ware.active


def sharers(tenant: Tenant, product: str, item: str) -> tuple[str, ...]:
    """Return the other products that are sold as this item; many to one is allowed."""
    return tuple(each for each, of in tenant.items.items() if of == item and each != product)


def is_news(known: CatalogEntry | None, fact: ProductSeen | ItemSeen) -> bool:
    """Tell whether a side shows more of a product or an item than is known."""
    return known is None or known.revision < fact.revision


def ware_seen(change: Change, tenant: Tenant) -> tuple[ProductSeen | ItemSeen, ...]:
    """Return the fact that a change of a product or an item is, none where it says nothing new."""
    record = change.record if isinstance(change.record, Product) else Product(name="", active=False)
    if change.side is Side.MEDIAOS:
        product = ProductSeen(
            product=change.id, name=record.name, active=record.active, revision=change.revision
        )
        return (product,) if is_news(tenant.mediaos_products.get(change.id), product) else ()
    item = item_seen(change.id, change.record, change.revision)
    return (item,) if is_news(tenant.qbo_items.get(change.id), item) else ()


def item_seen(item: str, shown: Record | None, revision: Revision) -> ItemSeen:
    """Return the fact that QuickBooks showed an item so; None stands for one that is no more."""
    record = shown if isinstance(shown, Product) else Product(name="", active=False)
    return ItemSeen(item=item, name=record.name, active=record.active, revision=revision)


def shown_wares(
    wares: Mapping[str, CatalogEntry], ware_id: str, fact: ProductSeen | ItemSeen
) -> dict[str, CatalogEntry]:
    """Return the products, or the items, as they stand after one was shown."""
    known = wares.get(ware_id)
    if not is_news(known, fact):
        return dict(wares)
    name = fact.name or (known.name if known else "")
    active = fact.active and not fact.revision.deleted
    return {**wares, ware_id: CatalogEntry(name=name, active=active, revision=fact.revision)}
