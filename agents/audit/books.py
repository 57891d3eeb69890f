"""What stands in one side's book?  Every customer, invoice and payment, as its own API shows it.

What MediaOS deleted stays in its book, marked by its revision; what QuickBooks deleted is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from schemas.records import Customer, Invoice, Payment
from schemas.values import Kind, RecordRef, Revision, Side

S = TypeVar("S", Customer, Invoice, Payment)

KINDS = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT)


class LedgerUnreadableError(Exception):
    """A book or the journal cannot be read; the text is one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[S]):
    """One record of a book at its revision; a deleted one keeps what it said last."""

    revision: Revision
    shape: S


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One side's records by their ids."""

    side: Side
    customers: dict[str, Entry[Customer]] = field(default_factory=dict)
    invoices: dict[str, Entry[Invoice]] = field(default_factory=dict)
    payments: dict[str, Entry[Payment]] = field(default_factory=dict)

    def of(self, kind: Kind) -> dict[str, Entry[Any]]:
        """Return all records of a kind, deleted ones included."""
        match kind:
            case Kind.CUSTOMER:
                return self.customers
            case Kind.INVOICE:
                return self.invoices
            case Kind.PAYMENT:
                return self.payments
            case Kind.PRODUCT:
                return {}

    def live(self, kind: Kind) -> dict[str, Entry[Any]]:
        """Return the records of a kind that are not deleted."""
        return {name: entry for name, entry in self.of(kind).items() if not entry.revision.deleted}

    def name(self, kind: Kind, record_id: str) -> RecordRef:
        """Return the name of a record of this book."""
        return RecordRef(self.side, kind, record_id)

    def entries(self) -> Iterator[tuple[RecordRef, Entry[Any]]]:
        """Yield every record with its name."""
        for kind in KINDS:
            for record_id, entry in self.of(kind).items():
                yield self.name(kind, record_id), entry
