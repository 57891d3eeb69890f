"""What are the rules to be given about one document of a lane?

Only what the document names: its customer, the items of its products, the invoices of a payment.
So a recorded decision is small, and can be asked for again exactly as it was.
"""

from agents.rules.dependencies import document_of, invoices_of, products_of
from schemas.facts import Given
from schemas.records import Shape
from schemas.state import Document, Lane, Tenant
from schemas.values import Kind, Record, Side


def given_for(tenant: str, lane: Lane, name: str, facts: Tenant, *, pushed: bool = False) -> Given:
    """Gather what decides the document called `name`."""
    document = lane.documents[name]
    products = products_of(_record(document, Side.MEDIAOS))
    return Given(
        tenant=tenant,
        document=document,
        customer=_customer(lane),
        settings=facts.settings,
        items={p: facts.items[p] for p in products if p in facts.items},
        invoices=_invoices(lane, document),
        pushed=pushed,
    )


def _customer(lane: Lane) -> Document | None:
    customers = (d for d in lane.documents.values() if d.kind is Kind.CUSTOMER)
    return next(customers, None)


def _invoices(lane: Lane, document: Document) -> dict[str, str | None]:
    """Return, by either side's id, the record across of each invoice that a payment names."""
    across: dict[str, str | None] = {}
    for side in Side:
        for invoice in invoices_of(_record(document, side)):
            linked = document_of(lane, Record(side, Kind.INVOICE, invoice))
            across[f"{side}:{invoice}"] = _id_across(linked, side)
    return across


def _id_across(linked: Document | None, side: Side) -> str | None:
    if linked is None or linked.agreed is None:
        return None
    shown = linked.shown(side.other)
    return shown.id if shown else None


def _record(document: Document, side: Side) -> Shape | None:
    shown = document.shown(side)
    return shown.record if shown else None
