"""Is a change newer than what its side has shown, and can its revision be believed?

Revisions are totally ordered per record and side, so duplicates, replays and disorder cost
nothing.  A counter that stands still or goes back while the record moves on cannot be trusted: the
record parks by name, since guessing could put an older revision over a newer one.
"""

from datetime import timedelta

from msgspec.structs import replace

from schemas.changes import Change
from schemas.records import CreditApplication, CreditMemo, Invoice, Payment, Record
from schemas.state import Park, ParkReason, Snapshot
from schemas.values import ZERO, Side, is_later

#: Clocks of one side may differ by so much before a later time means that a counter went back.
CLOCKS_DIFFER = timedelta(minutes=5)
#: In which currency a record is was not read before it could cross in it.
_READ_SINCE = ("currency", "rate", "home_total")


def is_newer(change: Change, shown: Snapshot | None) -> bool:
    """Tell whether a change says more than its side has shown.

    What is said of a record that another one has replaced (it was deleted, and made anew) is old.
    Into which one a record was merged no revision of it says.
    """
    if shown is None:
        return True
    if change.id != shown.id:
        return False
    merged = change.merged_into is not None and change.merged_into != shown.merged_into
    return merged or is_later(change.side, change.revision, shown.revision)


def is_torn(change: Change, shown: Snapshot) -> bool:
    """Tell whether QuickBooks shows one revision in two ways: one of them is not whole.

    A balance moves without a new SyncToken (quickbooks-online.md 2.3), and so may what is left of a
    credit.
    """
    if change.side is not Side.QBO or change.revision != shown.revision or change.id != shown.id:
        return False
    if change.record is None or shown.record is None:
        return False
    return _still(_as_kept(change.record, shown.record)) != _still(shown.record)


def fuller(one: Record, other: Record) -> bool:
    """Tell whether a record says all that another does, and more."""
    more = [name for name in one.__struct_fields__ if _much(one, name) > _much(other, name)]
    less = [name for name in one.__struct_fields__ if _much(one, name) < _much(other, name)]
    return bool(more) and not less


def half_kept(record: Record | None) -> bool:
    """Tell whether what QuickBooks showed was kept without the words of its lines.

    Of a payment that has others than those to invoices, which its credits and charges tell.
    """
    match record:
        case Invoice() | CreditMemo():
            return bool(record.lines) and not record.as_shown
        case Payment():
            return bool(record.credits or record.returned) and not record.as_shown
        case CreditApplication():
            return bool(record.parts) and not record.as_shown
        case _:
            return False


def clash(change: Change, shown: Snapshot) -> Park | None:
    """Return why a revision that is not newer cannot be passed over in silence, or None."""
    if change.side is not Side.MEDIAOS or shown.revision.deleted or change.id != shown.id:
        return None
    same = change.revision == shown.revision
    told, kept = change.record, shown.record
    if same and told is not None and kept is not None:
        told = _as_kept(told, kept)
    if same and told == kept:
        return None
    if same:
        return _park(f"row version {change.revision} was published twice with other content")
    if change.at - shown.at > CLOCKS_DIFFER:
        return _park(f"row version went back from {shown.revision} to {change.revision}")
    return None


def _park(what: str) -> Park:
    return Park(
        reason=ParkReason.REVISION_CLASH,
        detail=f"{what}: publish the record again with a higher row version",
    )


def _as_kept(told: Record, kept: Record) -> Record:
    """Return what is told without what earlier releases did not read, where that was not kept."""
    if type(told) is not type(kept):
        return told
    names = (name for name in _READ_SINCE if name in told.__struct_fields__)
    left = {name: getattr(kept, name) for name in names if not getattr(kept, name)}
    earlier = getattr(kept, "foreign", None)
    return replace(told, **left, **({"foreign": earlier} if earlier else {}))


def _still(record: Record) -> Record:
    match record:
        case Invoice():
            return replace(record, balance=ZERO)
        case CreditMemo():
            return replace(record, remaining=ZERO)
        case _:
            return record


def _much(record: Record, name: str) -> int:
    value = getattr(record, name)
    return len(value) if isinstance(value, tuple) else bool(value)
