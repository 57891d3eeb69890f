"""How does a payment cross MediaOS's wire?  Its customer is named once, when it is made."""

from schemas import published
from schemas.commands import Removal
from schemas.records import Allocation, Payment
from schemas.values import Kind
from streams.remotes.mediaos.currencies import read_currency, read_exchange_rate
from streams.remotes.mediaos.kinds.entity import Entity
from streams.remotes.mediaos.wire_reading import (
    needed_day,
    read_amount,
    read_day,
    read_text,
    read_time,
)
from streams.remotes.mediaos.wire_writing import Body, write_day, write_number


def _read(raw: published.Payment) -> Payment:
    applied = raw.lines if raw.lines is not None else (raw.line,) if raw.line else ()
    return Payment(
        customer=str(raw.advertiser_id),
        amount=read_amount(raw.amount, "amount"),
        received=needed_day(raw.date_created, "date_created"),
        received_at=read_time(raw.date_created, "date_created"),
        reference=read_text(raw.reference_number),
        memo=raw.notes or None,
        applied=tuple(
            Allocation(
                invoice=str(line.invoice_id),
                amount=read_amount(line.amount, f"lines[{i}].amount"),
            )
            for i, line in enumerate(applied)
        ),
        refunded=read_day(raw.date_refunded, "date_refunded"),
        currency=read_currency(raw.currency),
        rate=read_exchange_rate(raw.currency_exchange_rate),
        marker=read_text(raw.external_reference),
        method=read_text(raw.type),
    )


def _write(record: Payment) -> dict[str, Body]:
    return {
        "amount": {"amount": write_number(record.amount)},
        "received": {"date_created": write_day(record.received)},
        "reference": {"reference_number": record.reference},
        "memo": {"notes": record.memo},
        "applied": {"lines": [_line(part) for part in record.applied]},
        "method": {},
        "account": {},
        "rate": {"currency_exchange_rate": write_number(record.rate)} if record.rate else {},
        "marker": {"external_reference": record.marker},
    }


def _line(part: Allocation) -> Body:
    return {"invoice_id": part.invoice, "amount": write_number(part.amount)}


def _create(record: Payment) -> dict[str, Body]:
    return {
        "customer": {"advertiser_id": record.customer},
        "currency": {"currency_code": record.currency} if record.currency else {},
        **_write(record),
    }


PAYMENT = Entity(
    kind=Kind.PAYMENT,
    path="payments",
    read=_read,
    write=_write,
    create=_create,
    removals=frozenset({Removal.DELETE}),
)
