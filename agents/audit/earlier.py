"""What stood in QuickBooks before the tenant went live, and was promised to stay there?

No webhook told of it, so the journal may have nothing of it.  It is money that only QuickBooks has,
told as what waits; whatever bears our marker was made later, and is looked at as ever.
"""

from agents.audit.books import Book, is_application, is_void
from agents.audit.findings import How, Waiting
from agents.audit.history import History
from schemas.identity import marker
from schemas.values import Kind, RecordRef

REASON = "it stood in QuickBooks before the tenant went live"


def earlier(qbo: Book, history: History) -> dict[RecordRef, Waiting]:
    """Return, by the record, how each waits that is no document of the journal's."""
    since = history.live_since
    if since is None:
        return {}
    known = {(kind, q) for kind, _, q in history.links} | {
        (record.kind, record.id) for record in history.waiting() if record.side is qbo.side
    }
    return {
        qbo.name(kind, name): Waiting(
            how=How.UNPLACED,
            document=str(qbo.name(kind, name)),
            records=(str(qbo.name(kind, name)),),
            reason=REASON,
        )
        for kind in (Kind.INVOICE, Kind.PAYMENT, Kind.REFUND)
        for name, entry in qbo.live(kind).items()
        if (kind, name) not in known
        and entry.beside.made is not None
        and entry.beside.made < since.replace(microsecond=0)
        and not (entry.shape.marker or "").startswith(marker(history.tenant, kind, ""))
        and not is_void(entry)
        and not is_application(entry)
    }
