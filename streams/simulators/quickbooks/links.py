"""What follows for other records when one of them changes?

Applying a payment moves the invoice's SyncToken and time; taking it away moves the token but tells
nobody (2.3, 2.5). A customer's balance moves the customer's time and never its token (2.3 b).
"""

from collections.abc import Iterable
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record


def allocations(payment: Record) -> dict[str, Decimal]:
    """Return what a payment gives to each invoice."""
    given: dict[str, Decimal] = {}
    for line in payment.get("Line", ()):
        for link in line.get("LinkedTxn", ()):
            if link.get("TxnType") == "Invoice":
                key = str(link["TxnId"])
                given[key] = given.get(key, Decimal(0)) + line["Amount"]
    return given


def payments_of(book: Book, invoice_id: str) -> list[Record]:
    """Return the payments that are applied to an invoice."""
    return [payment for payment in book.all("Payment") if invoice_id in allocations(payment)]


def applied_to(book: Book, invoice_id: str, *, but: str | None = None) -> Decimal:
    """Return what payments gave to an invoice, one of them left out if named."""
    given = (
        allocations(payment)[invoice_id]
        for payment in payments_of(book, invoice_id)
        if payment["Id"] != but
    )
    return sum(given, Decimal(0))


def follow_payment(book: Book, before: Record | None, after: Record | None, *, loud: bool) -> None:
    """Bring the invoices of a payment in line; `loud` also reports those it no longer pays."""
    old = allocations(before) if before else {}
    new = allocations(after) if after else {}
    for invoice_id in sorted(old.keys() | new.keys(), key=int):
        less = new.get(invoice_id, Decimal(0)) < old.get(invoice_id, Decimal(0))
        _rebalance(book, invoice_id, quiet=less and not loud)
    for record in (before, after):
        if record:
            refresh_customer(book, record["CustomerRef"]["value"])


def follow_invoice(book: Book, before: Record | None, after: Record | None) -> None:
    """Bring payments and customers of an invoice in line."""
    if before:
        _release_excess(book, before["Id"], after["TotalAmt"] if after else Decimal(0))
        _rebalance(book, before["Id"], quiet=True)
    customers = {record["CustomerRef"]["value"] for record in (before, after) if record}
    for customer_id in sorted(customers, key=int):
        refresh_customer(book, customer_id)


def refresh_customer(book: Book, customer_id: str) -> None:
    """Write what a customer owes: open invoices less payments not applied to any (2.3 b)."""
    owed = (record["Balance"] for record in _of(book, "Invoice", customer_id))
    credit = (record["UnappliedAmt"] for record in _of(book, "Payment", customer_id))
    balance = cents(sum(owed, Decimal(0)) - sum(credit, Decimal(0)))
    customer = book.get("Customer", customer_id)
    book.refresh("Customer", customer, Balance=balance, BalanceWithJobs=balance)


def rebalanced(book: Book, invoice: Record) -> Record:
    """Return an invoice with the links and the balance that the payments give it."""
    links = [
        {"TxnId": payment["Id"], "TxnType": "Payment"}
        for payment in payments_of(book, invoice["Id"])
    ]
    balance = cents(invoice["TotalAmt"] - applied_to(book, invoice["Id"]))
    return {**invoice, "LinkedTxn": links, "Balance": balance}


def _rebalance(book: Book, invoice_id: str, *, quiet: bool) -> None:
    invoice = book.find("Invoice", invoice_id)
    if invoice is not None:
        book.replace("Invoice", invoice, rebalanced(book, invoice), quiet=quiet)


def _release_excess(book: Book, invoice_id: str, total: Decimal) -> None:
    """Give back what payments hold beyond an invoice's new total, newest first (invented)."""
    excess = applied_to(book, invoice_id) - total
    for payment in reversed(payments_of(book, invoice_id)):
        given = allocations(payment)[invoice_id]
        if total and excess <= 0:
            return
        back = given if not total else min(given, excess)
        excess -= back
        lines = _with_allocation(payment, invoice_id, given - back)
        draft = {**payment, "Line": lines, "UnappliedAmt": cents(payment["UnappliedAmt"] + back)}
        book.replace("Payment", payment, draft)


def _with_allocation(payment: Record, invoice_id: str, amount: Decimal) -> list[Record]:
    others = [
        line
        for line in payment["Line"]
        if all(str(link["TxnId"]) != invoice_id for link in line["LinkedTxn"])
    ]
    if not amount:
        return others
    return [
        *others,
        {"Amount": cents(amount), "LinkedTxn": [{"TxnId": invoice_id, "TxnType": "Invoice"}]},
    ]


def _of(book: Book, kind: str, customer_id: str) -> Iterable[Record]:
    return (record for record in book.all(kind) if record["CustomerRef"]["value"] == customer_id)
