"""How does MediaOS write a record, in a public event and in the API's answer?

Loosely: an id or an amount is a text or a number, a date has no zone (UTC by our contract), and
what is not there may be null, "" or one of two dates that never were (mediaos-api.md 3 to 5, 7).
Only the fields that are read stand here; others may come along and are ignored.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.values import Kind

#: An id is part of keys and event ids, where "/", "@" and "#" separate.
Id = Annotated[str, Meta(pattern="^[0-9A-Za-z_-]+$")] | Annotated[int, Meta(ge=0)]
RowVersion = Annotated[str, Meta(pattern="^[1-9][0-9]{0,17}$")] | Annotated[int, Meta(ge=1)]
#: `YYYY-MM-DD HH:MM:SS`; 0000-00-00 and 1969-12-31 mean that there is no date.
Moment = str | None
Flag = bool | int | str


class ContactData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An e-mail address; its value may be empty."""

    value: str | None = None


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; an unused line is empty."""

    line1: str | None = None
    line2: str | None = None
    line3: str | None = None
    line4: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Advertiser(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer."""

    id: Id
    row_version: RowVersion
    name: str
    email: ContactData | None = None
    phone: str | None = None
    billing_address: Address | None = None
    active: Flag = True
    external_reference: str | int | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class InvoiceLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sold line: `amount` is the price of one, `total` quantity times amount, in cents."""

    amount: Decimal
    total: Decimal | None = None
    quantity: Decimal | None = None
    product_id: Id | None = None
    description: str | None = None


class Invoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice with all its lines; without a balance, its status says what is owed."""

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    line_items: tuple[InvoiceLine, ...]
    total: Decimal
    balance: Decimal | None = None
    status: str | None = None
    tax_total: Decimal | None = None
    discount_total: Decimal | None = None
    billing_email: ContactData | None = None
    comments: str | None = None
    external_number: str | int | None = None
    external_reference: str | int | None = None
    date_due: Moment = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class PaymentLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a payment that settles one invoice."""

    invoice_id: Id
    amount: Decimal


class Payment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A payment; `lines` are its applications, `line` the only one where there is no `lines`."""

    id: Id
    row_version: RowVersion
    advertiser_id: Id
    amount: Decimal
    lines: tuple[PaymentLine, ...] | None = None
    line: PaymentLine | None = None
    type: str | None = None
    reference_number: str | int | None = None
    notes: str | None = None
    external_reference: str | int | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


class Product(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is sold."""

    id: Id
    row_version: RowVersion
    name: str
    active: Flag = True
    external_reference: str | int | None = None
    date_created: Moment = None
    date_modified: Moment = None
    date_deleted: Moment = None


Published = Advertiser | Invoice | Payment | Product


class Announcement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A public event: a CloudEvent in structured mode, `data` is the record whole.

    `type` is com.mediaos.{kind}.changed.v1 or .deleted.v1, `subject` {kind}/{id}, `sequence` the
    record's row version, and `id` {tenant}/mediaos/{kind}/{id}@{row version}.
    """

    specversion: Literal["1.0"]
    id: str
    source: str
    type: Annotated[
        str,
        Meta(pattern=rf"^com\.mediaos\.({'|'.join(Kind)})\.(changed|deleted)\.v1$"),
    ]
    subject: str
    time: Annotated[datetime, Meta(tz=True)]
    tenant: Annotated[str, Meta(min_length=1)]
    sequence: Annotated[str, Meta(pattern="^[1-9][0-9]{0,17}$")]
    data: msgspec.Raw
    datacontenttype: str = "application/json"
