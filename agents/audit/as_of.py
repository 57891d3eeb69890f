"""What stood in a book on a day?  Reckoned from what it shows now, by the days of its documents.

A document that is dated after the day is left out, and what it settles counts as open.  Neither
side tells when an application was made or what a document said before it was edited: a payment of
that day or earlier settles what it settles now, and what was deleted since never was.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import structs

from agents.audit.books import Application, Book, Credit, Entry, on_account
from agents.audit.days import day_of
from schemas.records import Invoice, Payment
from schemas.values import ZERO, Kind

#: A credit by its kind, its id and its customer.
_Of = tuple[str, str, str]


def as_of(book: Book, day: date) -> Book:
    """Return a book without what is dated after a day; its records bear the company's days."""
    late = [each for each in book.live(Kind.PAYMENT).values() if _is_late(each, day)]
    # QuickBooks' are its payments, which are counted as such.
    live = book.live(Kind.CREDIT_APPLICATION)
    dated: dict[str, date] = {n: e.shape.dated for n, e in live.items() if e.shape.dated}
    later = [live[name].shape for name, given in dated.items() if given > day]
    paid, taken = _paid_by(late, later), _taken_by(late, later)
    invoices = {n: _owing(e, paid[n]) for n, e in book.invoices.items() if not _is_late(e, day)}
    credits_ = tuple(_opened(c, taken) for c in book.credits if _stood(c, day))
    gone = {(c.kind, c.id, c.customer) for c in book.credits if not _stood(c, day)}
    payments = {
        name: _left(entry, invoices, gone)
        for name, entry in book.payments.items()
        if not _is_late(entry, day)
    }
    refunds = {n: e for n, e in book.refunds.items() if not _is_late(e, day)}
    memos = {n: e for n, e in book.memos.items() if not _is_late(e, day)}
    applications = {
        name: _given(entry, invoices, gone) if name in dated else entry
        for name, entry in book.applications.items()
        if dated.get(name, day) <= day
    }
    return replace(
        book,
        invoices=invoices,
        memos=memos,
        payments=payments,
        credits=credits_,
        applications=applications,
        refunds=refunds,
    )


def _is_late(entry: Entry[Any], day: date) -> bool:
    dated = day_of(entry.shape)
    return dated is not None and dated > day


def _stood(credit: Credit, day: date) -> bool:
    return credit.dated is None or credit.dated <= day


def _paid_by(
    payments: Iterable[Entry[Payment]], applied: Iterable[Application]
) -> defaultdict[str, Decimal]:
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in applied:
        for invoice, amount in (each.got or {}).items():
            paid[invoice] += amount
    for payment in payments:
        for part in payment.shape.applied:
            paid[part.invoice] += part.amount
    return paid


def _taken_by(
    payments: Iterable[Entry[Payment]], applied: Iterable[Application]
) -> defaultdict[_Of, Decimal]:
    taken: defaultdict[_Of, Decimal] = defaultdict(Decimal)
    for each in applied:
        for memo, amount in each.given.items():
            taken["credit memo", memo, each.customer] += amount
    for payment in payments:
        for kind, credit, amount in payment.beside.takes:
            taken[kind, credit, payment.shape.customer] += amount
    return taken


def _owing(invoice: Entry[Invoice], more: Decimal) -> Entry[Invoice]:
    shape = invoice.shape
    return replace(invoice, shape=structs.replace(shape, balance=shape.balance + more))


def _opened(credit: Credit, taken: defaultdict[_Of, Decimal]) -> Credit:
    back = taken[credit.kind, credit.id, credit.customer]
    return replace(credit, open=credit.open + (back if credit.amount > 0 else -back))


def _left(
    payment: Entry[Payment], invoices: dict[str, Entry[Invoice]], gone: set[_Of]
) -> Entry[Payment]:
    """Return a payment with what it gives to later documents on account, and without their credit.

    A deleted invoice is none of the later ones, but nothing is applied to it either.
    """
    shape = payment.shape
    kept = tuple(part for part in shape.applied if part.invoice in invoices)
    later = sum((part.amount for part in shape.applied if part not in kept), ZERO)
    takes = payment.beside.takes
    lost = [amount for kind, id_, amount in takes if (kind, id_, shape.customer) in gone]
    credit = payment.beside.credit - sum(lost, ZERO)
    left = on_account(payment) + later - sum(lost, ZERO)
    beside = replace(payment.beside, credit=credit, unapplied=left)
    return replace(payment, shape=structs.replace(shape, applied=kept), beside=beside)


def _given(
    entry: Entry[Application], invoices: dict[str, Entry[Invoice]], gone: set[_Of]
) -> Entry[Application]:
    """Return an application as `_left` does a payment: what it gives to later invoices is left."""
    shape = entry.shape
    given = {
        memo: ZERO if ("credit memo", memo, shape.customer) in gone else amount
        for memo, amount in shape.given.items()
    }
    lost = sum(shape.given.values(), ZERO) - sum(given.values(), ZERO)
    later = sum((amount for n, amount in (shape.got or {}).items() if n not in invoices), ZERO)
    beside = replace(entry.beside, unapplied=later - lost)
    return replace(entry, shape=replace(shape, given=given), beside=beside)
