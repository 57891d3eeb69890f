"""What do the lines of a payment of QuickBooks say: which money, and which is none?

A line links an invoice, a credit memo, a journal entry or an expense, each with an amount above
zero.  What credits give settles a part of the invoices, and the rest is money (quickbooks-money.md
1 and 2).  A journal entry may be either: a credit, or a charge as that of a returned cheque; the
payment's total tells which.  An expense, or a check, on receivables is a charge, one of a credit
card a credit (2.5).  Links that are not to invoices are none of ours, and are said again as they
stand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from quickbooks.objects.base import LinkedTxn
from quickbooks.objects.payment import PaymentLine

from schemas.catalog import decoded
from schemas.credit_parts import by_credit, paired
from schemas.records import Allocation, CreditApplication, CreditPart, Payment
from schemas.values import ZERO
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.wire_fields import Body, named

INVOICE, CREDIT_MEMO, JOURNAL = "Invoice", "CreditMemo", "JournalEntry"
#: What gives, and what takes money back.
CREDITS, SPENT = (CREDIT_MEMO, "CreditCardCredit"), ("Expense", "Check")

_lines = msgspec.json.Decoder(tuple[raw.PaymentLine, ...])
_encode = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A payment's lines: money by invoice, credit by invoice, money that is owed again, the others.

    `parts` are what of the credit memos give, before journal entries do.
    """

    applied: tuple[Allocation, ...]
    credits: tuple[Allocation, ...]
    parts: tuple[CreditPart, ...]
    returned: Decimal
    others: tuple[str, ...]


def taken_apart(shown: raw.Payment) -> Parts:
    """Return what of a payment is money and what is credit."""
    lines = decoded(_lines, shown.line, "Line")
    settled = _by_invoice(
        (link.txn_id, line.amount)
        for line in lines
        for link in line.linked_txn
        if link.txn_type == INVOICE
    )
    journal, credit, spent = (_sum(lines, *kinds) for kinds in ((JOURNAL,), CREDITS, SPENT))
    sold = sum((part.amount for part in settled), ZERO) + spent
    charged = journal if sold - credit + journal + shown.unapplied_amt == shown.total_amt else ZERO
    applied, credited = _divided(settled, credit + journal - charged)
    return Parts(
        applied=applied,
        credits=credited,
        parts=tuple(paired(_given(lines, CREDIT_MEMO), credited)),
        returned=spent + charged,
        others=tuple(_encode(_kept(line)).decode() for line in lines if not _is_ours(line)),
    )


def lines_of(record: Payment) -> list[Body]:
    """Return all lines of a payment as it ought to be, on what QuickBooks has shown of them."""
    # Credit settles the first ones first, so what it settles is said first.
    due = _by_invoice((each.invoice, each.amount) for each in (*record.credits, *record.applied))
    ours = (_line(part.amount, [(part.invoice, INVOICE)]) for part in due)
    return [*ours, *(_decode(text) for text in record.as_shown)]


def lines_applying(record: CreditApplication) -> list[Body]:
    """Return all lines of the payment that an application is, as it ought to be.

    What brings money in it stays, and what of the journal does.
    """
    credit = ((part.invoice, part.amount) for part in record.parts)
    money = ((part.invoice, part.amount) for part in record.money)
    given = _by_invoice((*credit, *money))
    others = (line for text in record.as_shown if not _gives(line := _decode(text)))
    return [
        *(_line(part.amount, [(part.invoice, INVOICE)]) for part in given),
        *(_line(amount, [(memo, CREDIT_MEMO)]) for memo, amount in by_credit(record.parts).items()),
        *others,
    ]


def _gives(line: Body) -> bool:
    """Tell whether a line is of a credit memo."""
    return any(link["TxnType"] == CREDIT_MEMO for link in line["LinkedTxn"])


def _by_invoice(parts: Iterable[tuple[str, Decimal]]) -> list[Allocation]:
    """Return what each invoice gets in all: several lines may settle one of them."""
    sums: dict[str, Decimal] = {}
    for invoice, amount in parts:
        sums[invoice] = sums.get(invoice, ZERO) + amount
    return [Allocation(invoice=invoice, amount=amount) for invoice, amount in sums.items()]


def _divided(
    settled: Iterable[Allocation], credit: Decimal
) -> tuple[tuple[Allocation, ...], tuple[Allocation, ...]]:
    """Divide what settles invoices into money and credit: credit settles the first ones first."""
    money: list[Allocation] = []
    given: list[Allocation] = []
    for part in settled:
        by_credit = min(credit, part.amount)
        credit -= by_credit
        if by_credit:
            given.append(Allocation(invoice=part.invoice, amount=by_credit))
        if part.amount - by_credit or not by_credit:
            money.append(Allocation(invoice=part.invoice, amount=part.amount - by_credit))
    return tuple(money), tuple(given)


def _sum(lines: Iterable[raw.PaymentLine], *kinds: str) -> Decimal:
    return sum((line.amount for line in _linking(lines, *kinds)), ZERO)


def _given(lines: Iterable[raw.PaymentLine], kind: str) -> Iterator[tuple[str, Decimal]]:
    for line in _linking(lines, kind):
        yield from ((link.txn_id, line.amount) for link in line.linked_txn if link.txn_type == kind)


def _linking(lines: Iterable[raw.PaymentLine], *kinds: str) -> Iterator[raw.PaymentLine]:
    return (line for line in lines if any(link.txn_type in kinds for link in line.linked_txn))


def _is_ours(line: raw.PaymentLine) -> bool:
    return all(link.txn_type == INVOICE for link in line.linked_txn)


def _kept(line: raw.PaymentLine) -> Body:
    return _line(line.amount, [(link.txn_id, link.txn_type) for link in line.linked_txn])


def _line(amount: Decimal, linked: Iterable[tuple[str, str]]) -> Body:
    links = [named(LinkedTxn, TxnId=txn_id, TxnType=txn_type) for txn_id, txn_type in linked]
    return named(PaymentLine, Amount=amount, LinkedTxn=links)
