"""Is a record that was found on the other side the one that our create made?

Name or number alone proves nothing: the marker, the customer and the money must say the same, or
a person looks.
"""

from agents.rules.documents.numbers import another_number
from schemas.commands import Write
from schemas.records import Customer, Invoice, Payment, Record
from schemas.state import Park, ParkReason


def is_ours(command: Write, found: Record | None) -> bool:
    """Tell whether `found` is what this create asked for."""
    asked = command.record
    match asked, found:
        case Customer(), Customer():
            same = asked.name.casefold() == found.name.casefold()
        case Invoice(), Invoice():
            same = asked.customer == found.customer and asked.total == found.total
        case Payment(), Payment():
            same = asked.customer == found.customer and asked.amount == found.amount
        case _:
            return False
    return same and _marker(asked) == _marker(found)


def taken(command: Write, by: str) -> Park:
    """Return why a create cannot go: its name or number belongs to a record that is not ours."""
    record = command.record
    if isinstance(record, Customer):
        return Park(
            reason=ParkReason.NAME_TAKEN,
            detail=(
                f"the name {record.name!r} is taken in QuickBooks{by}: "
                "rename one of the two, then retry"
            ),
        )
    number = record.number if isinstance(record, Invoice) else None
    return Park(
        reason=ParkReason.NUMBER_TAKEN,
        detail=(
            f"the number {number} is taken in QuickBooks{by}: "
            "give that document another number and retry, or choose another prefix"
        ),
        waits_for=(another_number(command.about.id, number),) if number else (),
    )


def belongs_elsewhere(command: Write, shown: Record | None) -> bool:
    """Tell whether a create's answer names another customer than was asked (it moved)."""
    asked = command.record
    return (
        isinstance(asked, Invoice | Payment)
        and isinstance(shown, Invoice | Payment)
        and asked.customer != shown.customer
    )


def _marker(record: Record) -> str | None:
    return record.marker if isinstance(record, Customer | Invoice | Payment) else None
