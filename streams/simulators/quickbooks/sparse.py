"""What does a sparse update leave as it was?

Everything that it does not name (2.3); but what QBO works out of a named property, and whether an
invoice's customer must be named again, are contradicted (quickbooks-money.md 7).
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault

_DUE_FROM = frozenset({"TxnDate", "SalesTermRef"})


def check_customer_named(book: Book, kind: str, sent: Record) -> None:
    """Fault 2500 for a sparse update of an invoice without its customer, by switch."""
    if kind != "Invoice" or "CustomerRef" in sent:
        return
    if book.settings().sparse_without_customer == "refused":
        detail = "Invalid Reference Id : CustomerRef is required for an update"
        raise Fault("2500", detail, element="CustomerRef")


def sparsely(book: Book, kind: str, old: Record, sent: Record) -> Record:
    """Return the record with what was sent."""
    draft = {**old, **sent}
    if kind != "Invoice":
        return draft
    computed = book.settings().due_date == "computed" and "DueDate" not in sent
    if computed and _DUE_FROM & sent.keys():
        del draft["DueDate"]
    return draft
