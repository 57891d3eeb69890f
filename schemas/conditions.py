"""What can a parked document wait for?  A closed set, each with the text that a park carries.

That a record is linked, or that an invoice owes something again, is a fact of the document's own
lane, and meets its condition as it is folded; whether any other is met is asked of the tenant and
the lane as they stand.
"""

from collections.abc import Callable
from datetime import date, datetime

from schemas.asked_conditions import ASKED, OVERWRITE, PUSHED, Asked, Confirmed
from schemas.company import Classes
from schemas.lane_conditions import (
    CustomerActive,
    CustomerCrossed,
    CustomerLinked,
    CustomerTaxed,
    News,
    OwesAgain,
    RecordLinked,
    StandsRight,
)
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.tenant_conditions import (
    AccountingUnlocked,
    BooksOpen,
    BooksRead,
    ClosedOtherwise,
    Counted,
    CurrencyKept,
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.tenant_state import TaxBy
from schemas.values import Kind, MappingKind, RecordRef, Side

Condition = (
    MappingUsable
    | TargetClear
    | NoWriteOff
    | CustomerLinked
    | CustomerCrossed
    | CustomerActive
    | CustomerTaxed
    | RecordLinked
    | News
    | StandsRight
    | OwesAgain
    | ZoneKnown
    | BooksOpen
    | BooksRead
    | ClosedOtherwise
    | AccountingUnlocked
    | CurrencyKept
    | TaxReckoned
    | TrackedOtherwise
    | NumberFree
    | SyncOn
    | TenantLive
    | Counted
    | Confirmed
    | Asked
)

_SIDES, _KINDS, _MAPPED = frozenset(Side), frozenset(Kind), frozenset(MappingKind)
_RECKONING, _CLASSES = frozenset(TaxBy), frozenset(Classes)

_FIXED: dict[str, Condition] = {
    str(each): each
    for each in (CustomerLinked(), ZoneKnown(), SyncOn(), TenantLive(), ASKED, PUSHED, OVERWRITE)
}


def condition_of(text: str) -> Condition | None:
    """Read the text of a park; None when it is none of ours, which nothing meets."""
    what, _, which = text.partition(":")
    if what in _MAPPED:
        return MappingUsable(MappingKind(what), which)
    if what.removesuffix("-of") in _MAPPED:
        return TargetClear(MappingKind(what.removesuffix("-of")), which)
    if text in _FIXED:
        return _FIXED[text]
    return _NAMED[what](which) if what in _NAMED else _linked(what, which)


def _number(text: str) -> NumberFree:
    invoice, _, number = text.partition(":")
    return NumberFree(invoice.replace("%3A", ":").replace("%25", "%"), number)


def _open_on(which: str) -> BooksOpen | None:
    day, _, closed = which.partition(":")
    try:
        return BooksOpen(date.fromisoformat(day), date.fromisoformat(closed) if closed else None)
    except ValueError:
        return None


def _books_read(which: str) -> BooksRead | None:
    try:
        return BooksRead(datetime.fromisoformat(which) if which else None)
    except ValueError:
        return None


def _closed_otherwise(which: str) -> ClosedOtherwise | None:
    try:
        return ClosedOtherwise(date.fromisoformat(which) if which else None)
    except ValueError:
        return None


def _unlocked(which: str) -> AccountingUnlocked | None:
    day, _, locked = which.partition(":")
    try:
        return AccountingUnlocked(date.fromisoformat(day), date.fromisoformat(locked))
    except ValueError:
        return None


def _reckoned(which: str) -> TaxReckoned | None:
    return TaxReckoned(TaxBy(which)) if which in _RECKONING else None


def _tracked(which: str) -> TrackedOtherwise | None:
    classes, _, locations = which.partition(":")
    return TrackedOtherwise(Classes(classes), bool(locations)) if classes in _CLASSES else None


def _news(which: str) -> News | None:
    if which == "payments":
        return News()
    what, _, record_id = which.partition(":")
    named = _linked(what, record_id)
    return News(named.record) if named is not None else None


def _linked(what: str, record_id: str) -> RecordLinked | None:
    side, _, kind = what.partition("-")
    if side not in _SIDES or kind not in _KINDS:
        return None
    return RecordLinked(RecordRef(Side(side), Kind(kind), record_id))


#: By the word before the colon, what names one thing.
_NAMED: dict[str, Callable[[str], Condition | None]] = {
    "no-write-off": NoWriteOff,
    "right": StandsRight,
    "owes": OwesAgain,
    "customer-crossed": CustomerCrossed,
    "customer-active": CustomerActive,
    "customer-taxed": CustomerTaxed,
    "books-open": _open_on,
    "books-read": _books_read,
    "closed-otherwise": _closed_otherwise,
    "accounting-unlocked": _unlocked,
    "currency-kept": CurrencyKept,
    "tax-by-other-than": _reckoned,
    "tracked-otherwise": _tracked,
    "counted": Counted,
    "confirmed": Confirmed,
    "number": _number,
    "news": _news,
}
