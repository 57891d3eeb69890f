"""What does voiding leave of a transaction, and when is it refused?

A voided one has no status that says so: zero amounts and the word "Voided" in its note are all
there is (2.3). Whether an invoice that was paid is refused is contradicted (quickbooks-money.md 0).
"""

from decimal import Decimal

from streams.simulators.quickbooks.applied import payments_on
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.bundles import BUNDLE
from streams.simulators.quickbooks.currencies import value_at_home
from streams.simulators.quickbooks.refusals import Fault, business, deposited

#: Kinds that the API voids; a person voids credit memos and refunds as well.
_BY_API = ("Invoice", "Payment", "SalesReceipt", "BillPayment")
_BY_PERSON = (*_BY_API, "CreditMemo", "RefundReceipt")


def check_voidable_kind(kind: str, *, by_person: bool) -> None:
    """Fault 500 for a kind that cannot be voided."""
    if kind not in (_BY_PERSON if by_person else _BY_API):
        raise Fault("500", f"Unsupported Operation : {kind} cannot be voided", element=None)


def check_voidable(book: Book, kind: str, record: Record) -> None:
    """Fault 6000 or 6540 for an invoice that payments are applied to, by switch."""
    payments = payments_on(book, (kind, record["Id"])) if kind == "Invoice" else []
    match book.settings().void_paid:
        case "refuse_6000" if payments:
            raise business("This transaction has linked payments and cannot be voided.")
        case "refuse_if_deposited" if any(map(in_deposit, payments)):
            raise deposited()
        case _:
            return


def check_unlinked(book: Book, kind: str, record: Record) -> None:
    """Fault 6000 for deleting an invoice that something is applied to (quickbooks-money.md 0)."""
    if kind == "Invoice" and payments_on(book, (kind, record["Id"])):
        raise business("You must unlink any linked transactions before deleting the invoice.")


def check_free(record: Record) -> None:
    """Fault 6540 for what is part of a bank deposit: it cannot be changed at all."""
    if in_deposit(record):
        raise deposited()


def in_deposit(record: Record) -> bool:
    """Say whether a record is part of a bank deposit, which its links alone show."""
    return any(link.get("TxnType") == "Deposit" for link in record.get("LinkedTxn", ()))


def voided(book: Book, kind: str, record: Record) -> Record:
    """Return a transaction with zero amounts and the note that says why (2.3)."""
    note = record.get("PrivateNote")
    left = {
        **record,
        "TotalAmt": Decimal(0),
        "PrivateNote": f"Voided - {note}" if note else "Voided",
    }
    if kind == "BillPayment":
        return {**left, "Line": []}
    if kind == "Payment":
        return {**left, "Line": [], "UnappliedAmt": Decimal(0)}
    keeps = book.settings().void_keeps_lines
    zeroed: Record = {
        name: Decimal(0) for name in ("Balance", "RemainingCredit", "Deposit") if name in left
    }
    if "LinkedTxn" in left:
        zeroed |= {"LinkedTxn": []}
    whole = {
        **left,
        **zeroed,
        "Line": [line if keeps else _emptied(line) for line in record.get("Line", ())],
        "TxnTaxDetail": {"TotalTax": Decimal(0)},
    }
    return value_at_home(whole)


def _emptied(line: Record) -> Record:
    line = {**line, "Amount": Decimal(0)} if "Amount" in line else line
    if bundle := line.get(BUNDLE):
        return {**line, BUNDLE: {**bundle, "Line": [_emptied(one) for one in bundle["Line"]]}}
    detail = line.get("SalesItemLineDetail")
    if detail and "Qty" in detail:
        return {**line, "SalesItemLineDetail": {**detail, "Qty": Decimal(0)}}
    return line
