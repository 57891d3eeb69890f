"""What do payments and credit applications apply to a record that is to be taken away?

No side lists it whole, so the documents of the lane are gone through, page by page: only where one
side has taken its record away, which is rare.
"""

from collections.abc import Iterator
from decimal import Decimal

from agents.rules.documents.ended import to_follow
from agents.view.lane_context import LaneContext
from schemas.credit_parts import credited_otherwise
from schemas.decision_input import applied_key
from schemas.records import CreditApplication, Payment, Record
from schemas.rows import documents_of
from schemas.state import Document
from schemas.values import Kind, RecordRef

#: What others settle, a payment or a credit application.
SETTLED = frozenset({Kind.INVOICE, Kind.CREDIT_MEMO})


async def applied_to(context: LaneContext, document: Document) -> dict[str, Decimal]:
    """Return, by its `applied_key`, what is applied to a document that one side alone has still."""
    standing = to_follow(document)
    if standing is None or standing.kind not in SETTLED:
        return {}
    found: dict[str, Decimal] = {}
    async for page in context.journal.pages(documents_of(context.key)):
        for _, each in page:
            shown = each.shown(standing.side)
            for settled, amount in _parts(shown.record if shown is not None else None):
                if shown is not None and settled == (standing.kind, standing.id):
                    key = applied_key(RecordRef(standing.side, each.kind, shown.id))
                    found[key] = found.get(key, Decimal(0)) + amount
    return found


def _parts(record: Record | None) -> Iterator[tuple[tuple[Kind, str], Decimal]]:
    """Yield what a record settles; the credit in a payment is an application's, as it is told."""
    if isinstance(record, Payment):
        for paid in (*record.applied, *credited_otherwise(record)):
            yield (Kind.INVOICE, paid.invoice), paid.amount
    if isinstance(record, CreditApplication):
        for part in record.parts:
            yield (Kind.INVOICE, part.invoice), part.amount
            yield (Kind.CREDIT_MEMO, part.credit), part.amount
