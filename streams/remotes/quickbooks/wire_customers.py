"""How does a customer cross the wire, and an item?

The surprise: QuickBooks marks an inactive name by a suffix, " (deleted)" (quickbooks-online.md
2.3 d).  It is taken off again here, or every deactivation would look like a person's renaming.
"""

from quickbooks.objects.base import Address as AddressModel
from quickbooks.objects.base import EmailAddress, PhoneNumber
from quickbooks.objects.customer import Customer as CustomerModel

from schemas.records import Address, Customer, Product
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.wire_fields import Body, named, split_note

INACTIVE = " (deleted)"
ADDRESS_LINES = 5


def read_customer(shown: raw.Customer) -> Customer:
    """Return the customer that QuickBooks shows."""
    return Customer(
        name=_name(shown.display_name, active=shown.active),
        email=shown.primary_email_addr.address or None,
        phone=shown.primary_phone.free_form_number or None,
        billing=_read_address(shown.bill_addr),
        active=shown.active,
        marker=split_note(shown.notes)[1],
    )


def read_item(shown: raw.Item) -> Product:
    """Return the product that QuickBooks shows."""
    return Product(name=_name(shown.name, active=shown.active), active=shown.active)


def write_customer(record: Customer) -> dict[str, Body]:
    """Return, by our field, the properties that say it."""
    model = CustomerModel
    return {
        "name": named(model, DisplayName=record.name),
        "email": named(model, PrimaryEmailAddr=named(EmailAddress, Address=record.email or "")),
        "phone": named(model, PrimaryPhone=named(PhoneNumber, FreeFormNumber=record.phone or "")),
        "billing": named(model, BillAddr=_write_address(record.billing or Address())),
        "active": named(model, Active=record.active),
        "marker": named(model, Notes=record.marker or ""),
    }


def _name(shown: str, *, active: bool) -> str:
    return shown if active else shown.removesuffix(INACTIVE)


def _read_address(shown: raw.Address) -> Address | None:
    lines = (shown.line1, shown.line2, shown.line3, shown.line4, shown.line5)
    address = Address(
        lines=tuple(line for line in lines if line),
        city=shown.city,
        region=shown.country_sub_division_code,
        postal_code=shown.postal_code,
        country=shown.country,
    )
    return None if address == Address() else address


def _write_address(address: Address) -> Body:
    # Every line is said, empty or not: whether a sparse update keeps what a nested object leaves
    # out is nowhere documented.
    lines = [*address.lines[: ADDRESS_LINES - 1], ", ".join(address.lines[ADDRESS_LINES - 1 :])]
    lines += [""] * (ADDRESS_LINES - len(lines))
    return named(
        AddressModel,
        **{f"Line{place}": line for place, line in enumerate(lines, start=1)},
        City=address.city,
        CountrySubDivisionCode=address.region,
        PostalCode=address.postal_code,
        Country=address.country,
    )
