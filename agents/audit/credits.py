"""What do neighbours of invoices and payments change in QuickBooks?

A credit memo, or a journal entry's line on receivables in a customer's name, changes what that
customer owes, and so does an expense on them; a payment applies it, and so may hold money and
credit at once (quickbooks-money.md 1, 2.2 and 2.5).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from agents.audit import qbo_wire as wire
from agents.audit.books import Book, Credit, on_account
from schemas.values import ZERO

MEMO, ENTRY = "CreditMemo", "JournalEntry"
#: What was paid out of receivables: it only raises what is owed.
SPENT = {"Expense": "expense", "Check": "check"}
#: How they are called in sentences.
WORDS = {MEMO: "credit memo", ENTRY: "journal entry", **SPENT}

#: What a line gives, by the kind and id of the credit that it takes from and the customer.
Used = Mapping[tuple[str, str, str], Decimal]


def memos(shown: Iterable[wire.CreditMemo], used: Used) -> Iterator[Credit]:
    """Yield the credit memos."""
    for memo in shown:
        customer = memo.customer_ref.value
        told = memo.balance if memo.remaining_credit is None else memo.remaining_credit
        left = memo.total_amt - used.get((MEMO, memo.id, customer), ZERO) if told is None else told
        yield Credit(
            kind=WORDS[MEMO],
            id=memo.id,
            customer=customer,
            number=memo.doc_number,
            currency=memo.currency_ref.value,
            dated=memo.txn_date,
            amount=memo.total_amt,
            open=left,
        )


def entries(
    shown: Iterable[wire.JournalEntry], receivable: set[str], used: Used
) -> Iterator[Credit]:
    """Yield what each journal entry posts on these accounts, by the customer that it names."""
    for entry in shown:
        for customer, amount in _posted(entry, receivable).items():
            taken = used.get((ENTRY, entry.id, customer), ZERO)
            yield Credit(
                kind=WORDS[ENTRY],
                id=entry.id,
                customer=customer,
                number=entry.doc_number,
                currency=entry.currency_ref.value,
                dated=entry.txn_date,
                amount=amount,
                # No entry says what is left of it; a line that takes from it has no sign.
                open=amount - taken if amount > 0 else amount + taken,
            )


def spent(used: Used, currencies: Mapping[str, str]) -> Iterator[Credit]:
    """Yield the expenses on receivables that payments are linked with, as far as they are.

    They are in their customer's currency, which `currencies` has by the customer's id.
    """
    for (kind, id_, customer), amount in used.items():
        if kind in SPENT:
            yield Credit(
                kind=WORDS[kind],
                id=id_,
                customer=customer,
                currency=currencies.get(customer, ""),
                amount=-amount,
                open=ZERO,
            )


def others(shown: Iterable[wire.Customer], book: Book) -> Iterator[Credit]:
    """Yield, by customer, what QuickBooks says is owed beyond all that is read here.

    An expense or a bank deposit can stand on receivables too (quickbooks-money.md 2.5); the balance
    that QuickBooks shows of a customer knows of all.
    """
    owed = _owed(book)
    for customer in shown:
        more = ZERO if customer.balance is None else customer.balance - owed[customer.id]
        if more:
            yield Credit(
                kind="other entry",
                id=customer.id,
                customer=customer.id,
                currency=customer.currency_ref.value,
                amount=-more,
                open=-more,
            )


def used(payments: Iterable[wire.Payment]) -> dict[tuple[str, str, str], Decimal]:
    """Return what payments take from each credit memo and journal entry."""
    taken: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for payment in payments:
        for kind, credit, amount in _links(payment):
            taken[kind, credit, payment.customer_ref.value] += amount
    return dict(taken)


def credit_in(payment: wire.Payment, added: set[tuple[str, str]]) -> Decimal:
    """Return what credits give in a payment, less what it gives to what added to what is owed.

    `added` are the journal entries, each with its customer, that do, as one for a bounced cheque;
    an expense always does.
    """
    customer = payment.customer_ref.value
    return sum(
        (
            -amount if kind in SPENT or (kind == ENTRY and (credit, customer) in added) else amount
            for kind, credit, amount in _links(payment)
        ),
        ZERO,
    )


def takes_of(payment: wire.Payment) -> tuple[tuple[str, str, Decimal], ...]:
    """Return from which credits a payment takes, as they are called in sentences, and how much."""
    return tuple((WORDS[kind], credit, amount) for kind, credit, amount in _links(payment))


def _owed(book: Book) -> defaultdict[str, Decimal]:
    """Return what each customer owes by what was read."""
    owed: defaultdict[str, Decimal] = defaultdict(Decimal)
    for invoice in book.invoices.values():
        owed[invoice.shape.customer] += invoice.shape.balance
    for payment in book.payments.values():
        owed[payment.shape.customer] -= on_account(payment)
    for credit in book.credits:
        owed[credit.customer] -= credit.open
    return owed


def _links(payment: wire.Payment) -> Iterator[tuple[str, str, Decimal]]:
    for line in payment.line:
        for link in line.linked_txn:
            if link.txn_type in WORDS:
                yield link.txn_type, link.txn_id, line.amount


def _posted(entry: wire.JournalEntry, receivable: set[str]) -> dict[str, Decimal]:
    posted: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in entry.line:
        detail = line.journal_entry_line_detail
        if detail.entity is None or detail.entity.type != "Customer":
            continue
        if detail.account_ref.value in receivable:
            sign = -1 if detail.posting_type == "Debit" else 1
            posted[detail.entity.entity_ref.value] += sign * line.amount
    return dict(posted)
