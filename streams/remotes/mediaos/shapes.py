"""What does a record of MediaOS say, once its loose typing is read?

A date that never was is none, an empty text is none, and a day is the day of a time in UTC.  Where
a line shows no quantity it is one, and where an invoice shows no balance its status says it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from schemas import published
from schemas.catalog import NotUnderstoodError
from schemas.records import Address, Allocation, Customer, Invoice, Line, Payment, Product, Record
from schemas.values import ZERO, Kind, Revision, cents

#: mediaos-api.md 5.2: days that stand for no date.
NO_DAYS = frozenset({"0000-00-00", "1969-12-31"})
_TIME = "%Y-%m-%d %H:%M:%S"
#: Far above any invoice, and small enough for exact arithmetic in Decimal's 28 digits.
_MOST, _DECIMALS = Decimal(10) ** 12, 8
_decoders: Mapping[Kind, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(raw) for kind, raw in published.PUBLISHED.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRecord:
    """One record as MediaOS shows it, read; `record` is None when it is deleted."""

    kind: Kind
    id: str
    revision: Revision
    customer: str | None
    at: datetime | None
    record: Record | None


def shown(kind: Kind, raw: bytes | msgspec.Raw, path: str = "") -> ParsedRecord:
    """Read one record; NotUnderstoodError names the field that is wrong, `path` before it."""
    record = decoded(_decoders[kind], raw, path)
    try:
        return _shown(record)
    except NotUnderstoodError as wrong:
        raise NotUnderstoodError(f"{path}{wrong}") from wrong


def decoded(decoder: msgspec.json.Decoder[Any], raw: bytes | msgspec.Raw, path: str = "") -> Any:
    """Decode JSON of whatever origin; NotUnderstoodError names the field, `path` before it."""
    try:
        return decoder.decode(raw)
    except msgspec.MsgspecError as fault:
        text, _, at = str(fault).partition(" - at `$")
        where = f"{path}{at.rstrip('`').lstrip('.')}".rstrip(".")
        raise NotUnderstoodError(f"{where}: {text}" if where else text) from fault
    except UnicodeDecodeError as fault:
        raise NotUnderstoodError("JSON is malformed: it is not UTF-8") from fault
    except RecursionError as fault:
        raise NotUnderstoodError("JSON is malformed: it is nested too deeply") from fault


def _shown(raw: published.Published) -> ParsedRecord:
    deleted = _moment(raw.date_deleted, "date_deleted")
    changed = _moment(raw.date_modified, "date_modified")
    kind, customer, record = _read(raw)
    return ParsedRecord(
        kind=kind,
        id=_id(raw.id, "id"),
        revision=Revision(deleted=deleted is not None, number=int(raw.row_version)),
        customer=customer,
        at=deleted or changed or _moment(raw.date_created, "date_created"),
        record=None if deleted else record,
    )


def _read(raw: published.Published) -> tuple[Kind, str | None, Record]:
    match raw:
        case published.Advertiser():
            return Kind.CUSTOMER, _id(raw.id, "id"), _customer(raw)
        case published.Invoice():
            return Kind.INVOICE, _id(raw.advertiser_id, "advertiser_id"), _invoice(raw)
        case published.Payment():
            return Kind.PAYMENT, _id(raw.advertiser_id, "advertiser_id"), _payment(raw)
        case published.Product():
            return Kind.PRODUCT, None, Product(name=raw.name, active=_flag(raw.active))


def _customer(raw: published.Advertiser) -> Customer:
    if not raw.name.strip():
        raise NotUnderstoodError("name: expected a text that is not empty")
    return Customer(
        name=raw.name,
        email=_email(raw.email),
        phone=raw.phone or None,
        billing=_address(raw.billing_address),
        active=_flag(raw.active),
        marker=_text(raw.external_reference),
    )


def _invoice(raw: published.Invoice) -> Invoice:
    total = _amount(raw.total, "total")
    return Invoice(
        customer=_id(raw.advertiser_id, "advertiser_id"),
        number=_text(raw.external_number),
        issued=_needed_day(raw.date_created, "date_created"),
        due=_day(raw.date_due, "date_due"),
        lines=tuple(_line(line, f"line_items[{i}]") for i, line in enumerate(raw.line_items)),
        memo=raw.comments or None,
        email=_email(raw.billing_email),
        tax=_amount(raw.tax_total or ZERO, "tax_total"),
        discount=_amount(raw.discount_total or ZERO, "discount_total"),
        total=total,
        balance=_balance(raw, total),
        marker=_text(raw.external_reference),
    )


def _line(raw: published.InvoiceLine, path: str) -> Line:
    quantity = Decimal(1) if raw.quantity is None else _amount(raw.quantity, f"{path}.quantity")
    price = _amount(raw.amount, f"{path}.amount")
    total = cents(quantity * price) if raw.total is None else _amount(raw.total, f"{path}.total")
    return Line(
        product=None if raw.product_id is None else _id(raw.product_id, f"{path}.product_id"),
        description=raw.description or "",
        quantity=quantity,
        unit_price=price,
        amount=total,
    )


def _balance(raw: published.Invoice, total: Decimal) -> Decimal:
    if raw.balance is not None:
        return _amount(raw.balance, "balance")
    return ZERO if raw.status == "Paid" else total


def _payment(raw: published.Payment) -> Payment:
    applied = raw.lines if raw.lines is not None else (raw.line,) if raw.line else ()
    return Payment(
        customer=_id(raw.advertiser_id, "advertiser_id"),
        amount=_amount(raw.amount, "amount"),
        received=_needed_day(raw.date_created, "date_created"),
        reference=_text(raw.reference_number),
        memo=raw.notes or None,
        applied=tuple(
            Allocation(
                invoice=_id(line.invoice_id, f"lines[{i}].invoice_id"),
                amount=_amount(line.amount, f"lines[{i}].amount"),
            )
            for i, line in enumerate(applied)
        ),
        marker=_text(raw.external_reference),
    )


def _address(raw: published.Address | None) -> Address | None:
    if raw is None:
        return None
    lines = [line or "" for line in (raw.line1, raw.line2, raw.line3, raw.line4)]
    while lines and not lines[-1]:
        lines.pop()
    address = Address(
        lines=tuple(lines),
        city=raw.city or "",
        region=raw.state or "",
        postal_code=raw.postal_code or "",
        country=raw.country or "",
    )
    return None if address == Address() else address


def _email(raw: published.ContactData | None) -> str | None:
    return (raw.value or None) if raw else None


def _text(value: str | int | None) -> str | None:
    return None if value is None or value == "" else str(value)


def _flag(value: bool | int | str) -> bool:  # noqa: FBT001 - a value of the wire, not an option
    return str(value).lower() in {"true", "1"}


def _id(value: str | int, path: str) -> str:
    # The pattern of the schema lets a line break pass at the end, and a key may not hold one.
    if not re.fullmatch(r"[0-9A-Za-z_-]+", str(value)):
        raise NotUnderstoodError(f"{path}: expected an id of digits, got {value!r}")
    return str(value)


def _amount(value: Decimal, path: str) -> Decimal:
    if not value.is_finite() or abs(value) >= _MOST or value != round(value, _DECIMALS):
        raise NotUnderstoodError(
            f"{path}: expected an amount below {_MOST:f} of at most {_DECIMALS} decimals,"
            f" got {value!s:.40}"
        )
    return value


def _needed_day(value: published.Moment, path: str) -> date:
    found = _day(value, path)
    if found is None:
        raise NotUnderstoodError(f"{path}: expected a date, YYYY-MM-DD HH:MM:SS, got none")
    return found


def _day(value: published.Moment, path: str) -> date | None:
    found = _moment(value, path)
    return found.date() if found else None


def _moment(value: published.Moment, path: str) -> datetime | None:
    if not value or value[:10] in NO_DAYS:
        return None
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError as fault:
        raise NotUnderstoodError(
            f"{path}: expected YYYY-MM-DD HH:MM:SS in UTC, got {value!r:.40}"
        ) from fault
