"""Which values did a released schema allow that the present text of the same version refuses?

Before 1.0, absurd values alone: what no publisher ever meant, and what could stop a worker.  Each
narrowing has its day and its reason, stands in the changelog, and is compared with what is really
narrower, so that none slips in beside them and none stays here that is no more.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple


class Narrowing(NamedTuple):
    """One limit that was put to fields, by schema, on a day: in the words of `compatibility`."""

    on: date
    why: str
    said: str
    fields: Mapping[str, tuple[str, ...]]


def narrowed(name: str) -> Iterator[str]:
    """Yield what `compatibility.breaks` may say of a schema."""
    for each in NARROWINGS:
        yield from (f"{field}: {each.said}" for field in each.fields.get(name, ()))


DAY = date(2026, 11, 28)

NARROWINGS = (
    Narrowing(
        DAY,
        "no field of either system holds more characters",
        "maxLength was None, is 1000",
        {
            "announcement.v1": ("datacontenttype", "id", "source", "subject"),
            "customer.v1": (
                "active",
                "billing_address.city",
                "billing_address.country",
                "billing_address.line1",
                "billing_address.line2",
                "billing_address.line3",
                "billing_address.line4",
                "billing_address.postal_code",
                "billing_address.state",
                "email.value",
                "external_reference",
                "name",
                "phone",
            ),
            "invoice.v1": (
                "billing_email.value",
                "external_number",
                "external_reference",
                "status",
            ),
            "payment.v1": ("external_reference", "reference_number", "type"),
            "product.v1": ("active", "external_reference", "name"),
        },
    ),
    Narrowing(
        DAY,
        "NUL is refused by PostgreSQL, and stopped every worker",
        "pattern was None, is '^[^\\\\u0000]*$'",
        {
            "announcement.v1": ("datacontenttype", "id", "source", "subject"),
            "customer.v1": (
                "active",
                "billing_address.city",
                "billing_address.country",
                "billing_address.line1",
                "billing_address.line2",
                "billing_address.line3",
                "billing_address.line4",
                "billing_address.postal_code",
                "billing_address.state",
                "email.value",
                "external_reference",
                "name",
                "phone",
            ),
            "invoice.v1": (
                "billing_email.value",
                "comments",
                "external_number",
                "external_reference",
                "line_items[].description",
                "status",
            ),
            "payment.v1": ("external_reference", "notes", "reference_number", "type"),
            "product.v1": ("active", "external_reference", "name"),
        },
    ),
    Narrowing(
        DAY,
        "an id or tenant is part of keys, file names and metrics",
        "pattern was None, is '^[0-9A-Za-z_-]{1,64}$(?!\\\\n)'",
        {
            "announcement.v1": ("tenant",),
        },
    ),
    Narrowing(
        DAY,
        "an id or tenant is part of keys, file names and metrics",
        "pattern was '^[0-9A-Za-z_.:-]{1,64}$', is '^[0-9A-Za-z_.:-]{1,64}$(?!\\\\n)'",
        {
            "lockout-wanted.v1": ("id",),
            "release-wanted.v1": ("id",),
        },
    ),
    Narrowing(
        DAY,
        "an id or tenant is part of keys, file names and metrics",
        "pattern was '^[^/\\\\s]+/(mediaos|qbo)/[^/\\\\s]+$', is '^[0-9A-Za-z_-]{1,64}/(mediaos|qbo)/[^/\\\\s\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]{1,64}$(?!\\\\n)'",  # noqa: E501
        {
            "lockout-wanted.v1": ("lane",),
            "release-wanted.v1": ("lane",),
        },
    ),
    Narrowing(
        DAY,
        "a control character is obeyed by terminals",
        "pattern was None, is '^[^\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]*$'",
        {
            "lockout-wanted.v1": ("reason",),
            "push.v1": ("id",),
            "release-wanted.v1": ("lockout",),
        },
    ),
    Narrowing(
        DAY,
        "an id or tenant is part of keys, file names and metrics",
        "pattern was None, is '^(mediaos|qbo)/[a-z-]{1,32}/[^/\\\\s\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]{1,64}$(?!\\\\n)'",  # noqa: E501
        {
            "push.v1": ("document",),
        },
    ),
    Narrowing(
        DAY,
        "an id or tenant is part of keys, file names and metrics",
        "pattern was None, is '^[0-9A-Za-z_-]{1,64}/(mediaos|qbo)/[^/\\\\s\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]{1,64}$(?!\\\\n)'",  # noqa: E501
        {
            "push.v1": ("lane",),
        },
    ),
    Narrowing(
        DAY,
        "what has more digits is no id, version or amount",
        "maximum was None, is 999999999999999999",
        {
            "customer.v1": ("active", "external_reference", "id", "row_version"),
            "invoice.v1": (
                "advertiser_id",
                "external_number",
                "external_reference",
                "id",
                "line_items[].product_id",
                "row_version",
            ),
            "payment.v1": (
                "advertiser_id",
                "external_reference",
                "id",
                "line.invoice_id",
                "lines[].invoice_id",
                "reference_number",
                "row_version",
            ),
            "product.v1": ("active", "external_reference", "id", "row_version"),
        },
    ),
    Narrowing(
        DAY,
        "what has more digits is no id, version or amount",
        "minimum was None, is -999999999999999999",
        {
            "customer.v1": ("active", "external_reference"),
            "invoice.v1": ("external_number", "external_reference"),
            "payment.v1": ("external_reference", "reference_number"),
            "product.v1": ("active", "external_reference"),
        },
    ),
    Narrowing(
        DAY,
        "no date before 1900 or after 2100 was ever a date of business",
        "pattern was None, is '^((0000-00-00|1969-12-31)[ 0-9:]{0,9}|(19[0-9]{2}|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})?$'",  # noqa: E501
        {
            "customer.v1": ("date_created", "date_deleted", "date_modified"),
            "invoice.v1": ("date_created", "date_deleted", "date_due", "date_modified"),
            "payment.v1": ("date_created", "date_deleted", "date_modified"),
            "product.v1": ("date_created", "date_deleted", "date_modified"),
        },
    ),
    Narrowing(
        DAY,
        "an id or tenant is part of keys, file names and metrics",
        "pattern was '^[0-9A-Za-z_-]+$', is '^[0-9A-Za-z_-]{1,64}$(?!\\\\n)'",
        {
            "customer.v1": ("id",),
            "invoice.v1": ("advertiser_id", "id", "line_items[].product_id"),
            "payment.v1": ("advertiser_id", "id", "line.invoice_id", "lines[].invoice_id"),
            "product.v1": ("id",),
        },
    ),
    Narrowing(
        DAY,
        "what has more digits is no id, version or amount",
        "maximum was None, is 999999999999999",
        {
            "invoice.v1": (
                "balance",
                "discount_total",
                "line_items[].amount",
                "line_items[].quantity",
                "line_items[].total",
                "tax_total",
                "total",
            ),
            "payment.v1": ("amount", "line.amount", "lines[].amount"),
        },
    ),
    Narrowing(
        DAY,
        "what has more digits is no id, version or amount",
        "minimum was None, is -999999999999999",
        {
            "invoice.v1": (
                "balance",
                "discount_total",
                "line_items[].amount",
                "line_items[].quantity",
                "line_items[].total",
                "tax_total",
                "total",
            ),
            "payment.v1": ("amount", "line.amount", "lines[].amount"),
        },
    ),
    Narrowing(
        DAY,
        "more digits are no amount, and some take all memory as text",
        "pattern was '^-?[0-9]+(\\\\.[0-9]+)?$', is '^-?[0-9]{1,15}(\\\\.[0-9]{1,6})?$'",
        {
            "invoice.v1": ("balance", "discount_total", "line_items[].total", "tax_total", "total"),
            "payment.v1": ("amount", "line.amount", "lines[].amount"),
        },
    ),
    Narrowing(
        DAY,
        "no field of either system holds more characters",
        "maxLength was None, is 10000",
        {
            "invoice.v1": ("comments", "line_items[].description"),
            "payment.v1": ("notes",),
        },
    ),
    Narrowing(
        DAY,
        "more digits are no amount, and some take all memory as text",
        "pattern was '^-?[0-9]+(\\\\.[0-9]+)?$', is '^-?[0-9]{1,15}(\\\\.[0-9]{1,12})?$'",
        {
            "invoice.v1": ("line_items[].amount", "line_items[].quantity"),
        },
    ),
)
