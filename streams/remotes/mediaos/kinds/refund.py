"""How does a refund cross MediaOS's wire?

The API makes one with its lines, writes its header only from then on, since the lines are people's,
and deletes it (schemas/contracts/mediaos-api.openapi.yaml).  It has no account: its type says how
the money was paid out.
"""

from schemas import published
from schemas.commands import Removal
from schemas.records import Refund
from schemas.values import ZERO, Kind
from streams.remotes.mediaos.currencies import read_currency, read_exchange_rate
from streams.remotes.mediaos.kinds.entity import Entity
from streams.remotes.mediaos.kinds.sale_lines import read_lines, write_line
from streams.remotes.mediaos.wire_reading import (
    needed_day,
    read_amount,
    read_flag,
    read_text,
    read_time,
)
from streams.remotes.mediaos.wire_writing import Body, write_day, write_number


def _read(raw: published.Refund) -> Refund:
    return Refund(
        customer=str(raw.advertiser_id),
        number=read_text(raw.external_number),
        issued=needed_day(raw.date_created, "date_created"),
        issued_at=read_time(raw.date_created, "date_created"),
        lines=read_lines(raw),
        memo=raw.comments or None,
        method=read_text(raw.type),
        tax=read_amount(raw.tax_total or ZERO, "tax_total"),
        discount=read_amount(raw.discount_total or ZERO, "discount_total"),
        total=read_amount(raw.total, "total"),
        after_discount=read_flag(raw.tax_after_discount),
        currency=read_currency(raw.currency.name if raw.currency else None),
        rate=read_exchange_rate(raw.exchange_rate),
        marker=read_text(raw.external_reference),
    )


def _write(record: Refund) -> dict[str, Body]:
    return {
        "memo": {"comments": record.memo},
        "number": {"external_number": record.number},
        "marker": {"external_reference": record.marker},
        "tax": {"tax_amount": write_number(record.tax)},
    }


def _create(record: Refund) -> dict[str, Body]:
    return {
        **_write(record),
        "customer": {"advertiser_id": record.customer},
        "issued": {"date_created": write_day(record.issued)},
        "method": {},
        "account": {},
        "lines": {"line_items": [write_line(line) for line in record.lines]},
        "discount": {"discount_amount": write_number(record.discount)},
        "currency": {"currency_code": record.currency} if record.currency else {},
        "rate": {"exchange_rate": write_number(record.rate)} if record.rate else {},
    }


REFUND = Entity(
    kind=Kind.REFUND,
    path="refunds",
    read=_read,
    write=_write,
    create=_create,
    removals=frozenset({Removal.DELETE}),
)
