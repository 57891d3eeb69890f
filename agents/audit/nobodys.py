"""Which refunds of QuickBooks name no customer?

One for somebody who walked in is in nobody's account: MediaOS has none of it, and no mistake.
"""

from agents.audit.books import Book
from agents.audit.findings import How, Waiting
from agents.audit.history import History
from schemas.values import Kind, RecordRef

REASON = "it names no customer in QuickBooks"


def nobodys(qbo: Book, history: History) -> dict[RecordRef, Waiting]:
    """Return, by the record, how each waits that is of no customer, and of no refund of MediaOS."""
    linked = {q for kind, _, q in history.links if kind is Kind.REFUND}
    found = {}
    for name, entry in qbo.live(Kind.REFUND).items():
        if not entry.shape.customer and name not in linked:
            record = qbo.name(Kind.REFUND, name)
            found[record] = Waiting(
                how=How.UNPLACED, document=str(record), records=(str(record),), reason=REASON
            )
    return found
