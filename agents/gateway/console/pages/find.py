"""Where is a record, of which somebody has a number, a name or an id?"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents.gateway.console.book.reading import MOST_FOUND
from agents.gateway.console.page import Page, Visit
from agents.gateway.console.record_address import record_page
from agents.rules.documents.conflicts import conflict_of
from agents.rules.documents.ended import amount_of, currency_of, standing_side
from agents.rules.wording import by_document
from schemas.kinds import customer_of, is_customer
from schemas.rows import DocumentRow, record_of
from schemas.state import Document
from schemas.values import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundShown:
    """A document that was found, and how it stands in a word."""

    called: str
    customer: str
    amount: Decimal | None
    currency: str
    stands: str
    address: str


def show(visit: Visit) -> dict[str, Any]:
    """Return what the page tells."""
    text = visit.query.get("q", "").strip()
    rows = visit.book.found(visit.tenant, text)
    documents = visit.book.documents(rows)
    home = visit.book.tenant(visit.tenant).company.home
    found = [_shown(visit, row, documents[row], home) for row in rows if row in documents]
    return {"q": text, "found": found, "more": len(rows) >= MOST_FOUND}


def _shown(visit: Visit, row: DocumentRow, document: Document, home: str) -> FoundShown:
    side = standing_side(document)
    has_money = side is not None and not is_customer(document.kind)
    return FoundShown(
        called=by_document(record_of(row.name), document),
        customer=customer_name(visit, document),
        amount=amount_of(document, side) if side is not None and has_money else None,
        currency=currency_of(document, home) or home,
        stands=stands(visit, document),
        address=record_page(visit, record_of(row.name)),
    )


def customer_name(visit: Visit, document: Document) -> str:
    """Return the name of the customer that a document is of, blank where it is one."""
    for side in Side:
        shown = document.shown(side)
        customer = customer_of(shown.record) if shown is not None else None
        if customer and not is_customer(document.kind):
            name = visit.book.called(visit.tenant, f"{side}/customer/{customer}")
            if name:
                return name
    return ""


def stands(visit: Visit, document: Document) -> str:
    """Return in some words how a document stands, as far as the journal is read."""
    if conflict_of(document) is not None:
        return "changed on both sides"
    if document.park is not None:
        return "waits"
    if document.in_flight is not None:
        return "being sent"
    if document.agreed is not None:
        return "in step when last read" if visit.book.freshness().stopped else "in step"
    return "only on one side" if document.unplaced is not None else "on its way"


PAGE = Page(name="find", path="find", title="Find a record", template="find.html", show=show)
