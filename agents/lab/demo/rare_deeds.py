"""What happens seldom on a publisher's day, and must come right all the same?  Deeds, as data.

Names of records are the plan's, as with all other deeds.
"""

from dataclasses import dataclass
from decimal import Decimal

from agents.lab.demo.sold_lines import SoldLine


@dataclass(frozen=True, slots=True, kw_only=True)
class BillBelowZero:
    """An invoice below zero, in MediaOS, that is applied to another one there."""

    invoice: str
    advertiser: str
    line: SoldLine
    against: str

    @property
    def amount(self) -> Decimal:
        """Return what it takes off the other one."""
        return -self.line.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """Part of an invoice is given up in MediaOS.

    By a line on it first, as MediaOS does, which waits; then by a credit memo in its place.
    """

    invoice: str
    advertiser: str
    lines: tuple[SoldLine, ...]
    amount: Decimal
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """The bank returns a check: in QuickBooks a journal entry stands in its invoice's place."""

    payment: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePayment:
    """A payment that was entered by mistake is deleted, in MediaOS."""

    payment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagree:
    """Two people give one line other prices, one on each side, and a third one says whose stands.

    `lines` are MediaOS's, which stand; `price` is what the first one comes to in QuickBooks.
    """

    invoice: str
    lines: tuple[SoldLine, ...]
    price: Decimal
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillInQuickbooks:
    """The bookkeeper takes on a customer and bills it, in QuickBooks itself."""

    invoice: str
    title: str
    number: str
    line: SoldLine


RareDeed = BillBelowZero | WriteOff | Bounce | DeletePayment | Disagree | BillInQuickbooks
