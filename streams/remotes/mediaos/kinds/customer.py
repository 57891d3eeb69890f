"""How does an advertiser cross MediaOS's wire?"""

from schemas import published
from schemas.catalog import NotUnderstoodError
from schemas.records import Customer
from schemas.values import Kind
from streams.remotes.mediaos.currencies import read_currency
from streams.remotes.mediaos.kinds.entity import Entity
from streams.remotes.mediaos.wire_reading import read_address, read_email, read_flag, read_text
from streams.remotes.mediaos.wire_writing import Body, write_address, write_email


def _read(raw: published.Advertiser) -> Customer:
    if not raw.name.strip():
        raise NotUnderstoodError("name: expected a text that is not empty")
    return Customer(
        name=raw.name,
        email=read_email(raw.email),
        phone=raw.phone or None,
        billing=read_address(raw.billing_address),
        active=read_flag(raw.active),
        currency=read_currency(raw.currency.name if raw.currency else None),
        marker=read_text(raw.external_reference),
    )


def _write(record: Customer) -> dict[str, Body]:
    return {
        "name": {"name": record.name},
        "email": {"email": write_email(record.email)},
        "phone": {"phone": record.phone},
        "billing": {"billing_address": write_address(record.billing)},
        "active": {"active": record.active},
        "marker": {"external_reference": record.marker},
    }


def _create(record: Customer) -> dict[str, Body]:
    # MediaOS takes two of one name; whether they are one firm a person says.
    once = {"currency_code": record.currency} if record.currency else {}
    named = {"name": record.name, "unique_name": True}
    return {**_write(record), "name": named, "currency": once}


CUSTOMER = Entity(kind=Kind.CUSTOMER, path="advertisers", read=_read, write=_write, create=_create)
