"""Is a record that was found on the other side the one that our create made?

Name or number alone proves nothing: the marker, the customer and the money must say the same, or
a person looks.
"""

from agents.rules.documents.numbers import another_number
from agents.rules.kinds.policy import Unique
from agents.rules.kinds.table import numbered_as, policy_of
from schemas.commands import Create, Update
from schemas.kinds import customer_of, kind_of, marker_of, number_of
from schemas.records import Record
from schemas.state import Park, ParkReason
from schemas.values import Side


def is_ours(command: Create, found: Record | None) -> bool:
    """Tell whether `found` is what this create asked for."""
    asked = command.record
    if found is None or kind_of(asked) is not kind_of(found):
        return False
    return policy_of(asked).same(asked, found) and marker_of(asked) == marker_of(found)


def taken(command: Create | Update, by: str) -> Park:
    """Return why a write cannot go: its name or number belongs to a record that is not ours."""
    if policy_of(command.record).unique is Unique.NAME:
        name = getattr(command.record, Unique.NAME)
        if command.side is Side.MEDIAOS:
            return _advertiser_there(command, name, by)
        return _name_taken(command, name, by)
    return _number_taken(command, number_of(command.record), by)


def _name_taken(command: Create | Update, name: str, by: str) -> Park:
    told = f"the name {name!r} is taken in QuickBooks{by}: "
    if isinstance(command, Create):
        one = f"{command.kind} {command.about.id}"
        told += f"if it is the same one, `isthmus link {one} ID` with its id there; if not, "
    return Park(reason=ParkReason.NAME_TAKEN, detail=f"{told}rename one of the two, then retry")


def _advertiser_there(command: Create | Update, name: str, by: str) -> Park:
    """Return that MediaOS has an advertiser of that name; it would take a second one, unasked."""
    return Park(
        reason=ParkReason.NAME_TAKEN,
        detail=(
            f"MediaOS has an advertiser named {name!r} already{by}: if it is the same one, "
            f"`isthmus link {command.kind} ID {command.about.id}` with its id there; if not, "
            "rename one of the two, then retry"
        ),
    )


def _number_taken(command: Create | Update, number: str | None, by: str) -> Park:
    told = f"the number {number} is taken in QuickBooks{by}: give that document another number"
    if not isinstance(command, Create):
        # What is linked keeps its number, whatever the prefix.
        return Park(reason=ParkReason.NUMBER_TAKEN, detail=f"{told} and retry")
    ours = (number or "").rpartition("-")[0] if command.after_void else number
    return Park(
        reason=ParkReason.NUMBER_TAKEN,
        detail=f"{told} and retry, or choose another prefix",
        waits_for=(another_number(numbered_as(command.kind, command.about.id), ours),)
        if ours
        else (),
    )


def belongs_elsewhere(command: Create, shown: Record | None) -> bool:
    """Tell whether a create's answer names another customer than was asked (it moved)."""
    asked, named = customer_of(command.record), customer_of(shown)
    return asked is not None and named is not None and asked != named


def stands_elsewhere(command: Create, there: str) -> Park:
    """Return that a side has already made what is created there, by this id, and not as asked."""
    return Park(
        reason=ParkReason.CUSTOMER_CHANGED,
        detail=(
            f"{command.side.called} already has it as {there}, for another customer "
            "or deleted: put it right there, then retry"
        ),
    )
