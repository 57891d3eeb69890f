"""What makes a payment whole, and to which invoices may it be applied?

What is not applied stays as the customer's credit: an overpayment is accepted (7).
"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.invoices import voided_sale
from streams.simulators.quickbooks.links import allocations, applied_to
from streams.simulators.quickbooks.parts import US_DOLLAR, account_named, reference
from streams.simulators.quickbooks.references import known_references
from streams.simulators.quickbooks.refusals import Fault, business, missing


def complete_payment(book: Book, _kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a payment (7). Faults 2020, 2500, 610 and 6000, whose texts are invented."""
    draft["CustomerRef"] = reference(book, "Customer", draft["CustomerRef"], "DisplayName")
    draft.setdefault("DepositToAccountRef", account_named(book, "Undeposited Funds"))
    known_references(book, draft)
    draft["TotalAmt"] = cents(draft["TotalAmt"])
    draft["Line"] = [_line(line) for line in draft.get("Line") or ()]
    draft.setdefault("TxnDate", pacific_date(book.now()).isoformat())
    draft.setdefault("ProcessPayment", False)
    draft["CurrencyRef"] = US_DOLLAR
    given = allocations(draft)
    for invoice_id, amount in given.items():
        _check(book, draft, invoice_id, amount, but=old["Id"] if old else None)
    draft["UnappliedAmt"] = cents(draft["TotalAmt"] - sum(given.values(), Decimal(0)))
    if draft["UnappliedAmt"] < 0:
        raise business("The amount applied is greater than the amount of the payment.")
    return draft


def voided_payment(payment: Record) -> Record:
    """Return what voiding leaves of a payment: nothing applied, nothing received (2.1, 2.3)."""
    emptied = voided_sale({**payment, "Line": []})
    emptied.pop("TxnTaxDetail")
    emptied.pop("Balance")
    return {**emptied, "UnappliedAmt": Decimal(0)}


def _line(line: Record) -> Record:
    if line.get("Amount") is None:
        raise missing("Line.Amount")
    links = line.get("LinkedTxn") or []
    if any(not link.get("TxnId") or not link.get("TxnType") for link in links):
        raise missing("Line.LinkedTxn.TxnId")
    return {"Amount": cents(line["Amount"]), "LinkedTxn": links}


def _check(
    book: Book, payment: Record, invoice_id: str, amount: Decimal, *, but: str | None
) -> None:
    invoice = book.find("Invoice", invoice_id)
    if invoice is None:
        raise Fault("2500", f"Invalid Reference Id : Invoice element id {invoice_id} not found")
    if invoice["CustomerRef"]["value"] != payment["CustomerRef"]["value"]:
        raise business("The invoice belongs to another customer than the payment.")
    if amount > invoice["TotalAmt"] - applied_to(book, invoice_id, but=but):
        raise business("The amount applied is greater than the open balance.")
