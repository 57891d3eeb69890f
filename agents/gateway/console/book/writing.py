"""How is the book written?  What changed since, together, in one transaction."""

import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agents.gateway.console.book import locks as lock_history
from agents.gateway.console.book import notes as note_history
from agents.gateway.console.book import reconciles
from agents.gateway.console.book.awaited import together
from agents.gateway.console.book.entries import (
    MICROS,
    WaitingEntry,
    awaited_of,
    names_of,
    waiting_entry,
    words_of,
)
from agents.gateway.console.book.sums import PART, Sums
from schemas.identity import tenant_of
from schemas.rows import DocumentRow, LaneRow, TenantRow, parsed
from schemas.state import Document, Lane

#: Numbers of documents that are remembered; the others are asked for.
MOST_NUMBERS = 50_000
#: How long counts are kept: a month and some days, in quarters of an hour.
KEPT_QUARTERS = 40 * 96

_WAITS = """INSERT INTO book_waiting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (document) DO UPDATE SET sort = excluded.sort, reason = excluded.reason,
    called = excluded.called, customer = excluded.customer, units = excluded.units,
    micros = excluded.micros, currency = excluded.currency, why = excluded.why,
    own_sort = excluded.own_sort, standing = excluded.standing, awaits = excluded.awaits,
    since = CASE WHEN ? THEN excluded.since ELSE since END"""
_WAITED = f"SELECT {PART} FROM book_waiting WHERE document = ?"  # noqa: S608 - of columns alone
_WAITS_NO_MORE = f"DELETE FROM book_waiting WHERE document = ? RETURNING {PART}"  # noqa: S608


@dataclass(slots=True)
class Changes:
    """What is to be written: rows by key, whose story, since when it waits, counts, and more."""

    rows: dict[str, None] = field(default_factory=dict)
    told: list[tuple[DocumentRow, int, int]] = field(default_factory=list)
    since: dict[DocumentRow, datetime] = field(default_factory=dict)
    counts: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    locks: list[lock_history.Began | lock_history.Ended] = field(default_factory=list)
    readings: list[reconciles.Reading] = field(default_factory=list)
    notes: list[note_history.Told] = field(default_factory=list)
    #: When the last record was written, for what no fact gives a time.
    at: datetime | None = None

    def __len__(self) -> int:
        return len(self.rows) + len(self.told)


class BookWriter:
    """Writes one book."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        # Who stops the gateway closes the book from another thread than the one that writes it.
        self._busy = threading.Lock()
        self._numbers: OrderedDict[DocumentRow, int] = OrderedDict()
        self._sums = Sums()

    def positions(self) -> dict[int, int]:
        """Return up to where each partition is in the book."""
        return dict(self._db.execute("SELECT partition, position FROM book_positions").fetchall())

    def write(
        self, changes: Changes, states: Mapping[str, Any], positions: Mapping[int, int]
    ) -> None:
        """Write what changed; `states` are the rows as they stand now."""
        with self._busy:
            self._write(changes, states, positions)

    def close(self) -> None:
        """Close the book, once what is being written to it is written."""
        with self._busy:
            self._db.close()

    def _write(
        self, changes: Changes, states: Mapping[str, Any], positions: Mapping[int, int]
    ) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._sums = Sums()
        try:
            for key, state in states.items():
                self._row(key, state, changes)
            for row, partition, place in changes.told:
                story = (self._number(row), partition, place)
                self._db.execute("INSERT OR IGNORE INTO book_stories VALUES (?, ?, ?)", story)
            self._count(changes)
            for each in changes.locks:
                lock_history.write(self._db, each)
            for told in changes.notes:
                self._noted(told)
            for reading in changes.readings:
                reconciles.write(self._db, reading)
            self._sums.write(self._db)
            self._db.executemany("REPLACE INTO book_positions VALUES (?, ?)", positions.items())
        except BaseException:
            self._db.execute("ROLLBACK")
            # What was met first in there has no number any more: another one may come to have it.
            self._numbers.clear()
            raise
        self._db.execute("COMMIT")

    def _row(self, key: str, state: Any, changes: Changes) -> None:
        match parsed(key):
            case DocumentRow() as row:
                self._document(row, state, changes)
            case LaneRow(lane=lane):
                self._lane(lane, state)
            case TenantRow(tenant=tenant):
                self._db.execute("INSERT OR IGNORE INTO book_tenants VALUES (?)", (tenant,))
            case _:
                pass

    def _document(self, row: DocumentRow, document: Document | None, changes: Changes) -> None:
        number, tenant = self._number(row), tenant_of(row.lane)
        entry = waiting_entry(row.name, document) if document is not None else None
        if document is None or entry is None:
            self._sums.took(self._db.execute(_WAITS_NO_MORE, (number,)).fetchall())
        else:
            self._waits(row, document, entry, changes)
        if document is not None:
            words = ((tenant, word, number) for word in words_of(row.name, document))
            self._db.executemany("INSERT OR IGNORE INTO book_words VALUES (?, ?, ?)", words)
            names = ((tenant, *each) for each in names_of(document))
            self._db.executemany("REPLACE INTO book_customers VALUES (?, ?, ?)", names)

    def _waits(
        self, row: DocumentRow, document: Document, entry: WaitingEntry, changes: Changes
    ) -> None:
        number, tenant = self._number(row), tenant_of(row.lane)
        since = changes.since.get(row) or changes.at
        told = since.isoformat() if since is not None else ""
        sort, reason, kind, called, customer, micros, currency, why, standing = entry
        money = divmod(micros, MICROS) if micros is not None else (None, None)
        values = (number, tenant, sort, reason, kind, called, customer, *money, currency, told)
        fresh = row in changes.since
        awaits = together(awaited_of(document))
        self._sums.took(self._db.execute(_WAITED, (number,)).fetchall())
        self._db.execute(_WAITS, (*values, why, sort, standing, awaits, fresh))
        self._sums.gave(note_history.sort(self._db, tenant, row.name, number))

    def _noted(self, told: note_history.Told) -> None:
        note_history.write(self._db, told)
        tenant, name = tenant_of(told.lane), told.fact.document
        for number in note_history.about(self._db, tenant, name):
            self._sums.took(self._db.execute(_WAITED, (number,)).fetchall())
            self._sums.gave(note_history.sort(self._db, tenant, name, number))

    def _lane(self, key: str, lane: Lane | None) -> None:
        if lane is None or lane.waits is None:
            self._db.execute("DELETE FROM book_lane_waits WHERE lane = ?", (key,))
            return
        waits = lane.waits
        until = waits.until.isoformat() if waits.until is not None else None
        values = (key, tenant_of(key), waits.why, until, waits.lockout, len(lane.held))
        self._db.execute("REPLACE INTO book_lane_waits VALUES (?, ?, ?, ?, ?, ?)", values)

    def _number(self, row: DocumentRow) -> int:
        """Return the number of a document, which gets one when it is met first."""
        number = self._numbers.get(row)
        if number is None:
            place = (tenant_of(row.lane), row.name, row.lane)
            fresh = self._db.execute(
                "INSERT OR IGNORE INTO book_documents (tenant, name, lane) VALUES (?, ?, ?)", place
            )
            if fresh.rowcount:
                number = int(fresh.lastrowid or 0)
                self._db.execute("INSERT OR IGNORE INTO book_tenants VALUES (?)", place[:1])
            else:
                [number] = self._db.execute(
                    "SELECT id FROM book_documents WHERE tenant = ? AND name = ? AND lane = ?",
                    place,
                ).fetchone()
            self._numbers[row] = number
            if len(self._numbers) > MOST_NUMBERS:
                self._numbers.popitem(last=False)
        return number

    def _count(self, changes: Changes) -> None:
        values = [(*what, number) for what, number in changes.counts.items()]
        self._db.executemany(
            "INSERT INTO book_counts VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET number = number + excluded.number",
            values,
        )
        for tenant, newest in {each[0]: each[1] for each in values}.items():
            self._db.execute(
                "DELETE FROM book_counts WHERE tenant = ? AND quarter < ?",
                (tenant, newest - KEPT_QUARTERS),
            )
