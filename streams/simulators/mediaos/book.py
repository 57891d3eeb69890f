"""What does MediaOS hold, and what did it not yet tell anyone?

Records are kept exactly as the API's GET shows them, and never changed in place: a change puts a
new dict in place of the old one, so what was handed out or queued keeps saying what it said.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from streams.simulators.mediaos.refusals import deleted, not_found
from streams.simulators.mediaos.writing import show_time

Record = dict[str, Any]
Kind = Literal[
    "advertisers",
    "invoices",
    "creditMemos",
    "payments",
    "creditApplications",
    "refunds",
    "products",
    "invoiceLineItemTypes",
    "terms",
]

#: Far apart, so that the id of one kind taken for that of another finds nothing.
FIRST_IDS: dict[str, int] = {
    "advertisers": 1_001,
    "invoices": 20_001,
    "creditMemos": 40_001,
    "payments": 50_001,
    "creditApplications": 55_001,
    "refunds": 57_001,
    "products": 101,
    "invoiceLineItemTypes": 11,
    "terms": 31,
    "invoice_lines": 300_001,
    "payment_lines": 600_001,
    "contact_data": 70_001,
    "addresses": 80_001,
}


class Book:
    """The records of one account."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._made: Counter[str] = Counter()
        self._unsaid: list[tuple[Kind, Record]] = []
        self.records: dict[Kind, dict[str, Record]] = {
            "advertisers": {},
            "invoices": {},
            "creditMemos": {},
            "payments": {},
            "creditApplications": {},
            "refunds": {},
            "products": {},
            "invoiceLineItemTypes": {},
            "terms": {},
        }

    def new_id(self, sequence: str) -> str:
        """Take the next id of a sequence; no id is ever given twice."""
        self._made[sequence] += 1
        return str(FIRST_IDS[sequence] + self._made[sequence] - 1)

    def time(self) -> str:
        """Now, as the book writes it."""
        return show_time(self._now())

    def today(self) -> str:
        """The day, as the book writes it: midnight in UTC."""
        return f"{self.time()[:10]} 00:00:00"

    def find(self, kind: Kind, record_id: str) -> Record:
        """Give a record, deleted or not; raises the 404."""
        if record_id not in self.records[kind]:
            raise not_found(kind, record_id)
        return self.records[kind][record_id]

    def live(self, kind: Kind, record_id: str) -> Record:
        """Give a record that may be changed; raises the 404, or the 409 of a deleted one."""
        record = self.find(kind, record_id)
        if record["date_deleted"] is not None:
            raise deleted(kind, record_id, record["row_version"])
        return record

    def add(self, kind: Kind, record: Record) -> Record:
        """Put a new record, which has its id, in the book at row version 1."""
        born = {"external_reference": None, "date_created": self.time(), "date_deleted": None}
        return self._put(kind, born | record | {"row_version": "1", "date_modified": self.time()})

    def change(self, kind: Kind, record_id: str, changes: Record) -> Record:
        """Change fields; when nothing differs, neither the row version nor the date does."""
        before = self.live(kind, record_id)
        after = before | changes
        if after == before:
            return before
        version = str(int(before["row_version"]) + 1)
        return self._put(kind, after | {"row_version": version, "date_modified": self.time()})

    def delete(self, kind: Kind, record_id: str) -> Record:
        """Delete softly: the record stays readable, with the date (mediaos-api.md section 3.2)."""
        return self.change(kind, record_id, {"date_deleted": self.time()})

    def restore(self, kind: Kind, record_id: str) -> Record:
        """Take a deletion back; a change as any other, which only a person makes. Invented."""
        before = self.find(kind, record_id)
        version = str(int(before["row_version"]) + 1)
        back = {"date_deleted": None, "row_version": version, "date_modified": self.time()}
        return before if before["date_deleted"] is None else self._put(kind, before | back)

    def take_unsaid(self) -> list[tuple[Kind, Record]]:
        """Give what changed since the last call, in order, each as it was after its change."""
        unsaid, self._unsaid = self._unsaid, []
        return unsaid

    def _put(self, kind: Kind, record: Record) -> Record:
        self.records[kind][record["id"]] = record
        self._unsaid.append((kind, record))
        return record
