"""What makes an estimate whole?

It is a sale that posts nothing: nobody owes it, its numbers are its own and may be said twice.
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.invoices import complete_sale

_FIRST_NUMBER = 1001


def complete_estimate(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete an estimate (2.2). Faults 2020, 2500, 610, 6070."""
    draft = complete_sale(book, kind, draft, old)
    del draft["Balance"]
    draft.setdefault("TxnStatus", "Pending")
    draft.pop("AutoDocNumber", None)
    if not draft.get("DocNumber"):
        draft["DocNumber"] = (old or {}).get("DocNumber") or book.take_number(
            "Estimate number", _FIRST_NUMBER
        )
    return draft
