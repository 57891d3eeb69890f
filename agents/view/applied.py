"""What do payments apply to a record that is to be taken away?

No side lists it whole, so the documents of the lane are gone through, page by page: only where one
side has taken its record away, which is rare.
"""

from collections.abc import Iterator
from decimal import Decimal

from agents.rules.documents.ended import to_follow
from agents.view.lane_context import LaneContext
from schemas.records import Allocation, Payment
from schemas.rows import documents_of
from schemas.state import Document
from schemas.values import Kind


async def applied_to(context: LaneContext, document: Document) -> dict[str, Decimal]:
    """Return by payment what is applied to a document where it stands, and the other side not."""
    standing = to_follow(document)
    if standing is None or standing.kind is not Kind.INVOICE:
        return {}
    found: dict[str, Decimal] = {}
    async for page in context.journal.pages(documents_of(context.key)):
        for _, each in page:
            shown = each.shown(standing.side)
            if shown is not None and isinstance(shown.record, Payment):
                for part in _parts(shown.record):
                    if part.invoice == standing.id:
                        found[shown.id] = found.get(shown.id, Decimal(0)) + part.amount
    return found


def _parts(payment: Payment) -> Iterator[Allocation]:
    yield from payment.applied
    yield from payment.credits
