"""What does a sparse update leave as it was?

Everything that it does not name (2.3); but what QBO works out of a named property, and whether an
invoice's customer must be named again, are contradicted (quickbooks-money.md 7).
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault

_DUE_FROM = frozenset({"TxnDate", "SalesTermRef"})


def sparsely(book: Book, kind: str, old: Record, sent: Record) -> Record:
    """Return the record with what was sent. Fault 2500 for an invoice without its customer."""
    settings = book.settings()
    if kind != "Invoice":
        return {**old, **sent}
    if settings.sparse_without_customer == "refused" and "CustomerRef" not in sent:
        detail = "Invalid Reference Id : CustomerRef is required for an update"
        raise Fault("2500", detail, element="CustomerRef")
    draft = {**old, **sent}
    computed = settings.due_date == "computed" and "DueDate" not in sent
    if computed and _DUE_FROM & sent.keys():
        del draft["DueDate"]
    return draft
