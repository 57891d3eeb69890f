"""What is asked of QuickBooks?  A command becomes one request, without any I/O.

A create sends the fields that the command names, an update is sparse and sends exactly those;
python-quickbooks' own saving would send a full update with its defaults (quickbooks-online.md 7.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import msgspec
from quickbooks.objects.customer import Customer as CustomerModel
from quickbooks.objects.invoice import Invoice as InvoiceModel
from quickbooks.objects.item import Item as ItemModel
from quickbooks.objects.payment import Payment as PaymentModel

from schemas.commands import Write
from schemas.records import Customer, Invoice, Payment, Product, Record
from schemas.values import Kind
from streams.remotes.quickbooks.wire_customers import write_customer
from streams.remotes.quickbooks.wire_fields import Body, UnsendableError, named, without_blanks
from streams.remotes.quickbooks.wire_invoices import write_invoice
from streams.remotes.quickbooks.wire_payments import required_by_update, write_payment

#: The oldest that Intuit still serves, and what it takes when none is named (2.8).
MINOR_VERSION = "75"

#: What a kind is in python-quickbooks.
MODELS: Mapping[Kind, Any] = {
    Kind.CUSTOMER: CustomerModel,
    Kind.INVOICE: InvoiceModel,
    Kind.PAYMENT: PaymentModel,
    Kind.PRODUCT: ItemModel,
}
#: What it is called in QuickBooks.
NAMES: Mapping[Kind, str] = {kind: model.qbo_object_name for kind, model in MODELS.items()}

_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; `path` follows `/v3/company/{realm}`."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"


def build(command: Write) -> Request:
    """Return the request of a command; UnsendableError says what cannot be written."""
    said = _said(command.record)
    unknown = [name for name in command.fields if name not in said]
    if unknown:
        raise UnsendableError(f"a {command.kind} has no field {', '.join(unknown)} to be written")
    body: Body = {}
    for name in command.fields:
        body |= said[name]
    return Request(
        method="POST",
        path=f"/{NAMES[command.kind].lower()}",
        params={"requestid": command.request_id, "minorversion": MINOR_VERSION},
        body=_encode(_created(command, body) if command.creates else _updated(command, body)),
    )


def read_request(kind: Kind, record_id: str) -> Request:
    """Return the request that reads one record by its id."""
    return get_request(f"/{NAMES[kind].lower()}/{quote(record_id, safe='')}")


def get_request(path: str) -> Request:
    """Return a request that only reads."""
    return Request(method="GET", path=path, params={"minorversion": MINOR_VERSION})


def _said(record: Record) -> dict[str, Body]:
    match record:
        case Customer():
            return write_customer(record)
        case Invoice():
            return write_invoice(record)
        case Payment():
            return write_payment(record)
        case Product():
            raise UnsendableError("an item is never written: it needs an account of the ledger")


def _created(command: Write, body: Body) -> Body:
    created = without_blanks(body)
    if command.auto_number:
        # QuickBooks' own sequence, also where custom numbers are switched on (2.9). The property is
        # in Intuit's schema and not in python-quickbooks' model.
        created = {**created, "AutoDocNumber": True}
        created.pop("DocNumber", None)
    return created


def _updated(command: Write, body: Body) -> Body:
    if command.based_on is None:
        raise UnsendableError("an update names no revision that it is based on")
    required = required_by_update(command.record) if isinstance(command.record, Payment) else {}
    identity = named(
        MODELS[command.kind],
        Id=command.target,
        SyncToken=str(command.based_on.number),
        sparse=True,
    )
    return {**identity, **required, **body}
