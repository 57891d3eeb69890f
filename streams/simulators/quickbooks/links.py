"""What follows for other records when one of them changes?

Applying a payment moves the invoice's SyncToken and time; taking it away moves the token but tells
nobody (2.3, 2.5). A customer's balance moves the customer's time and never its token (2.3 b).
"""

from collections.abc import Iterable
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.applied import (
    applied_on,
    expense,
    given_by,
    owed_by_entries,
    paid_out,
    payments_on,
    receivable,
    target_of,
    targets_of,
)
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.currencies import value_at_home
from streams.simulators.quickbooks.journal_entries import customers_of
from streams.simulators.quickbooks.releases import release_excess


def follow_payment(book: Book, before: Record | None, after: Record | None, *, loud: bool) -> None:
    """Bring what a payment is applied to in line; `loud` also reports what it no longer pays."""
    old = targets_of(before) if before else {}
    new = targets_of(after) if after else {}
    for target in sorted(old.keys() | new.keys(), key=lambda one: int(one[1])):
        less = new.get(target, Decimal(0)) < old.get(target, Decimal(0))
        _rebalance(book, *target, quiet=less and not loud)
    settled = (target_of(book, target) for target in old.keys() | new.keys())
    concerned = (*(record for record in (before, after) if record), *filter(None, settled))
    customers = {record["CustomerRef"]["value"] for record in concerned if "CustomerRef" in record}
    for customer_id in sorted(customers, key=int):
        refresh_customer(book, customer_id)


def follow_document(book: Book, kind: str, before: Record | None, after: Record | None) -> None:
    """Bring payments and customers of an invoice or credit memo in line."""
    if before:
        most = _most(after) if after else Decimal(0)
        for old, new in release_excess(book, (kind, before["Id"]), most):
            follow_payment(book, old, new, loud=False)
        _rebalance(book, kind, before["Id"], quiet=True)
    customers = {record["CustomerRef"]["value"] for record in (before, after) if record}
    for customer_id in sorted(customers, key=int):
        refresh_customer(book, customer_id)


def follow_entry(book: Book, before: Record | None, after: Record | None) -> None:
    """Bring payments and customers of a journal entry in line."""
    customers = {one for record in (before, after) if record for one in customers_of(record)}
    if before:
        target = ("JournalEntry", before["Id"])
        for customer_id in customers:
            most = abs(receivable(book, after, customer_id)) if after else Decimal(0)
            for old, new in release_excess(book, target, most, by=customer_id):
                follow_payment(book, old, new, loud=False)
    for customer_id in sorted(customers, key=int):
        refresh_customer(book, customer_id)


def follow_expense(book: Book, before: Record | None, after: Record | None) -> None:
    """Bring payments and customers of an expense in line that is paid out of receivables."""
    refs = [record.get("EntityRef") or {} for record in (before, after) if record]
    for payee in {str(ref["value"]) for ref in refs if ref.get("type") == "Customer"}:
        if before:
            most = paid_out(book, after, payee) if after else Decimal(0)
            for old, new in release_excess(book, expense(before), most, by=payee):
                follow_payment(book, old, new, loud=False)
        refresh_customer(book, payee)


def refresh_customer(book: Book, customer_id: str) -> None:
    """Write what a customer owes: what is open, less credits and money not applied (2.3 b)."""
    owed = (record["Balance"] for record in _of(book, "Invoice", customer_id))
    memos = (record["RemainingCredit"] for record in _of(book, "CreditMemo", customer_id))
    credit = (record["UnappliedAmt"] for record in _of(book, "Payment", customer_id))
    balance = sum(owed, Decimal(0)) - sum(memos, Decimal(0)) - sum(credit, Decimal(0))
    balance = cents(balance + owed_by_entries(book, customer_id))
    customer = book.get("Customer", customer_id)
    book.refresh("Customer", customer, Balance=balance, BalanceWithJobs=balance)


def rebalanced(book: Book, invoice: Record) -> Record:
    """Return an invoice with the links and the balance that the payments give it."""
    target = ("Invoice", invoice["Id"])
    payments = payments_on(book, target)
    links = [{"TxnId": paid["Id"], "TxnType": "Payment"} for paid in payments]
    balance = cents(_most(invoice) - given_by(payments, target))
    return value_at_home({**invoice, "LinkedTxn": links, "Balance": balance})


def remaining(book: Book, memo: Record) -> Record:
    """Return a credit memo with what is left of it; its links live on payments alone."""
    left = cents(memo["TotalAmt"] - applied_on(book, ("CreditMemo", memo["Id"])))
    return value_at_home({**memo, "Balance": left, "RemainingCredit": left})


def _rebalance(book: Book, kind: str, record_id: str, *, quiet: bool) -> None:
    record = book.find(kind, record_id)
    brought = {"Invoice": rebalanced, "CreditMemo": remaining}.get(kind)
    if record is not None and brought is not None:
        book.replace(kind, record, brought(book, record), quiet=quiet)


def _most(record: Record) -> Decimal:
    """Return what payments may hold of a document: all but what was paid down on the form."""
    return Decimal(record["TotalAmt"] - record.get("Deposit", 0))


def _of(book: Book, kind: str, customer_id: str) -> Iterable[Record]:
    return (record for record in book.all(kind) if record["CustomerRef"]["value"] == customer_id)
