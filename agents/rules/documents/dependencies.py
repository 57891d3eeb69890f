"""What must be there before a document can cross?

An invoice waits for its customer and its products, a payment for its customer and its invoices.
A missing thing is a condition with a name, and whoever meets the condition releases the document.
"""

from collections.abc import Iterator, Mapping, Sequence

from agents.rules.documents.numbers import gets_another_number
from agents.rules.products.catalog_entries import sold_as
from schemas.facts import DecisionInput
from schemas.outcomes import Fault
from schemas.records import Customer, Invoice, Payment, Record
from schemas.state import Document, Lane, Park, ParkReason, Tenant
from schemas.values import Kind, RecordRef, Side

#: Conditions that a person's request puts in the place of others; they are met at once.
ASKED, PUSHED, OVERWRITE = "asked", "pushed", "overwrite"


def missing(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return what `record`, shown by `side`, waits for, or None when it can cross."""
    if isinstance(record, Customer):
        return None
    if given.customer is None or given.customer.agreed is None:
        return Park(
            reason=ParkReason.CUSTOMER_UNKNOWN,
            detail="its customer has not crossed yet; it follows as soon as the customer does",
            waits_for=("customer",),
        )
    if isinstance(record, Invoice) and side is Side.MEDIAOS:
        return _unmapped(record, given)
    if isinstance(record, Payment):
        return _unlinked(record, side, given)
    return None


def products_of(record: Record | None) -> tuple[str, ...]:
    """Return the products that an invoice names, each once, in order."""
    if not isinstance(record, Invoice):
        return ()
    return tuple(dict.fromkeys(line.product for line in record.lines if line.product))


def invoices_of(record: Record | None) -> tuple[str, ...]:
    """Return the invoices that a payment names, each once, in order."""
    if not isinstance(record, Payment):
        return ()
    return tuple(dict.fromkeys(applied.invoice for applied in record.applied))


def met(condition: str, lane: Lane, tenant: Tenant) -> bool:
    """Tell whether a condition that a parked document waits for is met."""
    what, _, which = condition.partition(":")
    if what == "product":
        return sold_as(tenant, which) is not None
    if what == "customer":
        return any(_linked(d) for d in lane.documents.values() if d.kind is Kind.CUSTOMER)
    if what in {"mediaos-invoice", "qbo-invoice"}:
        document = document_of(lane, RecordRef(Side(what.split("-")[0]), Kind.INVOICE, which))
        return document is not None and _linked(document)
    return condition in {ASKED, PUSHED, OVERWRITE} or _set_so(what, which, tenant)


def _set_so(what: str, which: str, tenant: Tenant) -> bool:
    """Tell whether the tenant's settings are what is waited for."""
    if what == "number":
        return gets_another_number(which, tenant.settings)
    if what == "push":
        return not tenant.settings.manual_push
    return what == "go-live" and not tenant.observes


def document_of(lane: Lane, record: RecordRef) -> Document | None:
    """Return the lane's document that this record belongs to."""
    name = str(record)
    return lane.documents.get(lane.names.get(name, name))


def _linked(document: Document) -> bool:
    return document.agreed is not None


def _unmapped(invoice: Invoice, given: DecisionInput) -> Park | None:
    if any(line.product is None for line in invoice.lines):
        return Park(
            reason=ParkReason.UNMAPPED_PRODUCT,
            detail="a line names no product: give it one in MediaOS",
        )
    unsold = [p for p in products_of(invoice) if p not in given.items]
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
        waits_for=tuple(f"product:{product}" for product in unsold),
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
        waits_for=tuple(f"product:{product}" for product in gone),
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


def _unlinked(payment: Payment, side: Side, given: DecisionInput) -> Park | None:
    unlinked = [i for i in invoices_of(payment) if given.invoices.get(f"{side}:{i}") is None]
    if not unlinked:
        return None
    return Park(
        reason=ParkReason.INVOICE_UNKNOWN,
        detail=f"invoice {', '.join(unlinked)} has not crossed yet; the payment follows it",
        waits_for=tuple(f"{side}-invoice:{invoice}" for invoice in unlinked),
    )
