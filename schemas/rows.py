"""How are the rows of the folded journal called?

A row's key is text, since a store keeps it; it is made and read here, and nowhere else.  What
stands under one lane, one tenant or one record begins alike, up to the separator.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from schemas.values import Kind, RecordRef, Side

#: Ends what all rows of one thing begin with; it stands in no id.
SEPARATOR = "\x1f"


def _one(key: str) -> str:
    """Return the key of one row: one that ended with the separator would stand for many.

    No door lets such a name in, and what the journal says of one is a row like any other.
    """
    return f"{key}?" if key.endswith(SEPARATOR) else key


class LaneRow(NamedTuple):
    """The lane's own: its open decision, held events, waits, home."""

    lane: str

    def __str__(self) -> str:
        """Return the key."""
        return _one(f"lane:{self.lane}")


class DocumentRow(NamedTuple):
    """One document of a lane."""

    lane: str
    name: str

    def __str__(self) -> str:
        """Return the key."""
        return _one(f"document:{self.lane}{SEPARATOR}{self.name}")


class WaitingRow(NamedTuple):
    """Which documents of a lane wait, by what they wait for."""

    lane: str

    def __str__(self) -> str:
        """Return the key."""
        return _one(f"waiting:{self.lane}")


class TenantRow(NamedTuple):
    """What a tenant set."""

    tenant: str

    def __str__(self) -> str:
        """Return the key."""
        return _one(f"tenant:{self.tenant}")


class OwnerRow(NamedTuple):
    """Which lane speaks for the customer of another lane's key."""

    lane: str

    def __str__(self) -> str:
        """Return the key."""
        return _one(f"home:{self.lane}")


class RecordOwnerRow(NamedTuple):
    """To which document of which lane a linked record belongs."""

    tenant: str
    record: str

    def __str__(self) -> str:
        """Return the key."""
        return _one(f"{tenant_rows(RecordOwnerRow, self.tenant)}{self.record}")


class SeenRow(NamedTuple):
    """Which lane of this partition was shown a record of QuickBooks that is not linked."""

    tenant: str
    record: str
    partition: int

    def __str__(self) -> str:
        """Return the key."""
        return f"{seen_of(self.tenant, self.record)}{self.partition}"


class BearersRow(NamedTuple):
    """Which lanes of this partition have an invoice of MediaOS that is not linked yet.

    By the invoice's own name, whatever it is here: an invoice, or below zero a credit.
    """

    tenant: str
    record: str
    partition: int

    def __str__(self) -> str:
        """Return the key."""
        return f"{bearers_of(self.tenant, self.record)}{self.partition}"


class PendingCreatesRow(NamedTuple):
    """Which commands of this partition create a customer on that side and have no answer."""

    tenant: str
    partition: int
    side: Side = Side.QBO

    def __str__(self) -> str:
        """Return the key."""
        return f"{pending_creates_of(self.tenant, self.side)}{self.partition}"


class LockoutRow(NamedTuple):
    """That a partition stands still."""

    partition: int

    def __str__(self) -> str:
        """Return the key."""
        return f"lockout:{self.partition}"


class AnswersRow(NamedTuple):
    """What was answered to those who asked something of a lane, or of a tenant, of late."""

    lane: str

    def __str__(self) -> str:
        """Return the key."""
        return _one(f"answers:{self.lane}")


RowKey = (
    LaneRow
    | DocumentRow
    | WaitingRow
    | TenantRow
    | OwnerRow
    | RecordOwnerRow
    | SeenRow
    | BearersRow
    | PendingCreatesRow
    | LockoutRow
    | AnswersRow
)

#: What the keys of all rows of one sort begin with.
LANE_ROWS, DOCUMENT_ROWS, WAITING_ROWS = "lane:", "document:", "waiting:"
TENANT_ROWS, LOCKOUT_ROWS = "tenant:", "lockout:"
_ABOUT_RECORDS: dict[type, str] = {RecordOwnerRow: "where", SeenRow: "seen", BearersRow: "bearers"}
_CREATING = {Side.QBO: "creating", Side.MEDIAOS: "creating-in-mediaos"}


def documents_of(lane: str) -> str:
    """Return what the keys of a lane's documents begin with."""
    return f"{DOCUMENT_ROWS}{lane}{SEPARATOR}"


def tenant_rows(row: type[RecordOwnerRow | SeenRow | BearersRow], tenant: str) -> str:
    """Return what the keys begin with of all a tenant's rows of one sort about records."""
    return f"{_ABOUT_RECORDS[row]}:{tenant}/"


def seen_of(tenant: str, record: RecordRef | str) -> str:
    """Return what the keys begin with that say who was shown a record."""
    return f"{tenant_rows(SeenRow, tenant)}{record}{SEPARATOR}"


def bearers_of(tenant: str, invoice: RecordRef | str) -> str:
    """Return what the keys begin with that say which lanes have an invoice of MediaOS."""
    return f"{tenant_rows(BearersRow, tenant)}{invoice}{SEPARATOR}"


def pending_creates_of(tenant: str, side: Side) -> str:
    """Return what the keys of a tenant's creations on that side begin with."""
    return f"{_CREATING[side]}:{tenant}{SEPARATOR}"


@lru_cache(maxsize=10_000)
def parsed(key: str) -> RowKey:
    """Read a key; ValueError when no row is called so."""
    what, _, rest = key.partition(":")
    read = _READ.get(what)
    if read is None:
        raise ValueError(f"no row is called {key}")
    return read(rest)


def record_of(name: str) -> RecordRef:
    """Read the name of a document, which is that of the record that founded it."""
    side, kind, record_id = name.split("/", 2)
    return RecordRef(Side(side), Kind(kind), record_id)


def record_named(name: str) -> RecordRef | None:
    """Return the record that a name is of; None of a name that is no record's."""
    try:
        return record_of(name)
    except ValueError:
        return None


def _document(rest: str) -> DocumentRow:
    lane, _, name = rest.partition(SEPARATOR)
    return DocumentRow(lane, name)


def _record_owner(rest: str) -> RecordOwnerRow:
    tenant, _, record = rest.partition("/")
    return RecordOwnerRow(tenant, record)


def _seen(rest: str) -> SeenRow:
    about, _, partition = rest.rpartition(SEPARATOR)
    tenant, _, record = about.partition("/")
    return SeenRow(tenant, record, int(partition))


def _bearers(rest: str) -> BearersRow:
    return BearersRow(*_seen(rest))


def _pending_creates(side: Side) -> Callable[[str], PendingCreatesRow]:
    def read(rest: str) -> PendingCreatesRow:
        tenant, _, partition = rest.rpartition(SEPARATOR)
        return PendingCreatesRow(tenant, int(partition), side)

    return read


_READ: dict[str, Callable[[str], RowKey]] = {
    "lane": LaneRow,
    "document": _document,
    "waiting": WaitingRow,
    "tenant": TenantRow,
    "home": OwnerRow,
    _ABOUT_RECORDS[RecordOwnerRow]: _record_owner,
    _ABOUT_RECORDS[SeenRow]: _seen,
    _ABOUT_RECORDS[BearersRow]: _bearers,
    **{what: _pending_creates(side) for side, what in _CREATING.items()},
    "lockout": lambda rest: LockoutRow(int(rest)),
    "answers": AnswersRow,
}
