"""What do the smallest words mean?  Sides, kinds, money, keys and revisions.

Money is a Decimal in the currency's major unit (12.50 is twelve and a half dollars), and the
only rounding anywhere is `cents`: half up, as QuickBooks rounds (quickbooks-online.md 3.3, 6070).
"""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

CENT = Decimal("0.01")
ZERO = Decimal(0)


class Side(StrEnum):
    """One of the two systems that are kept in step."""

    MEDIAOS = "mediaos"
    QBO = "qbo"

    @property
    def called(self) -> str:
        """Return how people call it."""
        return "MediaOS" if self is Side.MEDIAOS else "QuickBooks"

    @property
    def other(self) -> "Side":
        """Return the side across."""
        return Side.QBO if self is Side.MEDIAOS else Side.MEDIAOS


#: Both, made once: each look over an enum makes a generator, and an edit takes forty.
SIDES: tuple[Side, ...] = tuple(Side)


class Kind(StrEnum):
    """What a record is.  A product of MediaOS is an item of QBO."""

    CUSTOMER = "customer"
    INVOICE = "invoice"
    CREDIT_MEMO = "credit-memo"
    PAYMENT = "payment"
    CREDIT_APPLICATION = "credit-application"
    REFUND = "refund"
    PRODUCT = "product"

    @property
    def called(self) -> str:
        """Return how people call one."""
        return self.value.replace("-", " ")


class MappingKind(StrEnum):
    """What is mapped: a thing of MediaOS to one that QuickBooks has, a product to an item.

    A payment type is mapped three times: to a payment method, to the account that a payment goes
    into, and to the one that a refund is paid out of (`deposit-account` in journals, since
    QuickBooks calls both so).  A class and a location go by what is sold: a product, or a line
    item type.
    """

    PRODUCT = "product"
    LINE_TYPE = "line-type"
    PAYMENT_TYPE = "payment-type"
    PAYMENT_ACCOUNT = "payment-account"
    REFUND_ACCOUNT = "deposit-account"
    TAX_CODE = "tax-code"
    CLASS = "class"
    LOCATION = "location"
    TERM = "term"

    @property
    def listed_as(self) -> "MappingKind":
        """Return the kind by which QuickBooks' list is known that things of this are mapped to.

        A line item type is sold as an item, as a product is; money comes into and goes out of the
        same accounts.
        """
        match self:
            case MappingKind.LINE_TYPE:
                return MappingKind.PRODUCT
            case MappingKind.PAYMENT_ACCOUNT:
                return MappingKind.REFUND_ACCOUNT
            case _:
                return self


class RecordRef(NamedTuple):
    """The name of one record: which side, which kind, that side's id."""

    side: Side
    kind: Kind
    id: str

    def __str__(self) -> str:
        """Return the form that rows and events carry: `qbo/invoice/266`."""
        return f"{self.side}/{self.kind}/{self.id}"


class Revision(msgspec.Struct, frozen=True, gc=False, order=True):
    """A record's version on its side: deletion stands above every number.

    `number` is MediaOS's row version, QBO's SyncToken, or, for what is only polled, the
    milliseconds of the time at which the read began.
    """

    deleted: bool
    number: int

    def __str__(self) -> str:
        """Return the form that event ids carry: `7`, or `7d` for a deletion."""
        return f"{self.number}d" if self.deleted else str(self.number)


def is_later(side: Side, one: Revision, other: Revision) -> bool:
    """Tell whether one revision of a side's record comes after another.

    MediaOS numbers a deletion as any change, so what it brings back has a higher number than that;
    what its API does not know has none.  QuickBooks brings nothing back.
    """
    if side is Side.MEDIAOS and one.number and other.number:
        return (one.number, one.deleted) > (other.number, other.deleted)
    return one > other


def cents(amount: Decimal) -> Decimal:
    """Round to cents, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
