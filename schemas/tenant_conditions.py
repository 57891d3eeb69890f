"""Which conditions of a park does the tenant meet: its company, its settings, its counting?"""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.company import Classes
from schemas.tenant_state import TaxBy


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
    it tells of none.  What nobody has read yet is neither open nor closed.
    """

    day: date
    closed: date | None = None

    def __str__(self) -> str:
        """Return the text in a park."""
        days = (self.day, self.closed) if self.closed is not None else (self.day,)
        return ":".join(["books-open", *(each.isoformat() for each in days)])


@dataclass(frozen=True, slots=True)
class BooksRead:
    """QuickBooks' preferences were read since it refused a write over books that it has closed.

    `heard` is when they were read before that for what waited for it, None where nothing had.
    """

    heard: datetime | None = None

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"books-read:{self.heard.isoformat() if self.heard is not None else ''}"


@dataclass(frozen=True, slots=True)
class ClosedOtherwise:
    """QuickBooks' books are closed until another day than this one, None where they were open."""

    closed: date | None = None

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"closed-otherwise:{self.closed.isoformat() if self.closed is not None else ''}"


@dataclass(frozen=True, slots=True)
class AccountingUnlocked:
    """MediaOS' accounting is locked as of no such day, or as of another one than `locked`."""

    day: date
    locked: date

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"accounting-unlocked:{self.day.isoformat()}:{self.locked.isoformat()}"


@dataclass(frozen=True, slots=True)
class TaxReckoned:
    """The tax of another one counts than of the one by whose two figures differ."""

    by: TaxBy

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"tax-by-other-than:{self.by}"


@dataclass(frozen=True, slots=True)
class TrackedOtherwise:
    """The company keeps no more classes as a write has said them, or no locations."""

    classes: Classes
    locations: bool

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"tracked-otherwise:{self.classes}:{'locations' if self.locations else ''}"


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
