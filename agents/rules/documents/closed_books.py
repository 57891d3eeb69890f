"""May a document be written to QuickBooks on its day, or are the books closed over it?

QuickBooks refuses a change of what is dated in its closed books, by the date that it has there or
by the one that it would get, so it is not tried.  A payment of today on an old invoice is none.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from agents.rules.kinds.table import POLICIES
from agents.rules.tenant.company import is_open_on
from schemas.commands import Command, Remove
from schemas.conditions import BooksOpen
from schemas.decision_input import DecisionInput
from schemas.records import Record
from schemas.state import Park, ParkReason, Snapshot
from schemas.values import Side


def made_in_closed_books(given: DecisionInput, to: Side, record: Record) -> Park | None:
    """Return why a record, in the other side's values, must not be made there now, or None."""
    day = POLICIES[given.document.kind].day
    if to is not Side.QBO or day is None:
        return None
    dated: date = getattr(record, day.field)
    return _closed(given, f"it is dated {dated}", dated)


def changed_in_closed_books(
    given: DecisionInput, to: Side, record: Record, changes: Mapping[str, Any]
) -> Park | None:
    """Return why a record that QuickBooks shows must not be changed so there now, or None."""
    day = POLICIES[given.document.kind].day
    if to is not Side.QBO or day is None:
        return None
    old: date = getattr(record, day.field)
    new: date = changes.get(day.field, old)
    if new == old:
        return _closed(given, f"it is dated {old}", old)
    return _closed(given, f"it is dated {old} in QuickBooks and {new} in MediaOS", min(old, new))


def first_day(command: Command, shown: Snapshot | None) -> date | None:
    """Return the earlier of the days that a record has in QuickBooks and would get there."""
    day = POLICIES[command.kind].day
    if isinstance(command, Remove) or command.side is not Side.QBO or day is None:
        return None
    records = (command.record, shown.record if shown is not None else None)
    first: date = min(getattr(each, day.field) for each in records if each is not None)
    return first


def _closed(given: DecisionInput, dated: str, first: date) -> Park | None:
    if is_open_on(given.company, first):
        return None
    until = given.company.closed
    return Park(
        reason=ParkReason.BOOKS_CLOSED,
        detail=(
            f"books are closed until {until} in QuickBooks, and {dated}: open them there (Account "
            "and settings, Advanced, Accounting), or date it later, and it goes by itself"
        ),
        waits_for=(str(BooksOpen(first, until)),),
    )
