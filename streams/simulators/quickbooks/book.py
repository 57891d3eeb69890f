"""What is in one company's book, and what happens to a record when it changes?

Records are plain dictionaries as QBO would show them; a stored one is never changed in place, so
what a caller holds stays what it read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from streams.simulators.quickbooks.clock import Now, second_stamp
from streams.simulators.quickbooks.neighbours.table import NEIGHBOURS
from streams.simulators.quickbooks.refusals import not_found
from streams.simulators.quickbooks.replica import Replica
from streams.simulators.quickbooks.settings import SimulatorSettings
from streams.simulators.quickbooks.unseen import Unseen

Record = dict[str, Any]

#: All transactions share one sequence of ids; names count for themselves (7, INF).
TRANSACTIONS = frozenset(
    {
        *("Invoice", "Payment", "SalesReceipt", "Estimate", "CreditMemo", "RefundReceipt"),
        *("Deposit", "JournalEntry"),
    }
) | {kind for kind, row in NEIGHBOURS.items() if row.is_transaction}
#: Kinds whose name only one of them all may have (7).
PEOPLE = ("Customer", "Vendor", "Employee")

#: What the server alone writes on every record.
_SYSTEM = ("SyncToken", "MetaData")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that a webhook would tell.

    `operation` is Create, Update, Delete, Void, Emailed or Merge.
    """

    realm: str
    kind: str
    id: str
    operation: str
    at: datetime
    #: Who is no more, since a merge.
    deleted_id: str | None = None


def content(record: Record) -> Record:
    """Return a record without what every change moves."""
    return {name: value for name, value in record.items() if name not in _SYSTEM}


class Book:
    """The records of one realm, their ids, tokens and times."""

    def __init__(
        self,
        realm: str,
        now: Now,
        settings: Callable[[], SimulatorSettings],
        report: Callable[[Change], None],
    ) -> None:
        self.realm = realm
        self.now = now
        #: The switches in force.
        self.settings = settings
        self._report = report
        #: What of its preferences no API shows.
        self.unseen = Unseen()
        self._replica = Replica(now, lambda: settings().query_lag_seconds)
        self._records: dict[str, dict[str, Record]] = {}
        #: When what was deleted, for CDC (2.5).
        self.deleted: dict[tuple[str, str], datetime] = {}
        self._sequences: dict[str, count[int]] = {}

    def find(self, kind: str, record_id: str) -> Record | None:
        """Return a record, or None where there is none."""
        return self._records.get(kind, {}).get(record_id)

    def get(self, kind: str, record_id: str) -> Record:
        """Return a record. Fault 610 where there is none or it was deleted (2.3)."""
        record = self.find(kind, record_id)
        if record is None:
            raise not_found()
        return record

    def all(self, kind: str) -> list[Record]:
        """Return the records of a kind in the order of their creation."""
        return list(self._records.get(kind, {}).values())

    def queried(self, kind: str) -> list[Record]:
        """Return the records of a kind as a query sees them, which may lag behind (0)."""
        return self._replica.seen(kind, self._records.get(kind, {}))

    def everything(self) -> dict[str, list[Record]]:
        """Return the whole book by kind."""
        return {kind: list(records.values()) for kind, records in sorted(self._records.items())}

    def take_number(self, sequence: str, start: int = 1) -> str:
        """Return the next number of a sequence, for ids and document numbers."""
        return str(next(self._sequences.setdefault(sequence, count(start))))

    def insert(
        self, kind: str, draft: Record, *, quiet: bool = False, record_id: str | None = None
    ) -> Record:
        """Store a new record with its id, SyncToken "0" and times (2.2)."""
        record_id = record_id or self._free_id(kind)
        stamp = second_stamp(self.now())
        record = {
            **draft,
            "domain": "QBO",
            "sparse": False,
            "Id": record_id,
            "SyncToken": "0",
            "MetaData": {"CreateTime": stamp, "LastUpdatedTime": stamp},
        }
        self._put(kind, record, "Create", quiet=quiet)
        return record

    def replace(
        self,
        kind: str,
        old: Record,
        draft: Record,
        *,
        operation: str = "Update",
        quiet: bool = False,
    ) -> Record:
        """Store new content for a record; the same content moves nothing at all (2.3 a).

        `quiet=True` moves the SyncToken but neither the time nor a webhook (2.5).
        """
        system = {name: old[name] for name in ("domain", "sparse", "Id", *_SYSTEM)}
        record = {**draft, **system}
        if content(record) == content(old):
            return old
        record["SyncToken"] = str(int(old["SyncToken"]) + 1)
        if not quiet:
            record["MetaData"] = self._touched(old)
        self._put(kind, record, operation, quiet=quiet)
        return record

    def refresh(self, kind: str, old: Record, **values: object) -> None:
        """Store values that move the time and not the SyncToken, as a balance does (2.3 b)."""
        record = {**old, **values}
        if content(record) != content(old):
            self._put(kind, {**record, "MetaData": self._touched(old)}, "Update", quiet=False)

    def tamper(self, kind: str, record: Record) -> None:
        """Store a record so that nobody is told and no token or time moves (invented)."""
        self._put(kind, record, "Update", quiet=True)

    def remove(self, kind: str, record_id: str, *, quiet: bool = False) -> None:
        """Forget a record; unless quiet, CDC and webhooks tell of it (2.5)."""
        self._replica.note(kind, record_id, self._records[kind].pop(record_id))
        if not quiet:
            self.deleted[kind, record_id] = self.now()
            self._tell(kind, record_id, "Delete")

    def tell_merge(self, kind: str, survivor: str, loser: str) -> None:
        """Tell that one record is part of another now."""
        told = {"realm": self.realm, "kind": kind, "id": survivor, "operation": "Merge"}
        self._report(Change(**told, at=self.now(), deleted_id=loser))

    def _free_id(self, kind: str) -> str:
        while True:
            number = self.take_number("Txn" if kind in TRANSACTIONS else kind)
            if number not in self._records.get(kind, {}):
                return number

    def _touched(self, old: Record) -> Record:
        return {**old["MetaData"], "LastUpdatedTime": second_stamp(self.now())}

    def _put(self, kind: str, record: Record, operation: str, *, quiet: bool) -> None:
        records = self._records.setdefault(kind, {})
        self._replica.note(kind, record["Id"], records.get(record["Id"]))
        records[record["Id"]] = record
        if not quiet:
            self._tell(kind, record["Id"], operation)

    def _tell(self, kind: str, record_id: str, operation: str) -> None:
        change = Change(
            realm=self.realm, kind=kind, id=record_id, operation=operation, at=self.now()
        )
        self._report(change)
