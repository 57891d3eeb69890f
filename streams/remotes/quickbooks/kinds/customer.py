"""How does a customer cross QuickBooks' wire?

Notes cannot be searched, so who bears our marker is looked for among the newest.  The marker is
their last line: whoever writes it keeps what a person wrote above.
"""

from quickbooks.objects.base import Address as AddressModel
from quickbooks.objects.base import EmailAddress, PhoneNumber
from quickbooks.objects.customer import Customer as CustomerModel

from schemas.commands import Create
from schemas.records import Address, Customer
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.entity import Entity
from streams.remotes.quickbooks.statements import EVERY, NEWEST, Look, quoted
from streams.remotes.quickbooks.wire_fields import Body, called, join_note, named, ref, split_note

ADDRESS_LINES = 5
#: What QuickBooks alone says of a customer.
READ_ONLY = ("parent", "made", "exempt")


def _read(shown: raw.Customer) -> Customer:
    note, marker = split_note(shown.notes)
    return Customer(
        name=called(shown.display_name, active=shown.active),
        email=shown.primary_email_addr.address or None,
        phone=shown.primary_phone.free_form_number or None,
        billing=_read_address(shown.bill_addr),
        active=shown.active,
        currency=shown.currency_ref.value,
        note=note,
        parent=shown.parent_ref.value if shown.parent_ref is not None else None,
        made=shown.meta_data.create_time,
        exempt=shown.taxable is False,
        marker=marker,
    )


def _write(record: Customer) -> dict[str, Body]:
    model = CustomerModel
    notes = named(model, Notes=join_note(record.note, record.marker))
    return {
        "name": named(model, DisplayName=record.name),
        "email": named(model, PrimaryEmailAddr=named(EmailAddress, Address=record.email or "")),
        "phone": named(model, PrimaryPhone=named(PhoneNumber, FreeFormNumber=record.phone or "")),
        "billing": named(model, BillAddr=_write_address(record.billing or Address())),
        "active": named(model, Active=record.active),
        "currency": named(model, CurrencyRef=ref(record.currency)) if record.currency else {},
        "note": notes,
        "marker": notes,
        **{name: {} for name in READ_ONLY},
    }


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


def _looks(entity: Entity[raw.Customer, Customer], command: Create) -> tuple[Look, ...]:
    name = quoted(getattr(command.record, "name", ""))
    return (
        Look(entity.select(f"DisplayName = {name} AND {EVERY}")),
        Look(entity.select(f"{EVERY} {NEWEST}"), by_marker=True),
    )


CUSTOMER = Entity(
    kind=Kind.CUSTOMER,
    model=CustomerModel,
    wire=raw.Customer,
    read=_read,
    write=_write,
    looks=_looks,
    name_list=True,
)
