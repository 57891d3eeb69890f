"""Which other records does a change of one bring along?"""

from streams.simulators.quickbooks.bill_payments import follow_bill_payment
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.deposits import follow_deposit
from streams.simulators.quickbooks.links import (
    follow_document,
    follow_entry,
    follow_expense,
    follow_payment,
)
from streams.simulators.quickbooks.printing import send

#: What a company mails by itself where it wants to.
_MAILED = ("Invoice", "CreditMemo")


def follow(book: Book, kind: str, before: Record | None, after: Record | None) -> None:
    """Bring in line what a record is linked to, after it was made, changed or taken away."""
    match kind:
        case "Payment":
            loud = book.settings().unapplying_reports_invoice
            follow_payment(book, before, after, loud=loud)
        case "Invoice" | "CreditMemo":
            follow_document(book, kind, before, after)
        case "JournalEntry":
            follow_entry(book, before, after)
        case "Purchase":
            follow_expense(book, before, after)
        case "Deposit":
            follow_deposit(book, before, after)
        case "BillPayment":
            follow_bill_payment(book, before, after)
        case _:
            return


def mail_by_preference(book: Book, kind: str, record: Record) -> None:
    """Mail a new document that names an address, in a company that wants it."""
    if kind in _MAILED and book.unseen.mails_sales and record.get("BillEmail"):
        send(book, kind, record["Id"], None)
