"""Which invoices of MediaOS are credits?  Those that were below zero when they crossed.

QuickBooks has a credit memo in the place of one, and takes no negative invoice.  What one was then
the journal alone knows; one that has not crossed is what its sign says.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from msgspec import structs

from agents.audit.books import Book, Credit, Entry
from agents.audit.credits import MEMO, WORDS
from agents.audit.history import History
from schemas.below_zero import credit_id
from schemas.records import CreditMemo, Invoice
from schemas.values import Kind


def with_credits(mediaos: Book, history: History) -> Book:
    """Return MediaOS's book with such invoices among its credits."""
    below = set(_credits(mediaos, history))
    if not below:
        return mediaos
    left = {name: entry for name, entry in mediaos.invoices.items() if name not in below}
    live = mediaos.live(Kind.INVOICE)
    made = (_credit(name, live[name]) for name in sorted(below) if name in live)
    memos = {credit_id(name): _memo(mediaos.invoices[name]) for name in sorted(below)}
    return replace(
        mediaos,
        invoices=left,
        memos={**mediaos.memos, **memos},
        credits=(*mediaos.credits, *made),
    )


def _credits(mediaos: Book, history: History) -> Iterator[str]:
    linked = {(kind, name) for kind, name, _ in history.links}
    for name, entry in mediaos.invoices.items():
        total: Decimal = entry.shape.total
        as_invoice = (Kind.INVOICE, name) in linked
        as_credit = (Kind.CREDIT_MEMO, credit_id(name)) in linked
        if as_credit or (total < 0 and not as_invoice):
            yield name


def _memo(entry: Entry[Invoice]) -> Entry[CreditMemo]:
    shape = entry.shape
    turned = CreditMemo(
        customer=shape.customer,
        number=shape.number,
        issued=shape.issued,
        lines=tuple(
            structs.replace(line, unit_price=-line.unit_price, amount=-line.amount)
            for line in shape.lines
        ),
        memo=shape.memo,
        email=shape.email,
        tax=-shape.tax,
        discount=-shape.discount,
        total=-shape.total,
        marker=shape.marker,
    )
    return Entry(entry.revision, turned, entry.beside)


def _credit(name: str, entry: Entry[Invoice]) -> Credit:
    shape = entry.shape
    return Credit(
        kind=WORDS[MEMO],
        id=credit_id(name),
        customer=shape.customer,
        number=shape.number or "",
        currency=entry.beside.currency,
        dated=shape.issued,
        amount=-shape.total,
        open=-shape.balance,
    )
