"""How is a field of a record written in a request to MediaOS?

Exactly the named fields go, and only those that the contract lets the API write: of an invoice the
header, since people make invoices and their lines (schemas/contracts/mediaos-api.openapi.yaml).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from schemas.commands import Write
from schemas.records import Address, Allocation, Customer, Invoice, Payment

Body = dict[str, Any]

ADDRESS_LINES = ("line1", "line2", "line3", "line4")


class UnsendableError(ValueError):
    """MediaOS's API cannot write what the command asks; `field` is the field that cannot go."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def body_of(command: Write) -> Body:
    """Return the command's fields as MediaOS names and writes them, or raise UnsendableError."""
    writable = _writable(command)
    body: Body = {}
    for name in command.fields:
        if name not in writable:
            raise UnsendableError(name, f"MediaOS takes no such field of this {command.kind}")
        body |= writable[name]
    return body


def _writable(command: Write) -> dict[str, Body]:
    match command.record:
        case Customer():
            return _customer(command.record)
        case Invoice() if not command.creates:
            return _invoice(command.record)
        case Payment() if command.creates:
            named = {"customer": {"advertiser_id": command.record.customer}}
            return named | _payment(command.record)
        case Payment():
            return _payment(command.record)
        case _:
            raise UnsendableError(
                "record", f"a {command.kind} is made by people, in MediaOS itself"
            )


def _customer(record: Customer) -> dict[str, Body]:
    return {
        "name": {"name": record.name},
        "email": {"email": _email(record.email)},
        "phone": {"phone": record.phone},
        "billing": {"billing_address": _address(record.billing)},
        "active": {"active": record.active},
        "marker": {"external_reference": record.marker},
    }


def _invoice(record: Invoice) -> dict[str, Body]:
    due = {} if record.due is None else {"due": {"date_due": _day(record.due)}}
    return {
        **due,
        "memo": {"comments": record.memo},
        "email": {"billing_email": _email(record.email)},
        "number": {"external_number": record.number},
        "marker": {"external_reference": record.marker},
    }


def _payment(record: Payment) -> dict[str, Body]:
    return {
        "amount": {"amount": number(record.amount)},
        "received": {"date_created": _day(record.received)},
        "reference": {"reference_number": record.reference},
        "memo": {"notes": record.memo},
        "applied": {"lines": [_line(part) for part in record.applied]},
        "marker": {"external_reference": record.marker},
    }


def _line(part: Allocation) -> Body:
    return {"invoice_id": part.invoice, "amount": number(part.amount)}


def _email(value: str | None) -> Body | None:
    return None if value is None else {"value": value}


def _address(address: Address | None) -> Body | None:
    if address is None:
        return None
    # MediaOS has four lines and QuickBooks five: what is over goes into the last.
    last = len(ADDRESS_LINES) - 1
    lines = [*address.lines[:last], ", ".join(address.lines[last:])]
    lines += [""] * (len(ADDRESS_LINES) - len(lines))
    return {
        **dict(zip(ADDRESS_LINES, lines, strict=True)),
        "city": address.city,
        "state": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
    }


def number(value: Decimal) -> str:
    """Write a number as MediaOS does: plain, without trailing zeros (mediaos-api.md 3.2)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _day(value: date) -> str:
    return f"{value.isoformat()} 00:00:00"
