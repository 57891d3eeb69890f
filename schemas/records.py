"""How does one side show a customer, an invoice, a payment, a product?

One shape for both sides, in that side's own values: an invoice of QBO names QBO's customer and
items, one of MediaOS MediaOS's advertiser and products.  `marker` is the other side's id as the
record itself carries it (the last line of QBO's PrivateNote, MediaOS's external reference).
"""

from datetime import date
from decimal import Decimal

import msgspec


class Address(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A postal address; empty text where a side has nothing."""

    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


class Customer(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="customer", omit_defaults=True
):
    """An advertiser of MediaOS, a customer of QBO."""

    name: str
    email: str | None = None
    phone: str | None = None
    billing: Address | None = None
    active: bool = True
    marker: str | None = None


class Line(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One sold line; `amount` is quantity times unit price, in cents, half up."""

    product: str | None
    description: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal
    amount: Decimal


class Invoice(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="invoice", omit_defaults=True
):
    """An invoice.  `number` is the document number in QBO, and MediaOS's copy of it."""

    customer: str
    number: str | None = None
    issued: date
    due: date | None = None
    lines: tuple[Line, ...] = ()
    memo: str | None = None
    email: str | None = None
    tax: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    marker: str | None = None


class Allocation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The part of a payment that settles one invoice."""

    invoice: str
    amount: Decimal


class Payment(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="payment", omit_defaults=True
):
    """Money received; what is not applied to an invoice stays on the customer's account."""

    customer: str
    amount: Decimal
    received: date
    reference: str | None = None
    memo: str | None = None
    applied: tuple[Allocation, ...] = ()
    marker: str | None = None


class Product(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="product", omit_defaults=True
):
    """A product of MediaOS, an item of QBO."""

    name: str
    active: bool = True


Record = Customer | Invoice | Payment | Product
