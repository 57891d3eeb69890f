"""What are the rules to be given about one document of a lane?

Only what the document names: its customer, the items of its products, the invoices of a payment.
So a recorded decision is small, and can be asked for again exactly as it was.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from agents.rules.documents.dependencies import document_of, invoices_of, products_of
from agents.rules.products.catalog_entries import sold_as
from schemas.facts import DecisionInput
from schemas.records import Invoice, Payment, Record
from schemas.state import Document, Lane, Tenant
from schemas.values import Kind, RecordRef, Side


def named_by(lane: Lane, name: str) -> tuple[RecordRef, ...]:
    """Return the customers and invoices that a document names and its lane does not have."""
    document = lane.documents[name]
    named = [
        record
        for side in Side
        for record in (
            *(RecordRef(side, Kind.CUSTOMER, each) for each in _customers(_record(document, side))),
            *(RecordRef(side, Kind.INVOICE, each) for each in invoices_of(_record(document, side))),
        )
    ]
    return tuple(record for record in named if document_of(lane, record) is None)


def given_for(
    tenant: str,
    lane: Lane,
    name: str,
    facts: Tenant,
    *,
    pushed: bool = False,
    overwrite: bool = False,
    others: Mapping[str, Document] | None = None,
) -> DecisionInput:
    """Gather what decides the document called `name`.

    `others` are linked documents that it names and other lanes have, by record: of a record that
    changed its customer.
    """
    document, others = lane.documents[name], others or {}
    products = products_of(_record(document, Side.MEDIAOS))
    items = {product: sold_as(facts, product) for product in products}
    unsold = [product for product, item in items.items() if item is None]
    return DecisionInput(
        tenant=tenant,
        document=document,
        customer=_customer(lane, document, others),
        settings=replace(facts.settings, observe=facts.observes),
        items={product: item for product, item in items.items() if item is not None},
        inactive={product: facts.items[product] for product in unsold if product in facts.items},
        names={p: facts.mediaos_products[p].name for p in unsold if p in facts.mediaos_products},
        invoices=_invoices(lane, document, others),
        pushed=pushed,
        overwrite=overwrite,
    )


def _customer(lane: Lane, document: Document, others: Mapping[str, Document]) -> Document | None:
    """Return the customer whose the document is now; MediaOS says it where it has the record."""
    side = Side.MEDIAOS if _record(document, Side.MEDIAOS) is not None else Side.QBO
    for customer in _customers(_record(document, side)):
        record = RecordRef(side, Kind.CUSTOMER, customer)
        return document_of(lane, record) or others.get(str(record))
    return None


def _customers(record: Record | None) -> tuple[str, ...]:
    return (record.customer,) if isinstance(record, Invoice | Payment) else ()


def _invoices(
    lane: Lane, document: Document, others: Mapping[str, Document]
) -> dict[str, str | None]:
    """Return, by either side's id, the record across of each invoice that a payment names."""
    across: dict[str, str | None] = {}
    for side in Side:
        for invoice in invoices_of(_record(document, side)):
            record = RecordRef(side, Kind.INVOICE, invoice)
            linked = document_of(lane, record) or others.get(str(record))
            across[f"{side}:{invoice}"] = _id_across(linked, side)
    return across


def _id_across(linked: Document | None, side: Side) -> str | None:
    if linked is None or linked.agreed is None:
        return None
    shown = linked.shown(side.other)
    return shown.id if shown else None


def _record(document: Document, side: Side) -> Record | None:
    shown = document.shown(side)
    return shown.record if shown else None
