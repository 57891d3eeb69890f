"""May a document be written on its day, or is a side closed over it?

QuickBooks refuses a change of what is dated in its closed books, MediaOS of what is dated up to its
"Lock Accounting As Of", by the date that it has there or by the one that it would get: so it is not
tried.  A payment of today on an old invoice is none.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from agents.rules.kinds.table import POLICIES
from agents.rules.tenant.company import JUST_READ, is_open_on
from schemas.commands import Command, Remove
from schemas.company import PREFERENCES
from schemas.decision_input import DecisionInput
from schemas.records import Record
from schemas.state import Park, ParkReason, Snapshot
from schemas.tenant_conditions import AccountingUnlocked, BooksOpen, BooksRead, ClosedOtherwise
from schemas.tenant_state import Tenant
from schemas.values import Side

#: What only names a record to the other side moves no money, and MediaOS locks none of it.
_NAMES = frozenset({"number", "marker"})


def made_in_closed_books(given: DecisionInput, to: Side, record: Record) -> Park | None:
    """Return why a record, in the other side's values, must not be made there now, or None."""
    day = POLICIES[given.document.kind].day
    if day is None:
        return None
    dated: date = getattr(record, day.field)
    return _closed(given, to, f"it is dated {dated}", dated)


def changed_in_closed_books(
    given: DecisionInput, to: Side, record: Record, changes: Mapping[str, Any]
) -> Park | None:
    """Return why a record that a side shows must not be changed so there now, or None."""
    day = POLICIES[given.document.kind].day
    if day is None or (to is Side.MEDIAOS and changes and _NAMES.issuperset(changes)):
        return None
    old: date = getattr(record, day.field)
    new: date = changes.get(day.field, old)
    if new == old:
        return _closed(given, to, f"it is dated {old}", old)
    dated = f"it is dated {old} in {to.called} and {new} in {to.other.called}"
    return _closed(given, to, dated, min(old, new))


def first_day(command: Command, shown: Snapshot | None) -> date | None:
    """Return the earlier of the days that a record has in QuickBooks and would get there."""
    day = POLICIES[command.kind].day
    if command.side is not Side.QBO or day is None:
        return None
    written = None if isinstance(command, Remove) else command.record
    records = (written, shown.record if shown is not None else None)
    return min((getattr(each, day.field) for each in records if each is not None), default=None)


def reading_awaited(
    tenant: Tenant, first: date, now: datetime
) -> BooksOpen | BooksRead | ClosedOtherwise:
    """Return what a write of a day waits for that QuickBooks refused over books that it has closed.

    It is judged again by its closing date once that was read, or read since where we know the books
    as open.  Where that was done just now, as after an earlier refusal, only another date helps:
    the one that QuickBooks shows is not why it refuses.
    """
    if not tenant.company.knows(PREFERENCES) or not is_open_on(tenant.company, first):
        return BooksOpen(first)
    just_read = tenant.heard is not None and now - tenant.heard < JUST_READ
    return ClosedOtherwise(tenant.company.closed) if just_read else BooksRead(tenant.heard)


def _closed(given: DecisionInput, to: Side, dated: str, first: date) -> Park | None:
    return (_books_closed if to is Side.QBO else _locked)(given, dated, first)


def _books_closed(given: DecisionInput, dated: str, first: date) -> Park | None:
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


def _locked(given: DecisionInput, dated: str, first: date) -> Park | None:
    locked = given.settings.locked_as_of
    if locked is None or first > locked:
        return None
    return Park(
        reason=ParkReason.BOOKS_CLOSED,
        detail=(
            f"accounting is locked as of {locked} in MediaOS, and {dated}: unlock it there and say "
            "so (isthmus settings set --lock-accounting-as-of), or date it later, and it goes by "
            "itself"
        ),
        waits_for=(str(AccountingUnlocked(first, locked)),),
    )
