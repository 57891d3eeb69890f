"""What must be there before a document can cross?

An invoice waits for its customer and its products, a payment for its customer and its invoices.
A missing thing is a condition with a name; `readiness` tells which documents have what they lack.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from agents.rules.kinds.policy import Need
from agents.rules.kinds.table import policy_of
from schemas.conditions import CustomerLinked, ProductSaleable, RecordLinked
from schemas.facts import DecisionInput
from schemas.kinds import KINDS, Anchor, kind_of, refs_of
from schemas.outcomes import Fault
from schemas.records import Record
from schemas.state import Document, Park, ParkReason, Tenant
from schemas.values import Kind, RecordRef, Side


def missing(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return what `record`, shown by `side`, waits for, or None when it can cross."""
    parks = (_MISSING[need](record, side, given) for need in policy_of(record).needs)
    return next((park for park in parks if park is not None), None)


def products_of(record: Record | None) -> tuple[str, ...]:
    """Return the products of MediaOS that a record of MediaOS names, each once, in order."""
    named = refs_of(record, Side.MEDIAOS)
    return tuple(each.id for each in named if KINDS[each.kind].anchor is Anchor.TENANT)


def settled_by(record: Record | None, side: Side) -> tuple[RecordRef, ...]:
    """Return the documents that a record of that side settles, each once, in order."""
    named = refs_of(record, side)
    return tuple(each for each in named if KINDS[each.kind].anchor is Anchor.CUSTOMER)


def _no_customer(_record: Record, _side: Side, given: DecisionInput) -> Park | None:
    if given.customer is not None and given.customer.agreed is not None:
        return None
    return Park(
        reason=ParkReason.CUSTOMER_UNKNOWN,
        detail="its customer has not crossed yet; it follows as soon as the customer does",
        waits_for=(str(CustomerLinked()),),
    )


def _unmapped(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return why what MediaOS sells cannot be sold as items; QuickBooks' lines name items."""
    if side is not Side.MEDIAOS:
        return None
    if any(line.product is None for line in KINDS[kind_of(record)].lines(record)):
        return Park(
            reason=ParkReason.UNMAPPED_PRODUCT,
            detail="a line names no product: give it one in MediaOS",
        )
    unsold = [p for p in products_of(record) if p not in given.items]
    if not unsold:
        return None
    inactive = [product for product in unsold if product in given.inactive]
    unmapped = [product for product in unsold if product not in given.inactive]
    reason = ParkReason.UNMAPPED_PRODUCT if unmapped else ParkReason.ITEM_INACTIVE
    told = [
        *_told_unmapped(unmapped, given),
        *_told_inactive(inactive, given.inactive, given.names),
    ]
    return Park(
        reason=reason,
        detail="; ".join(told),
        waits_for=tuple(str(ProductSaleable(product)) for product in unsold),
    )


def items_of(document: Document, tenant: Tenant) -> dict[str, str]:
    """Return, by product, the items that an invoice of MediaOS is to be sold as."""
    products = products_of(document.mediaos.record if document.mediaos else None)
    return {product: tenant.items[product] for product in products if product in tenant.items}


def made_inactive(gone: Mapping[str, str], fault: Fault) -> Park:
    """Return why QuickBooks refused what names something inactive; `gone` items by product."""
    if not gone:
        return Park(
            reason=ParkReason.REFUSED,
            detail=f"{fault}; make it active in QuickBooks, then retry",
        )
    return Park(
        reason=ParkReason.ITEM_INACTIVE,
        detail="; ".join(_told_inactive(tuple(gone), gone, {})),
        waits_for=tuple(str(ProductSaleable(product)) for product in gone),
    )


def _told_unmapped(products: Sequence[str], given: DecisionInput) -> Iterator[str]:
    if products:
        named = ", ".join(_named(product, given.names) for product in products)
        yield (
            f"product {named} of MediaOS is not mapped to an item of QuickBooks: "
            "map it (isthmus map add) and this invoice follows by itself"
        )


def _told_inactive(
    products: Sequence[str], items: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[str]:
    for product in products:
        yield (
            f"item {items[product]}, as which product {_named(product, names)} is sold, "
            "is inactive in QuickBooks: make it active there, or map the product to another item"
        )


def _named(product: str, names: Mapping[str, str]) -> str:
    name = names.get(product)
    return f"{product} ({name})" if name else product


def _unlinked(record: Record, side: Side, given: DecisionInput) -> Park | None:
    unlinked = [each for each in settled_by(record, side) if given.across(each) is None]
    if not unlinked:
        return None
    told: dict[Kind, list[str]] = {}
    for each in unlinked:
        told.setdefault(each.kind, []).append(each.id)
    named = ", ".join(f"{kind} {', '.join(ids)}" for kind, ids in told.items())
    return Park(
        reason=ParkReason.INVOICE_UNKNOWN,
        detail=f"{named} has not crossed yet; the {kind_of(record)} follows it",
        waits_for=tuple(str(RecordLinked(each)) for each in unlinked),
    )


_MISSING: dict[Need, Callable[[Record, Side, DecisionInput], Park | None]] = {
    Need.CUSTOMER: _no_customer,
    Need.PRODUCTS: _unmapped,
    Need.APPLIED: _unlinked,
}
