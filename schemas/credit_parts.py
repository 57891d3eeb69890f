"""What of a payment of QuickBooks is a credit application, and what does it give to whom?

QuickBooks has one record for both, a payment: its money is a payment of MediaOS, its credit a
credit application there.  It shows what each credit memo gives and what each invoice gets, and no
pairs; so two applications are the same whose sums are.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from schemas.records import (
    Allocation,
    CreditApplication,
    CreditMemo,
    CreditPart,
    Invoice,
    Payment,
    Record,
)
from schemas.values import ZERO

Sums = dict[str, Decimal]


def application_of(payment: Payment) -> CreditApplication:
    """Return the credit application in a payment of QuickBooks; one without parts is none."""
    given = by_invoice(payment.parts)
    whole = _sums((each.invoice, each.amount) for each in (*payment.credits, *payment.applied))
    money = ((invoice, amount - given.get(invoice, ZERO)) for invoice, amount in whole.items())
    return CreditApplication(
        customer=payment.customer,
        applied=payment.received,
        parts=payment.parts,
        amount=payment.amount + payment.returned,
        money=tuple(Allocation(invoice=each, amount=amount) for each, amount in money if amount),
        deposited=payment.deposited,
        foreign=payment.foreign,
        currency=payment.currency,
        rate=payment.rate,
        voided=payment.voided,
        as_shown=payment.as_shown,
        marker=payment.marker,
    )


def brings_money(record: Record | None) -> bool:
    """Tell whether the payment of QuickBooks that a credit application is in is more than that."""
    return isinstance(record, CreditApplication) and bool(record.amount or record.money)


def credited_otherwise(payment: Payment) -> tuple[Allocation, ...]:
    """Return what a payment of QuickBooks settles by other credits than credit memos."""
    memos = by_invoice(payment.parts)
    rest = ((each.invoice, each.amount - memos.get(each.invoice, ZERO)) for each in payment.credits)
    return tuple(Allocation(invoice=each, amount=amount) for each, amount in rest if amount)


def left_of(record: Record | None) -> Decimal | None:
    """Return what may be applied still of a credit memo, or to an invoice; None of others."""
    match record:
        case CreditMemo():
            return record.remaining
        case Invoice():
            return record.balance
        case _:
            return None


def by_invoice(parts: Iterable[CreditPart | Allocation]) -> Sums:
    """Return what each invoice gets in all."""
    return _sums((part.invoice, part.amount) for part in parts)


def by_credit(parts: Iterable[CreditPart]) -> Sums:
    """Return what each credit memo gives in all."""
    return _sums((part.credit, part.amount) for part in parts)


def same_sums(one: Sequence[CreditPart], other: Sequence[CreditPart]) -> bool:
    """Tell whether the same is given and got, however it is paired."""
    return by_invoice(one) == by_invoice(other) and by_credit(one) == by_credit(other)


def paired(given: Iterable[tuple[str, Decimal]], got: Iterable[Allocation]) -> list[CreditPart]:
    """Return who gets what from which credit: each gives to the first that has room."""
    room = {part.invoice: part.amount for part in got}
    parts: list[CreditPart] = []
    for credit, amount in _sums(given).items():
        left = amount
        for invoice, open_ in room.items():
            part = min(left, open_)
            if part > 0:
                parts.append(CreditPart(credit=credit, invoice=invoice, amount=part))
                room[invoice] -= part
                left -= part
    return parts


def _sums(parts: Iterable[tuple[str, Decimal]]) -> Sums:
    found: Sums = {}
    for name, amount in parts:
        found[name] = found.get(name, ZERO) + amount
    return found
