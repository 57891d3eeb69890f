"""What makes a sales receipt whole?

The money is there already: it lies in an account, Undeposited Funds unless somebody says another.
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.invoices import complete_sale
from streams.simulators.quickbooks.parts import account_named


def complete_receipt(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a sales receipt (2.2). Faults 2020, 2500, 610, 6070."""
    account = draft.get("DepositToAccountRef") or account_named(book, "Undeposited Funds")
    draft["DepositToAccountRef"] = account
    return complete_sale(book, kind, draft, old)
