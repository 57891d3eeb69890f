"""What is there to know of a kind of record, wherever one is met?

One entry for each kind: its shape, how MediaOS publishes it, whose lane it belongs to and what it
names.  The tables of rules and of the remotes' wire formats stand beside the code that reads them
(agents/rules/kinds, streams/remotes/*/kinds).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from schemas import products, published, records
from schemas.below_zero import invoice_of
from schemas.records import Line, Record
from schemas.values import Kind, RecordRef, Side

R = TypeVar("R")


class Anchor(StrEnum):
    """Whose lane a record's changes go to."""

    #: It is a customer: the lane is its own.
    ITSELF = "itself"
    CUSTOMER = "customer"
    TENANT = "tenant"


def _nothing(_record: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind(Generic[R]):
    """One kind: `customer` is whom a record names, `applied` the records that it settles.

    `told` are those that its texts name besides.  `lines` are what it sells, each of a product.
    `within` is the kind of whose records it is a part in QuickBooks: what tells of one tells of
    both.
    The tag of the shape is the kind's own word.
    """

    kind: Kind
    record: type[R]
    public: type[published.Published]
    anchor: Anchor = Anchor.CUSTOMER
    customer: Callable[[R], tuple[str, ...]] = _nothing
    lines: Callable[[R], tuple[Line, ...]] = _nothing
    applied: Callable[[R], tuple[tuple[Kind, str], ...]] = _nothing
    told: Callable[[R], tuple[tuple[Kind, str], ...]] = _nothing
    within: Kind | None = None

    def refs(self, record: R, side: Side) -> tuple[RecordRef, ...]:
        """Return what a record of that side names, each once, its customer first."""
        named = (
            *((Kind.CUSTOMER, each) for each in self.customer(record)),
            *((Kind.PRODUCT, each.product) for each in self.lines(record) if each.product),
            *self.applied(record),
        )
        return tuple(dict.fromkeys(RecordRef(side, kind, each) for kind, each in named))

    def documents(self, record: R, side: Side) -> tuple[RecordRef, ...]:
        """Return what a record of that side names but for products, its customer first."""
        named = (*((Kind.CUSTOMER, each) for each in self.customer(record)), *self.applied(record))
        return tuple(RecordRef(side, kind, each) for kind, each in named)

    @property
    def settles(self) -> bool:
        """Tell whether records of this kind settle others, or tell of any that they settle."""
        return self.applied is not _nothing or self.told is not _nothing

    def owner(self, record_id: str, record: R) -> str | None:
        """Return the customer whose lane the record belongs to; None for the tenant's."""
        if self.anchor is Anchor.ITSELF:
            return record_id
        return next(iter(self.customer(record)), None)


PRODUCT = RecordKind(
    kind=Kind.PRODUCT,
    record=products.Product,
    public=published.Product,
    anchor=Anchor.TENANT,
)
CUSTOMER = RecordKind(
    kind=Kind.CUSTOMER,
    record=records.Customer,
    public=published.Advertiser,
    anchor=Anchor.ITSELF,
)
INVOICE = RecordKind(
    kind=Kind.INVOICE,
    record=records.Invoice,
    public=published.Invoice,
    customer=lambda invoice: (invoice.customer,),
    lines=lambda invoice: invoice.lines,
)
CREDIT_MEMO = RecordKind(
    kind=Kind.CREDIT_MEMO,
    record=records.CreditMemo,
    public=published.CreditMemo,
    customer=lambda memo: (memo.customer,),
    lines=lambda memo: memo.lines,
)
PAYMENT = RecordKind(
    kind=Kind.PAYMENT,
    record=records.Payment,
    public=published.Payment,
    customer=lambda payment: (payment.customer,),
    applied=lambda payment: tuple((Kind.INVOICE, part.invoice) for part in payment.applied),
    told=lambda payment: tuple((Kind.INVOICE, part.invoice) for part in payment.credits),
)

CREDIT_APPLICATION = RecordKind(
    kind=Kind.CREDIT_APPLICATION,
    record=records.CreditApplication,
    public=published.CreditApplication,
    customer=lambda application: (application.customer,),
    applied=lambda application: tuple(
        each
        for part in application.parts
        for each in ((Kind.CREDIT_MEMO, part.credit), (Kind.INVOICE, part.invoice))
    ),
    within=Kind.PAYMENT,
)

REFUND = RecordKind(
    kind=Kind.REFUND,
    record=records.Refund,
    public=published.Refund,
    customer=lambda refund: (refund.customer,) if refund.customer else (),
    lines=lambda refund: refund.lines,
)

#: In the order in which they cross: each after what it may name, so that nothing has to wait.
KINDS: dict[Kind, RecordKind[Any]] = {
    each.kind: each
    for each in (PRODUCT, CUSTOMER, INVOICE, CREDIT_MEMO, PAYMENT, CREDIT_APPLICATION, REFUND)
}
#: Those that QuickBooks has records of their own of.
OF_THEIR_OWN: tuple[Kind, ...] = tuple(each.kind for each in KINDS.values() if not each.within)


def parts_of(kind: Kind) -> tuple[Kind, ...]:
    """Return the kinds that are parts of one in QuickBooks."""
    return tuple(each.kind for each in KINDS.values() if each.within is kind)


def kind_of(record: Record) -> Kind:
    """Return what a record is: the tag of its shape says it."""
    return _kind_of_shape(type(record))


@cache
def _kind_of_shape(shape: type[Record]) -> Kind:
    return Kind(str(shape.__struct_config__.tag))


def is_customer(kind: Kind) -> bool:
    """Tell whether a record of this kind is a customer: its lane is its own."""
    return KINDS[kind].anchor is Anchor.ITSELF


def refs_of(record: Record | None, side: Side) -> tuple[RecordRef, ...]:
    """Return what a record of that side names; a deleted one names nothing."""
    return () if record is None else KINDS[kind_of(record)].refs(record, side)


def settled_by(record: Record | None, side: Side) -> tuple[RecordRef, ...]:
    """Return the documents that a record of that side settles, each once, in order."""
    applied = KINDS[kind_of(record)].applied(record) if record is not None else ()
    return tuple(dict.fromkeys(RecordRef(side, kind, each) for kind, each in applied))


def told_by(record: Record | None, side: Side) -> tuple[RecordRef, ...]:
    """Return what the texts about a record of that side name besides what it settles."""
    told = KINDS[kind_of(record)].told(record) if record is not None else ()
    return tuple(RecordRef(side, kind, each) for kind, each in told)


def customer_of(record: Record | None) -> str | None:
    """Return the customer that a record names, or None."""
    if record is None:
        return None
    return next(iter(KINDS[kind_of(record)].customer(record)), None)


def marker_of(record: Record | None) -> str | None:
    """Return the other side's id as a record carries it, where its kind does."""
    marker: str | None = getattr(record, "marker", None)
    return marker


def called(record: RecordRef, *known: Record | None) -> str:
    """Return how people call a record: by its number or name, where one that is known has it.

    `known` are the record as its sides show it, in the order in which they are asked: `invoice
    MediaOS-136`, `customer Harbour Books`; else by its id: `payment 12 of QuickBooks`.
    """
    names = (number_of(each) or getattr(each, "name", None) for each in known)
    return called_as(record, next(filter(None, names), None))


def called_as(record: RecordRef, name: str | None) -> str:
    """Return how people call a record of that number or name; by its id where it has none."""
    if name:
        return f"{record.kind.called} {name}"
    invoice = invoice_of(record.id) if record.kind is Kind.CREDIT_MEMO else None
    of = f"{Kind.INVOICE.called} {invoice}" if invoice else f"{record.kind.called} {record.id}"
    return f"{of} of {record.side.called}"


def number_of(record: Record | None) -> str | None:
    """Return the document number of a record, where its kind has one."""
    number: str | None = getattr(record, "number", None)
    return number
