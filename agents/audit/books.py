"""What stands in one side's book?  Every customer and document, as its own API shows it.

What MediaOS deleted stays in its book, marked by its revision; what QuickBooks deleted is gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from schemas.records import CreditMemo, Customer, Invoice, Payment, Refund
from schemas.values import ZERO, Kind, RecordRef, Revision, Side

#: By the id of a record: an amount.
Sums = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What credit memos give, and what invoices get of it; no side need say who gives to whom.

    Of a payment of QuickBooks that brings money too, nobody can say which invoices get the credit.
    `dated` is MediaOS's day; in QuickBooks it is the payment's.
    """

    customer: str
    given: Sums
    got: Sums | None
    marker: str | None = None
    dated: date | None = None


S = TypeVar("S", Customer, Invoice, CreditMemo, Payment, Application, Refund)

KINDS = (
    Kind.CUSTOMER,
    Kind.INVOICE,
    Kind.CREDIT_MEMO,
    Kind.PAYMENT,
    Kind.CREDIT_APPLICATION,
    Kind.REFUND,
)


class LedgerUnreadableError(Exception):
    """A book or the journal cannot be read; the text is one sentence with the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a record says beside its shape.

    `currency` is its code, blank for the home currency; `rate` is as its side says it; `voided`:
    its note says so; `told` is the time that MediaOS tells of its day, where it tells one; `made`
    is when QuickBooks says that it was made.  Of an invoice:
    `deposit` is money that a person typed on it.  Of a payment: `credit` is what credit memos and
    journal entries give in it (below zero: what it gives to a journal entry), by `takes` which
    (kind, id, amount), `unapplied` what its side says is on account.
    """

    currency: str = ""
    rate: Decimal | None = None
    voided: bool = False
    told: datetime | None = None
    made: datetime | None = None
    deposit: Decimal = ZERO
    credit: Decimal = ZERO
    takes: tuple[tuple[str, str, Decimal], ...] = ()
    unapplied: Decimal | None = None


PLAIN = Beside()


@dataclass(frozen=True, slots=True)
class Entry(Generic[S]):
    """One record of a book at its revision; a deleted one keeps what it said last."""

    revision: Revision
    shape: S
    beside: Beside = PLAIN


def worth(entry: Entry[Any]) -> Decimal | None:
    """Return how much money a record is about; None where it is about none."""
    match entry.shape:
        case Invoice(total=total) | CreditMemo(total=total) | Refund(total=total):
            return total
        case Payment(amount=amount):
            return amount
        case Application(given=given):
            return sum(given.values(), ZERO)
        case _:
            return None


def _stands(entry: Entry[Any]) -> bool:
    empty = isinstance(entry.shape, Application) and not entry.shape.given
    return not entry.revision.deleted and not empty


def is_void(entry: Entry[Any]) -> bool:
    """Tell whether a record was voided: its note says so, and it comes to nothing."""
    return entry.beside.voided and not worth(entry)


def is_application(entry: Entry[Any]) -> bool:
    """Tell whether a payment brings no money and only gives a credit to what it pays."""
    shape = entry.shape
    if not isinstance(shape, Payment) or shape.amount:
        return False
    return sum((part.amount for part in shape.applied), ZERO) == entry.beside.credit


def on_account(payment: Entry[Payment]) -> Decimal:
    """Return what of a payment is applied to nothing."""
    if payment.beside.unapplied is not None:
        return payment.beside.unapplied
    shape = payment.shape
    given = sum((part.amount for part in shape.applied), ZERO)
    return shape.amount + payment.beside.credit - given


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What beside invoices changes what a customer owes: a credit memo, an entry's line on A/R.

    A credit memo is a record of the book as well, under its id; here is what it comes to.
    `amount` is what it takes off (below zero: what it adds), `open` what of it is used by nothing;
    `dated` is its day, None where QuickBooks tells none.
    """

    kind: str
    id: str
    customer: str
    number: str = ""
    currency: str = ""
    dated: date | None = None
    amount: Decimal
    open: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One side's records by their ids; `home` is its home currency's code, where it says one.

    `zone` is where it keeps its days, as far as it shows that.
    """

    side: Side
    home: str = ""
    zone: str = ""
    credits: tuple[Credit, ...] = ()
    customers: dict[str, Entry[Customer]] = field(default_factory=dict)
    invoices: dict[str, Entry[Invoice]] = field(default_factory=dict)
    memos: dict[str, Entry[CreditMemo]] = field(default_factory=dict)
    payments: dict[str, Entry[Payment]] = field(default_factory=dict)
    applications: dict[str, Entry[Application]] = field(default_factory=dict)
    refunds: dict[str, Entry[Refund]] = field(default_factory=dict)

    def of(self, kind: Kind) -> dict[str, Entry[Any]]:
        """Return all records of a kind, deleted ones included."""
        kept: dict[Kind, dict[str, Entry[Any]]] = {
            Kind.CUSTOMER: self.customers,
            Kind.INVOICE: self.invoices,
            Kind.CREDIT_MEMO: self.memos,
            Kind.PAYMENT: self.payments,
            Kind.CREDIT_APPLICATION: self.applications,
            Kind.REFUND: self.refunds,
        }
        return kept.get(kind, {})

    def live(self, kind: Kind) -> dict[str, Entry[Any]]:
        """Return the records of a kind that are not deleted, nor applied to nothing any more."""
        return {name: entry for name, entry in self.of(kind).items() if _stands(entry)}

    def live_one(self, kind: Kind, record_id: str) -> Entry[Any] | None:
        """Return one of the live records of a kind, without a look at the others."""
        entry = self.of(kind).get(record_id)
        return entry if entry is not None and _stands(entry) else None

    def name(self, kind: Kind, record_id: str) -> RecordRef:
        """Return the name of a record of this book."""
        return RecordRef(self.side, kind, record_id)

    def entries(self) -> Iterator[tuple[RecordRef, Entry[Any]]]:
        """Yield every record with its name."""
        for kind in KINDS:
            for record_id, entry in self.of(kind).items():
                yield self.name(kind, record_id), entry


#: Made once: a journal names records by the million.
_SIDES, _KINDS = frozenset(Side), frozenset(Kind)


def record_of(text: str) -> RecordRef | None:
    """Read a record's name; None where it is the name of something else, of a lane or a credit."""
    side, _, rest = text.partition("/")
    kind, _, name = rest.partition("/")
    if side in _SIDES and kind in _KINDS:
        return RecordRef(Side(side), Kind(kind), name)
    return None
