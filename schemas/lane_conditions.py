"""Which conditions of a park do other records of the lane meet: its customer, an invoice?"""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.records import Customer
from schemas.values import Kind, RecordRef

#: What is waited for news of: what settles others, and what owes.
TELLING = frozenset({Kind.PAYMENT, Kind.CREDIT_APPLICATION, Kind.INVOICE, Kind.CREDIT_MEMO})


@dataclass(frozen=True, slots=True)
class CustomerLinked:
    """The customer of the lane is on both sides."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "customer"


@dataclass(frozen=True, slots=True)
class CustomerCrossed:
    """A customer, named by its id in MediaOS, is on both sides, whoever's lane that one is."""

    customer: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"customer-crossed:{self.customer}"


@dataclass(frozen=True, slots=True)
class CustomerActive:
    """QuickBooks takes the customer again, named by its id there, after it was inactive."""

    customer: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"customer-active:{self.customer}"


@dataclass(frozen=True, slots=True)
class CustomerTaxed:
    """QuickBooks taxes the customer again, named by its id there, after it was exempt."""

    customer: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"customer-taxed:{self.customer}"


@dataclass(frozen=True, slots=True)
class RecordLinked:
    """A record that a document settles, an invoice say, is on both sides."""

    record: RecordRef

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"{self.record.side}-{self.record.kind}:{self.record.id}"


@dataclass(frozen=True, slots=True)
class News:
    """Something new is heard of a record, a payment say.

    With none named, of any that settles or owes something.
    """

    record: RecordRef | None = None

    def __str__(self) -> str:
        """Return the text in a park."""
        if self.record is None:
            return "news:payments"
        return f"news:{self.record.side}-{self.record.kind}:{self.record.id}"


@dataclass(frozen=True, slots=True)
class StandsRight:
    """A document of the lane, an invoice say, no longer stands in the way of what settles it."""

    document: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"right:{self.document}"


@dataclass(frozen=True, slots=True)
class OwesAgain:
    """An invoice of QuickBooks, by its id there, owes something again: a credit was taken off."""

    invoice: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"owes:{self.invoice}"


def met_by_customer(customer: str, shown: Customer) -> Iterator[CustomerActive | CustomerTaxed]:
    """Yield what is met by what QuickBooks shows of a customer, named by its id there."""
    if shown.active:
        yield CustomerActive(customer)
    if not shown.exempt:
        yield CustomerTaxed(customer)
