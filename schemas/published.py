"""How does MediaOS write a record, in a public event and in the API's answer?

Loosely: an id or an amount is a text or a number, a date has no zone (UTC by our contract), and
what is not there may be null, "" or one of two dates that never were (mediaos-api.md 3 to 5, 7).
Only the fields that are read stand here; others may come along and are ignored.  How long or large
anything may be is in `schemas.limits`.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.limits import ID, MOMENT, MOST_WHOLE, Amount, Line, Rate, Tenant, Text
from schemas.values import Kind

Whole = Annotated[int, Meta(ge=-MOST_WHOLE, le=MOST_WHOLE)]
#: An id is part of keys and event ids, where "/", "@" and "#" separate.
Id = Annotated[str, Meta(pattern=ID)] | Annotated[int, Meta(ge=0, le=MOST_WHOLE)]
RowVersion = (
    Annotated[str, Meta(pattern="^[1-9][0-9]{0,17}$")] | Annotated[int, Meta(ge=1, le=MOST_WHOLE)]
)
#: `YYYY-MM-DD HH:MM:SS`; 0000-00-00 and 1969-12-31 mean that there is no date.  Its reader looks.
Moment = Annotated[str, Meta(extra_json_schema={"pattern": MOMENT})] | None
Flag = bool | Whole | Line
#: The version of CloudEvents, not of ours.
SpecVersion = Literal["1.0"]
EventType = Annotated[
    str,
    Meta(pattern=rf"^com\.mediaos\.({'|'.join(Kind)})\.(changed|deleted)\.v1$"),
]
EventTime = Annotated[datetime, Meta(tz=True)]
Sequence = Annotated[str, Meta(pattern="^[1-9][0-9]{0,17}$")]


class ContactData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An e-mail address; its value may be empty."""

    value: Line | None = None


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; an unused line is empty."""

    line1: Line | None = None
    line2: Line | None = None
    line3: Line | None = None
    line4: Line | None = None
    city: Line | None = None
    state: Line | None = None
    postal_code: Line | None = None
    country: Line | None = None


class Currency(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A currency, by its name in words; MediaOS has no code of it."""

    name: Line | None = None


class Advertiser(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer; without a currency it is kept in the home one."""

    id: Id
    row_version: RowVersion
    name: Line
    email: ContactData | None = None
    phone: Line | None = None
    billing_address: Address | None = None
    active: Flag = True
    currency: Currency | None = None
    external_reference: Line | Whole | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The terms of payment of the contract that is billed."""

    id: Id
    name: Line | None = None


class InvoiceLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sold line: `amount` is the price of one, `total` quantity times amount, in cents.

    It names what is sold: a product, or in its place a line item type, a fee or a discount.
    `tax_code` is what MediaOS calls its tax, where it names one.
    """

    amount: Rate
    total: Amount | None = None
    quantity: Rate | None = None
    product_id: Id | None = None
    invoice_line_item_type_id: Id | None = None
    description: Text | None = None
    taxable: Flag | None = None
    tax_code: Line | None = None


class Invoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice with all its lines; without a balance, its status says what is owed.

    Its amounts are in its own currency, and so are those of any other record; `exchange_rate` is
    the multiplier from the home currency.
    """

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    line_items: tuple[InvoiceLine, ...]
    total: Amount
    balance: Amount | None = None
    status: Line | None = None
    tax_total: Amount | None = None
    tax_rate: Rate | None = None
    tax_percent_based: Flag | None = None
    tax_after_discount: Flag | None = None
    discount_total: Amount | None = None
    terms: Terms | None = None
    currency: Currency | None = None
    exchange_rate: Rate | None = None
    billing_email: ContactData | None = None
    comments: Text | None = None
    external_number: Line | Whole | None = None
    external_reference: Line | Whole | None = None
    date_due: Moment = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class CreditMemo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A credit memo with all its lines, of amounts above zero; `balance` settles nothing yet."""

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    line_items: tuple[InvoiceLine, ...]
    total: Amount
    balance: Amount | None = None
    tax_total: Amount | None = None
    tax_rate: Rate | None = None
    tax_percent_based: Flag | None = None
    tax_after_discount: Flag | None = None
    discount_total: Amount | None = None
    currency: Currency | None = None
    exchange_rate: Rate | None = None
    billing_email: ContactData | None = None
    comments: Text | None = None
    external_number: Line | Whole | None = None
    external_reference: Line | Whole | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class PaymentLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a payment that settles one invoice."""

    invoice_id: Id
    amount: Amount


class Payment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A payment; `lines` are its applications, `line` the only one where there is no `lines`."""

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    amount: Amount
    lines: tuple[PaymentLine, ...] | None = None
    line: PaymentLine | None = None
    type: Line | None = None
    reference_number: Line | Whole | None = None
    notes: Text | None = None
    currency: Line | None = None
    currency_exchange_rate: Rate | None = None
    date_refunded: Moment = None
    external_reference: Line | Whole | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class CreditPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a credit memo that settles one invoice."""

    credit_memo_id: Id
    invoice_id: Id
    amount: Amount


class CreditApplication(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What credit memos of one advertiser settle of its invoices, `date_applied` says when."""

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    lines: tuple[CreditPart, ...]
    date_applied: Moment = None
    external_reference: Line | Whole | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class Refund(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money paid out for what is taken back, with all its lines; `type` is how it was paid out."""

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    line_items: tuple[InvoiceLine, ...]
    total: Amount
    type: Line | None = None
    tax_total: Amount | None = None
    tax_rate: Rate | None = None
    tax_percent_based: Flag | None = None
    tax_after_discount: Flag | None = None
    discount_total: Amount | None = None
    currency: Currency | None = None
    exchange_rate: Rate | None = None
    comments: Text | None = None
    external_number: Line | Whole | None = None
    external_reference: Line | Whole | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class Product(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is sold."""

    id: Id
    row_version: RowVersion
    name: Line
    active: Flag = True
    external_reference: Line | Whole | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class ListEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something of a list that is read, and no event tells of it.

    A fee or a discount (`kind`) that a line may be, or terms of payment.
    """

    id: Id
    row_version: RowVersion
    name: Line
    kind: Line = ""
    gl_account_code: Line | Whole | None = None
    gl_item_code: Line | Whole | None = None
    active: Flag = True
    date_deleted: Moment = None


Published = Advertiser | Invoice | CreditMemo | Payment | CreditApplication | Refund | Product


class Announcement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A public event: a CloudEvent in structured mode, `data` is the record whole.

    `type` is com.mediaos.{kind}.changed.v1 or .deleted.v1, `subject` {kind}/{id}, `sequence` the
    record's row version, and `id` {tenant}/mediaos/{kind}/{id}@{row version}.
    """

    specversion: SpecVersion
    id: Line
    source: Line
    type: EventType
    subject: Line
    time: EventTime
    tenant: Tenant
    sequence: Sequence
    data: msgspec.Raw
    datacontenttype: Line = "application/json"
