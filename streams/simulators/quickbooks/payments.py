"""What makes a payment whole, and to which documents may it be applied?

What is not applied stays as the customer's credit: an overpayment is accepted (7). A payment of
nothing links a credit to what it pays (quickbooks-money.md 1). At the desk somebody applies one to
more than the API does: to an expense that gave it back (2.5), and to what the customers below its
own one owe (2.1).
"""

from collections.abc import Collection
from decimal import Decimal
from functools import partial

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.applied import (
    TARGETS,
    Target,
    open_amount,
    target_of,
    targets_of,
    used_money,
)
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.currencies import set_currency
from streams.simulators.quickbooks.parts import account_named
from streams.simulators.quickbooks.references import known_references
from streams.simulators.quickbooks.refusals import Fault, business, missing

#: What the API links to no payment.
_AT_THE_DESK = ("Expense", "Check")


def complete_payment(
    book: Book, _kind: str, draft: Record, old: Record | None, *, by_person: bool = False
) -> Record:
    """Complete a payment (7). Faults 2020, 2220, 2290, 2500, 610 and 6000, most texts invented."""
    account = draft.get("DepositToAccountRef") or account_named(book, "Undeposited Funds")
    draft["DepositToAccountRef"] = account
    known_references(book, draft)
    if draft.get("TotalAmt") is None:
        raise business("You must set a transaction amount.")
    draft["TotalAmt"] = cents(draft["TotalAmt"])
    draft["Line"] = _applicable(book, draft, old, by_person=by_person)
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


#: At the desk.
payment_by_person = partial(complete_payment, by_person=True)


def _applicable(book: Book, draft: Record, old: Record | None, *, by_person: bool) -> list[Record]:
    """Return the lines as they are kept: each fits where it is applied, or is dropped by switch."""
    kept: list[Record] = []
    # What stands in it the API leaves there.
    stood = targets_of(old) if old else {}
    for sent in draft.get("Line") or ():
        line = _line(sent)
        free = targets_of({"Line": [line]}) if by_person else stood
        try:
            _check(book, draft, [*kept, line], line, free, but=old["Id"] if old else None)
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
    book: Book,
    payment: Record,
    lines: list[Record],
    line: Record,
    free: Collection[Target],
    *,
    but: str | None,
) -> None:
    for link in line["LinkedTxn"]:
        kind = str(link["TxnType"])
        target = (kind, str(link["TxnId"]))
        if kind not in TARGETS or (kind in _AT_THE_DESK and target not in free):
            # An expense can be linked by a person alone (quickbooks-money.md 2.5).
            raise Fault("620", f"Transaction of type {kind} cannot be linked to a payment")
        amount = targets_of({"Line": lines})[target]
        _check_target(book, payment, target, amount, free=target in free, but=but)


def _check_target(
    book: Book, payment: Record, target: Target, amount: Decimal, *, free: bool, but: str | None
) -> None:
    kind, txn_id = target
    record = target_of(book, target)
    if record is None:
        raise Fault("2500", f"Invalid Reference Id : {kind} element id {txn_id} not found")
    customer = payment["CustomerRef"]["value"]
    if "CustomerRef" in record and not _pays_for(book, customer, record, free=free):
        raise business(f"The {kind} belongs to another customer than the payment.")
    if amount > open_amount(book, target, customer, but=but):
        raise business("The amount applied is greater than the open balance.")


def _pays_for(book: Book, customer: str, record: Record, *, free: bool) -> bool:
    """Tell whether a customer's payment may settle what a record names: its own, or one below."""
    named: str | None = record["CustomerRef"]["value"]
    while free and named not in {None, customer}:
        above = (book.find("Customer", str(named)) or {}).get("ParentRef") or {}
        named = above.get("value")
    return named == customer
