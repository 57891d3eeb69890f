"""How does an invoice cross MediaOS's wire?

Where one shows no balance its status says it.
The API makes one with its lines, writes its header only from then on, since the lines are people's,
and deletes it (schemas/contracts/mediaos-api.openapi.yaml).
"""

from decimal import Decimal

from schemas import published
from schemas.commands import Removal
from schemas.records import Invoice
from schemas.values import ZERO, Kind
from streams.remotes.mediaos.currencies import read_currency, read_exchange_rate
from streams.remotes.mediaos.kinds.entity import Entity
from streams.remotes.mediaos.kinds.sale_lines import read_lines, write_line
from streams.remotes.mediaos.wire_reading import (
    needed_day,
    read_amount,
    read_day,
    read_email,
    read_flag,
    read_text,
    read_time,
)
from streams.remotes.mediaos.wire_writing import Body, write_day, write_email, write_number


def _read(raw: published.Invoice) -> Invoice:
    total = read_amount(raw.total, "total")
    return Invoice(
        customer=str(raw.advertiser_id),
        number=read_text(raw.external_number),
        issued=needed_day(raw.date_created, "date_created"),
        issued_at=read_time(raw.date_created, "date_created"),
        due=read_day(raw.date_due, "date_due"),
        lines=read_lines(raw),
        term=str(raw.terms.id) if raw.terms is not None else "",
        memo=raw.comments or None,
        email=read_email(raw.billing_email),
        tax=read_amount(raw.tax_total or ZERO, "tax_total"),
        discount=read_amount(raw.discount_total or ZERO, "discount_total"),
        total=total,
        balance=_balance(raw, total),
        after_discount=read_flag(raw.tax_after_discount),
        currency=read_currency(raw.currency.name if raw.currency else None),
        rate=read_exchange_rate(raw.exchange_rate),
        marker=read_text(raw.external_reference),
    )


def _balance(raw: published.Invoice, total: Decimal) -> Decimal:
    if raw.balance is not None:
        return read_amount(raw.balance, "balance")
    return ZERO if raw.status == "Paid" else total


def _write(record: Invoice) -> dict[str, Body]:
    due = {} if record.due is None else {"due": {"date_due": write_day(record.due)}}
    return {
        **due,
        "memo": {"comments": record.memo},
        "email": {"billing_email": write_email(record.email)},
        "number": {"external_number": record.number},
        "marker": {"external_reference": record.marker},
        "tax": {"tax_amount": write_number(record.tax)},
    }


def _create(record: Invoice) -> dict[str, Body]:
    return {
        **_write(record),
        "customer": {"advertiser_id": record.customer},
        "issued": {"date_created": write_day(record.issued)},
        "lines": {"line_items": [write_line(line) for line in record.lines]},
        "discount": {"discount_amount": write_number(record.discount)},
        "currency": {"currency_code": record.currency} if record.currency else {},
        "rate": {"exchange_rate": write_number(record.rate)} if record.rate else {},
    }


INVOICE = Entity(
    kind=Kind.INVOICE,
    path="invoices",
    read=_read,
    write=_write,
    create=_create,
    removals=frozenset({Removal.DELETE}),
)
