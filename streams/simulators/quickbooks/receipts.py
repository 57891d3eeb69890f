"""What makes a receipt whole, of a sale or of a refund?

The money of a sale is there already: it lies in an account, Undeposited Funds unless somebody says
another.  That of a refund comes from one that must be said (quickbooks-money.md 0).
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.invoices import complete_sale
from streams.simulators.quickbooks.parts import account_named, reference
from streams.simulators.quickbooks.refusals import Fault

#: The types of account in which money lies.
FUNDS = ("Bank", "Other Current Asset")


def complete_receipt(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a sales receipt (2.2). Faults 2020, 2500, 610, 6070."""
    account = draft.get("DepositToAccountRef") or account_named(book, "Undeposited Funds")
    draft["DepositToAccountRef"] = account
    return complete_sale(book, kind, draft, old)


def complete_refund(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a refund receipt. Faults 2020, 2500, 610, 6070, and 6430 for another account (INF).

    It touches no receivable (quickbooks-money.md 2.5).
    """
    account = reference(book, "Account", draft["DepositToAccountRef"], "Name")
    if book.get("Account", account["value"])["AccountType"] not in FUNDS:
        detail = "Invalid account type : choose a bank account"
        raise Fault("6430", detail, element="DepositToAccountRef")
    return complete_sale(book, kind, draft, old)
