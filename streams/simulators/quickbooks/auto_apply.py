"""What does QBO apply by itself?

Where the company wants it, credits and money not applied go to the oldest open invoices the moment
one of the documents is made (quickbooks-money.md 1, 2.1).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from streams.simulators.quickbooks.book import Book, Record

#: Writes the body of a payment: kind, body.
Write = Callable[[str, Record], Any]


def apply_by_preference(book: Book, kind: str, record: Record, create: Write, edit: Write) -> None:
    """Apply what the company's preferences want applied once a document is made."""
    wanted = book.all("Preferences")[0]["SalesFormsPrefs"]
    customer = record.get("CustomerRef", {}).get("value")
    if kind in ("Invoice", "CreditMemo") and wanted["AutoApplyCredit"]:
        apply_credits(book, customer, create)
    if kind in ("Invoice", "Payment") and wanted["AutoApplyPayments"]:
        apply_payments(book, customer, edit)


def apply_credits(book: Book, customer: str, create: Write) -> None:
    """Apply a customer's credit memos to open invoices, each pair by a payment of nothing."""
    for memo in _oldest(book, "CreditMemo", customer):
        for invoice in _oldest(book, "Invoice", customer):
            left = book.get("CreditMemo", memo["Id"])["RemainingCredit"]
            amount = min(left, invoice["Balance"])
            if amount > 0:
                lines = [_line("Invoice", invoice, amount), _line("CreditMemo", memo, amount)]
                body = {"CustomerRef": invoice["CustomerRef"], "TotalAmt": 0, "Line": lines}
                create("Payment", body)


def apply_payments(book: Book, customer: str, edit: Write) -> None:
    """Apply what is left of a customer's payments to open invoices; the payments gain lines."""
    for payment in _oldest(book, "Payment", customer):
        left = payment["UnappliedAmt"]
        lines = list(payment["Line"])
        for invoice in _oldest(book, "Invoice", customer):
            amount = min(left, invoice["Balance"])
            if amount > 0:
                left -= amount
                lines.append(_line("Invoice", invoice, amount))
        if left != payment["UnappliedAmt"]:
            edit("Payment", {"Id": payment["Id"], "Line": lines})


def _oldest(book: Book, kind: str, customer: str) -> list[Record]:
    own = [one for one in book.all(kind) if one["CustomerRef"]["value"] == customer]
    return sorted(own, key=lambda one: (one["TxnDate"], int(one["Id"])))


def _line(kind: str, record: Record, amount: Decimal) -> Record:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": record["Id"], "TxnType": kind}]}
