"""What can a parked document wait for?  A closed set, each with the text that a park carries.

That a record is linked, or that an invoice owes something again, is a fact of the document's own
lane, and meets its condition as it is folded; whether any other is met is asked of the tenant and
the lane as they stand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from schemas.values import Kind, MappingKind, RecordRef, Side


@dataclass(frozen=True, slots=True)
class MappingUsable:
    """A thing of MediaOS is mapped, a product say, and to what QuickBooks takes now."""

    kind: MappingKind
    source: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"{self.kind}:{self.source}"


@dataclass(frozen=True, slots=True)
class TargetClear:
    """One thing of MediaOS, and no other, is what QuickBooks bills as this: an item say."""

    kind: MappingKind
    target: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"{self.kind}-of:{self.target}"


@dataclass(frozen=True, slots=True)
class NoWriteOff:
    """A line item type of MediaOS is no write-off: its lines may stand on an invoice."""

    line_type: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"no-write-off:{self.line_type}"


@dataclass(frozen=True, slots=True)
class CustomerLinked:
    """The customer of the lane is on both sides."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "customer"


@dataclass(frozen=True, slots=True)
class CustomerActive:
    """QuickBooks takes the customer again, named by its id there, after it was inactive."""

    customer: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"customer-active:{self.customer}"


@dataclass(frozen=True, slots=True)
class RecordLinked:
    """A record that a document settles, an invoice say, is on both sides."""

    record: RecordRef

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"{self.record.side}-{self.record.kind}:{self.record.id}"


@dataclass(frozen=True, slots=True)
class News:
    """Something new is heard of a record, a payment say; with none named, of any payment."""

    record: RecordRef | None = None

    def __str__(self) -> str:
        """Return the text in a park."""
        if self.record is None:
            return "news:payments"
        return f"news:{self.record.side}-{self.record.kind}:{self.record.id}"


@dataclass(frozen=True, slots=True)
class StandsRight:
    """A document of the lane, an invoice say, no longer stands in the way of what settles it."""

    document: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"right:{self.document}"


@dataclass(frozen=True, slots=True)
class OwesAgain:
    """An invoice of QuickBooks, by its id there, owes something again: a credit was taken off."""

    invoice: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"owes:{self.invoice}"


@dataclass(frozen=True, slots=True)
class ZoneKnown:
    """It is known in which zone the tenant's company keeps its days."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "time-zone"


@dataclass(frozen=True, slots=True)
class BooksOpen:
    """The books of the tenant's company are open on this day and after it.

    Or they are closed until another day than `closed`, of which the park's text tells; None where
    it tells of none.
    """

    day: date
    closed: date | None = None

    def __str__(self) -> str:
        """Return the text in a park."""
        days = (self.day, self.closed) if self.closed is not None else (self.day,)
        return ":".join(["books-open", *(each.isoformat() for each in days)])


@dataclass(frozen=True, slots=True)
class AccountingUnlocked:
    """MediaOS' accounting is locked as of no such day, or as of another one than `locked`."""

    day: date
    locked: date

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"accounting-unlocked:{self.day.isoformat()}:{self.locked.isoformat()}"


@dataclass(frozen=True, slots=True)
class CurrencyKept:
    """The company keeps a currency, by its code, or `*` for several.

    Without one: it was read which it keeps.
    """

    code: str = ""

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"currency-kept:{self.code}"


@dataclass(frozen=True, slots=True)
class NumberFree:
    """The tenant's settings give an invoice another number than the one that it could not have."""

    invoice: str
    number: str

    def __str__(self) -> str:
        """Return the text in a park."""
        # An id may hold a colon, and the number begins behind the first one.
        invoice = self.invoice.replace("%", "%25").replace(":", "%3A")
        return f"number:{invoice}:{self.number}"


@dataclass(frozen=True, slots=True)
class SyncOn:
    """The tenant's documents flow by themselves; until then somebody must push."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "push"


@dataclass(frozen=True, slots=True)
class TenantLive:
    """The tenant writes, and no longer only observes."""

    def __str__(self) -> str:
        """Return the text in a park."""
        return "go-live"


@dataclass(frozen=True, slots=True)
class Counted:
    """The tenant's lane has counted a removal, of the record that stands, among all others."""

    record: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"counted:{self.record}"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody has said that all that waits for this guard is meant."""

    guard: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"confirmed:{self.guard}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's request, which stands in the place of any other condition and is met at once.

    `how`: `asked` has it judged again, `pushed` sends it by hand, `overwrite` has MediaOS win.
    """

    how: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return self.how


ASKED, PUSHED, OVERWRITE = Asked("asked"), Asked("pushed"), Asked("overwrite")

Condition = (
    MappingUsable
    | TargetClear
    | NoWriteOff
    | CustomerLinked
    | CustomerActive
    | RecordLinked
    | News
    | StandsRight
    | OwesAgain
    | ZoneKnown
    | BooksOpen
    | AccountingUnlocked
    | CurrencyKept
    | NumberFree
    | SyncOn
    | TenantLive
    | Counted
    | Confirmed
    | Asked
)

_SIDES, _KINDS, _MAPPED = frozenset(Side), frozenset(Kind), frozenset(MappingKind)

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


def _unlocked(which: str) -> AccountingUnlocked | None:
    day, _, locked = which.partition(":")
    try:
        return AccountingUnlocked(date.fromisoformat(day), date.fromisoformat(locked))
    except ValueError:
        return None


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
    "customer-active": CustomerActive,
    "books-open": _open_on,
    "accounting-unlocked": _unlocked,
    "currency-kept": CurrencyKept,
    "counted": Counted,
    "confirmed": Confirmed,
    "number": _number,
    "news": _news,
}
