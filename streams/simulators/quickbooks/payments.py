"""What makes a payment whole, and to which documents may it be applied?

What is not applied stays as the customer's credit: an overpayment is accepted (7). A payment of
nothing links a credit to what it pays (quickbooks-money.md 1).
"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.applied import (
    TARGETS,
    Target,
    open_amount,
    targets_of,
    used_money,
)
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.currencies import set_currency
from streams.simulators.quickbooks.parts import account_named
from streams.simulators.quickbooks.references import known_references
from streams.simulators.quickbooks.refusals import Fault, business, missing


def complete_payment(book: Book, _kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a payment (7). Faults 2020, 2220, 2290, 2500, 610 and 6000, most texts invented."""
    account = draft.get("DepositToAccountRef") or account_named(book, "Undeposited Funds")
    draft["DepositToAccountRef"] = account
    known_references(book, draft)
    if draft.get("TotalAmt") is None:
        raise business("You must set a transaction amount.")
    draft["TotalAmt"] = cents(draft["TotalAmt"])
    draft["Line"] = _applicable(book, draft, old)
    draft.setdefault("TxnDate", pacific_date(book.now()).isoformat())
    draft.setdefault("ProcessPayment", False)
    set_currency(book, draft)
    if old and "LinkedTxn" in old:
        draft["LinkedTxn"] = old["LinkedTxn"]
    used = used_money(book, draft["Line"], draft["CustomerRef"]["value"])
    draft["UnappliedAmt"] = cents(draft["TotalAmt"] - used)
    if draft["TotalAmt"] < 0:
        raise business("The transaction amount must be 0 or greater.")
    if draft["UnappliedAmt"] < 0:
        raise business("The amount applied is greater than the amount of the payment.")
    if used < 0:
        raise business("The credits applied are greater than the amounts to be paid.")
    return draft


def _applicable(book: Book, draft: Record, old: Record | None) -> list[Record]:
    """Return the lines as they are kept: each fits where it is applied, or is dropped by switch."""
    kept: list[Record] = []
    for sent in draft.get("Line") or ():
        line = _line(sent)
        try:
            _check(book, draft, [*kept, line], line, but=old["Id"] if old else None)
        except Fault:
            if book.settings().bad_links == "refused":
                raise
        else:
            kept.append(line)
    return kept


def _line(line: Record) -> Record:
    if line.get("Amount") is None:
        raise missing("Line.Amount")
    if line["Amount"] < 0:
        raise Fault("2290", f"Negative amount : {line['Amount']}", element="Amount")
    links = line.get("LinkedTxn") or []
    if any(not link.get("TxnId") or not link.get("TxnType") for link in links):
        raise missing("Line.LinkedTxn.TxnId")
    return {"Amount": cents(line["Amount"]), "LinkedTxn": links}


def _check(
    book: Book, payment: Record, lines: list[Record], line: Record, *, but: str | None
) -> None:
    for link in line["LinkedTxn"]:
        kind = str(link["TxnType"])
        if kind not in TARGETS:
            # An expense can be linked by a person alone (quickbooks-money.md 2.5).
            raise Fault("620", f"Transaction of type {kind} cannot be linked to a payment")
        target = (kind, str(link["TxnId"]))
        _check_target(book, payment, target, targets_of({"Line": lines})[target], but=but)


def _check_target(
    book: Book, payment: Record, target: Target, amount: Decimal, *, but: str | None
) -> None:
    kind, txn_id = target
    record = book.find(kind, txn_id)
    if record is None:
        raise Fault("2500", f"Invalid Reference Id : {kind} element id {txn_id} not found")
    customer = payment["CustomerRef"]["value"]
    if kind != "JournalEntry" and record["CustomerRef"]["value"] != customer:
        raise business(f"The {kind} belongs to another customer than the payment.")
    if amount > open_amount(book, target, customer, but=but):
        raise business("The amount applied is greater than the open balance.")
