"""What do payments give to other documents, and what may still be given?

An invoice is a charge and a credit memo a credit; a journal entry is either, by the side on which
its line of receivables names the customer. An expense, or a check, that is paid out of receivables
to a customer is a charge (quickbooks-money.md 2.2, 2.5). A payment's total is its charges less its
credits (1).
"""

from collections.abc import Iterable
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record

#: Kind and id of what a payment is applied to.
Target = tuple[str, str]
#: What the record of a linked transaction is called, where that is another name.
_RECORDS = {"Expense": "Purchase", "Check": "Purchase"}
TARGETS = ("Invoice", "CreditMemo", "JournalEntry", *_RECORDS)
#: What may stand on receivables in the name of several customers, or of none.
POSTED = ("JournalEntry", *_RECORDS)
_RECEIVABLE = "Accounts Receivable"


def targets_of(payment: Record) -> dict[Target, Decimal]:
    """Return what a payment gives to each document, or takes from it where it is a credit."""
    given: dict[Target, Decimal] = {}
    for line in payment.get("Line", ()):
        for target in _links(line):
            given[target] = given.get(target, Decimal(0)) + line["Amount"]
    return given


def allocations(payment: Record) -> dict[str, Decimal]:
    """Return what a payment gives to each invoice."""
    given = targets_of(payment)
    return {txn_id: amount for (kind, txn_id), amount in given.items() if kind == "Invoice"}


def payments_on(book: Book, target: Target, *, by: str | None = None) -> list[Record]:
    """Return the payments that are applied to a document, only a customer's own if named."""
    return [
        payment
        for payment in book.all("Payment")
        if (by is None or payment["CustomerRef"]["value"] == by) and _is_on(payment, target)
    ]


def applied_on(
    book: Book, target: Target, *, by: str | None = None, but: str | None = None
) -> Decimal:
    """Return what payments gave to a document, or took from it, one of them left out if named."""
    payments = payments_on(book, target, by=by)
    return given_by((payment for payment in payments if payment["Id"] != but), target)


def given_by(payments: Iterable[Record], target: Target) -> Decimal:
    """Return what these payments, which are applied to a document, give to it."""
    return sum((targets_of(payment)[target] for payment in payments), Decimal(0))


def target_of(book: Book, target: Target) -> Record | None:
    """Return the record that a payment names, or None."""
    kind, txn_id = target
    return book.find(_RECORDS.get(kind, kind), txn_id)


def paid_out(book: Book, purchase: Record, customer_id: str) -> Decimal:
    """Return by how much an expense raises what a customer owes, who is its payee."""
    payee = purchase.get("EntityRef") or {}
    if (payee.get("type"), payee.get("value")) != ("Customer", customer_id):
        return Decimal(0)
    details = (
        (line["Amount"], line.get("AccountBasedExpenseLineDetail") or {})
        for line in purchase["Line"]
    )
    return sum((amount for amount, detail in details if _is_owed(book, detail)), Decimal(0))


def receivable(book: Book, entry: Record, customer_id: str) -> Decimal:
    """Return by how much a journal entry raises what a customer owes; below zero it is a credit."""
    owed = Decimal(0)
    for line in entry["Line"]:
        detail = line["JournalEntryLineDetail"]
        named = ((detail.get("Entity") or {}).get("EntityRef") or {}).get("value")
        if _is_owed(book, detail) and named == customer_id:
            owed += line["Amount"] if detail["PostingType"] == "Debit" else -line["Amount"]
    return owed


def is_credit(book: Book, target: Target, customer_id: str) -> bool:
    """Say whether a document lowers what the customer owes."""
    kind, txn_id = target
    if kind != "JournalEntry":
        return kind == "CreditMemo"
    entry = book.find(kind, txn_id)
    return entry is not None and receivable(book, entry, customer_id) < 0


def open_amount(book: Book, target: Target, customer_id: str, *, but: str | None = None) -> Decimal:
    """Return what may still be applied to a document that is there, by whomever it can be."""
    kind, txn_id = target
    record = book.get(_RECORDS.get(kind, kind), txn_id)
    if kind not in POSTED:
        whole = record["TotalAmt"] - record.get("Deposit", Decimal(0))
        return Decimal(whole - applied_on(book, target, but=but))
    raises = receivable if kind == "JournalEntry" else paid_out
    whole = abs(raises(book, record, customer_id))
    return whole - applied_on(book, target, by=customer_id, but=but)


def used_money(book: Book, lines: Iterable[Record], customer_id: str) -> Decimal:
    """Return how much of a payment's total its lines use: charges less credits."""
    used = Decimal(0)
    for target, amount in targets_of({"Line": lines}).items():
        used += -amount if is_credit(book, target, customer_id) else amount
    return cents(used)


def owed_by_entries(book: Book, customer_id: str) -> Decimal:
    """Return what is open of a customer's journal entries and expenses, credits below zero."""
    owed = Decimal(0)
    for entry in book.all("JournalEntry"):
        whole = receivable(book, entry, customer_id)
        if whole:
            applied = applied_on(book, ("JournalEntry", entry["Id"]), by=customer_id)
            owed += whole - applied if whole > 0 else whole + applied
    for purchase in book.all("Purchase"):
        whole = paid_out(book, purchase, customer_id)
        if whole:
            owed += whole - applied_on(book, expense(purchase), by=customer_id)
    return owed


def expense(purchase: Record) -> Target:
    """Return by what a payment names an expense: one by check has a name of its own."""
    return ("Check" if purchase["PaymentType"] == "Check" else "Expense"), str(purchase["Id"])


def _is_owed(book: Book, detail: Record) -> bool:
    """Tell whether a line is posted on receivables."""
    account = str((detail.get("AccountRef") or {}).get("value"))
    found = book.find("Account", account)
    return found is not None and found["AccountType"] == _RECEIVABLE


def _is_on(payment: Record, target: Target) -> bool:
    # Asked of every payment there is: no generator, no sum.
    kind, txn_id = target
    for line in payment["Line"]:
        for link in line.get("LinkedTxn", ()):
            if link.get("TxnType") == kind and str(link["TxnId"]) == txn_id:
                return True
    return False


def _links(line: Record) -> Iterable[Target]:
    for link in line.get("LinkedTxn", ()):
        if link.get("TxnType") in TARGETS:
            yield str(link["TxnType"]), str(link["TxnId"])
