"""What does each customer come to, on both sides?

Adds up what the books show and compares nothing: `compare` names what differs, and why.  Amounts of
two currencies are never added.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from agents.audit.books import Book, Entry, on_account
from agents.audit.currencies import foreign
from schemas.records import Invoice, Payment
from schemas.values import ZERO, Kind, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one side says of a customer, or of all, in one currency.

    `payments` is money received, deposits typed on an invoice among it; `credits` what credit memos
    and journal entries take off; `credited` what payments give of them to invoices; `unapplied`
    what of payments and credits is on account; `receivable` what is owed after it.  `refunds` is
    money paid out for what was taken back, which nobody owes (quickbooks-money.md 2.5).
    """

    invoices: Decimal = ZERO
    payments: Decimal = ZERO
    credits: Decimal = ZERO
    credited: Decimal = ZERO
    unapplied: Decimal = ZERO
    receivable: Decimal = ZERO
    refunds: Decimal = ZERO

    def __add__(self, other: "Figures") -> "Figures":
        """Return both together."""
        names = (each.name for each in fields(self))
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})


NOTHING = Figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a customer comes to on both sides in one currency, blank for the home one.

    The row of a total names no customer.
    """

    customer: str = ""
    ids: tuple[str, ...] = ()
    currency: str = ""
    mediaos: Figures = NOTHING
    qbo: Figures = NOTHING

    @property
    def differs(self) -> bool:
        """Tell whether the sides do not come to the same."""
        return self.mediaos != self.qbo


class Customers:
    """Who is who: customers that links make one, through however many of them."""

    def __init__(self, mediaos: Book, qbo: Book, links: Mapping[str, Collection[str]]) -> None:
        self._books = {Side.MEDIAOS: mediaos, Side.QBO: qbo}
        self._one: dict[tuple[Side, str], tuple[Side, str]] = {}
        for m, q in sorted((m, q) for m, across in links.items() for q in across):
            first, other = self.one(Side.MEDIAOS, m), self.one(Side.QBO, q)
            if first != other:
                # MediaOS's name is the one that people know.
                self._one[max(first, other)] = min(first, other)

    def one(self, side: Side, customer: str) -> tuple[Side, str]:
        """Return by which of its records a customer is known here."""
        known = (side, customer)
        while known in self._one:
            known = self._one[known]
        return known

    def name(self, side: Side, customer: str) -> str:
        """Return the name of a customer, or its id where no book has one; nobody's is told so."""
        if not customer:
            return "(no customer)"
        side, customer = self.one(side, customer)
        entry = self._books[side].customers.get(customer)
        return entry.shape.name if entry is not None else f"{side}/customer/{customer}"


def rows(mediaos: Book, qbo: Book, customers: Customers) -> tuple[Row, ...]:
    """Return what every customer with money comes to, by name."""
    sums: defaultdict[tuple[tuple[Side, str], str], dict[Side, Figures]] = defaultdict(dict)
    ids: defaultdict[tuple[Side, str], set[str]] = defaultdict(set)
    for book in (mediaos, qbo):
        for customer, currency, figures in _said(book):
            one, code = customers.one(book.side, customer), foreign(currency, qbo.home)
            both = sums[one, code]
            both[book.side] = both.get(book.side, NOTHING) + figures
            ids[one].add(f"{book.side}/customer/{customer}")
    made = (
        Row(
            customer=customers.name(*one),
            ids=tuple(sorted(ids[one])),
            currency=code,
            mediaos=both.get(Side.MEDIAOS, NOTHING),
            qbo=both.get(Side.QBO, NOTHING),
        )
        for (one, code), both in sums.items()
    )
    return tuple(sorted(made, key=lambda row: (row.customer.casefold(), row.ids, row.currency)))


def totals(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return what all come to, one row a currency, the home one first."""
    sums: dict[str, Row] = {"": Row()}
    for row in rows:
        so_far = sums.get(row.currency, Row())
        sums[row.currency] = Row(
            currency=row.currency, mediaos=so_far.mediaos + row.mediaos, qbo=so_far.qbo + row.qbo
        )
    return tuple(sums[currency] for currency in sorted(sums))


def _said(book: Book) -> Iterator[tuple[str, str, Figures]]:
    """Yield by whom, in which currency, and what each live record comes to."""
    for invoice in book.live(Kind.INVOICE).values():
        yield invoice.shape.customer, invoice.beside.currency, _of_invoice(invoice)
    for payment in book.live(Kind.PAYMENT).values():
        yield payment.shape.customer, payment.beside.currency, _of_payment(payment)
    for application in book.live(Kind.CREDIT_APPLICATION).values() if _tells_all(book) else ():
        given = sum(application.shape.given.values(), ZERO)
        left = application.beside.unapplied or ZERO
        figures = Figures(credited=given, unapplied=left, receivable=-left)
        yield application.shape.customer, application.beside.currency, figures
    for refund in book.live(Kind.REFUND).values():
        figures = Figures(refunds=refund.shape.total)
        yield refund.shape.customer, refund.beside.currency, figures
    for credit in book.credits:
        left = credit.open
        figures = Figures(credits=credit.amount, unapplied=left, receivable=-left)
        yield credit.customer, credit.currency, figures


def _tells_all(book: Book) -> bool:
    """Tell whether applications are no part of payments, which tell of them already."""
    return book.side is Side.MEDIAOS


def _of_invoice(invoice: Entry[Invoice]) -> Figures:
    shape, deposit = invoice.shape, invoice.beside.deposit
    return Figures(invoices=shape.total, payments=deposit, receivable=shape.balance)


def _of_payment(payment: Entry[Payment]) -> Figures:
    left, amount = on_account(payment), payment.shape.amount
    return Figures(
        payments=amount, credited=payment.beside.credit, unapplied=left, receivable=-left
    )
