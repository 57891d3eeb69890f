"""How does MediaOS write what is examined?  What is not named here is not looked at."""

from decimal import Decimal

import msgspec

Id = str | int


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What every record has."""

    id: Id
    row_version: str | int
    external_reference: str | None = None
    date_created: str | None = None
    date_deleted: str | None = None


class Mail(msgspec.Struct, frozen=True):
    """An e-mail address."""

    value: str | None = None


class Advertiser(Shown, frozen=True, kw_only=True):
    """A customer."""

    name: str
    email: Mail | None = None
    phone: str | None = None
    active: bool = True


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an invoice, a credit memo or a refund."""

    product_id: Id | None = None
    invoice_line_item_type_id: Id | None = None
    description: str | None = None
    quantity: Decimal | None = None
    amount: Decimal
    total: Decimal


class Currency(msgspec.Struct, frozen=True, kw_only=True):
    """A document's currency, by its name."""

    name: str | None = None


class Invoice(Shown, frozen=True, kw_only=True):
    """An invoice."""

    advertiser_id: Id
    external_number: str | None = None
    date_due: str | None = None
    line_items: tuple[Line, ...] = ()
    comments: str | None = None
    billing_email: Mail | None = None
    tax_total: Decimal | None = None
    discount_total: Decimal | None = None
    total: Decimal
    balance: Decimal
    currency: Currency | None = None
    exchange_rate: Decimal | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a payment pays of an invoice."""

    invoice_id: Id
    amount: Decimal


class Payment(Shown, frozen=True, kw_only=True):
    """A payment."""

    advertiser_id: Id
    amount: Decimal
    reference_number: str | None = None
    notes: str | None = None
    line: Part | None = None
    lines: tuple[Part, ...] | None = None
    currency: str | None = None
    currency_exchange_rate: Decimal | None = None


class CreditMemo(Shown, frozen=True, kw_only=True):
    """A credit memo."""

    advertiser_id: Id
    external_number: str | None = None
    line_items: tuple[Line, ...] = ()
    comments: str | None = None
    billing_email: Mail | None = None
    tax_total: Decimal | None = None
    discount_total: Decimal | None = None
    total: Decimal
    balance: Decimal
    currency: Currency | None = None
    exchange_rate: Decimal | None = None


class CreditPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a credit memo gives an invoice."""

    credit_memo_id: Id
    invoice_id: Id
    amount: Decimal


class Application(Shown, frozen=True, kw_only=True):
    """What credit memos give invoices."""

    advertiser_id: Id
    date_applied: str | None = None
    lines: tuple[CreditPart, ...] = ()


class Refund(Shown, frozen=True, kw_only=True):
    """A refund."""

    advertiser_id: Id
    external_number: str | None = None
    type: str | None = None
    line_items: tuple[Line, ...] = ()
    comments: str | None = None
    tax_total: Decimal | None = None
    discount_total: Decimal | None = None
    total: Decimal
    currency: Currency | None = None
    exchange_rate: Decimal | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list, and how many records the whole list has."""

    count: int
    advertisers: tuple[Advertiser, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    creditMemos: tuple[CreditMemo, ...] = ()  # noqa: N815 - as MediaOS calls them
    creditApplications: tuple[Application, ...] = ()  # noqa: N815 - as MediaOS calls them
    refunds: tuple[Refund, ...] = ()
