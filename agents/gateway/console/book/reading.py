"""What does a page ask of the book?  Each question is one look at an index, or some rows by name.

Asked from the threads that make pages; each has a connection of its own.  What several of them ask
of one tenant is answered once, until the book is written again.
"""

import re
import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from agents.gateway.console.book.answers import (
    LaneWait,
    Sum,
    Waits,
    lane_wait_of,
    money_of,
    waits_of,
)
from agents.gateway.console.book.awaited import AwaitedBook
from agents.gateway.console.book.entries import LONGEST_WORD, MICROS
from agents.gateway.console.book.freshness import Freshness
from agents.gateway.console.book.locks import LATELY, ONE, Lock, lock_of
from agents.gateway.console.book.reconciles import LAST as LAST_READINGS
from agents.gateway.console.book.reconciles import Reading, reading_of
from agents.gateway.console.book.sums import SUMS
from agents.gateway.console.book.tables import to_read
from agents.gateway.console.book.waiting import ONE_WAITING, WAITING
from agents.gateway.console.book.whole import WholeTenants
from agents.rules.documents.waiting_sort import Sort
from agents.view.folding import Folding
from schemas.answers import RequestAnswer
from schemas.catalog import decode_row
from schemas.identity import tenant_of
from schemas.rows import (
    LOCKOUT_ROWS,
    AnswersRow,
    DocumentRow,
    LockoutRow,
    RecordOwnerRow,
    TenantRow,
    parsed,
)
from schemas.state import Document, Lockout, Owner
from schemas.tenant_state import Tenant
from schemas.values import RecordRef
from streams.journal.row_cache import LAST, StoredRow
from streams.journal.store import Store
from streams.journal.words import counted

T = TypeVar("T")

#: A page of a list.
PAGE = 25
MOST_FOUND = 50
#: Customers that are locked at once: each stands on the page, with what releases it.
MOST_LOCKED = 200

#: What SQLite takes for a whole number.
_NUMBER = re.compile(r"[0-9]{1,18}")


class Book:
    """Answers pages; `freshness` says how far, and which edition of the file it is."""

    def __init__(self, path: Path, freshness: Callable[[], Freshness]) -> None:
        self.freshness = freshness
        self._path = path
        self._mine = threading.local()
        self._opening = threading.Lock()
        self._store: tuple[int, Store] | None = None
        self._answered: tuple[tuple[int, int], dict[Hashable, Any]] = (-1, -1), {}
        self.awaited = AwaitedBook(self._ask, self._once)
        self.whole = WholeTenants(self._ask, self._stored)

    def tenants(self) -> list[str]:
        """Return the tenants that the journal knows, by name."""
        return self._once("tenants", self._tenants)

    def tenant(self, name: str) -> Tenant:
        """Return what a tenant set, and its mappings."""
        key = str(TenantRow(name))
        return self._once(key, lambda: self._rows([key]).get(key) or Tenant())

    def answered(self, lanes: Iterable[str], request: str) -> RequestAnswer | None:
        """Return what a request about one of these lanes was answered with, if it is."""
        found = self._rows([str(AnswersRow(lane)) for lane in lanes])
        answers = (each.to(request) for each in found.values())
        return next((each for each in answers if each is not None), None)

    def documents(self, rows: Iterable[DocumentRow]) -> dict[DocumentRow, Document]:
        """Return those of these documents that there are."""
        found = self._rows([str(row) for row in rows])
        return {
            row: state
            for key, state in found.items()
            if isinstance(row := parsed(key), DocumentRow)
        }

    def lockouts(self) -> dict[int, Lockout]:
        """Return the lockouts in force, by partition."""
        return self._once(LOCKOUT_ROWS, self._lockouts)

    def waiting(
        self, tenant: str, *, sort: str = "", reason: str = "", after: str = "", limit: int = PAGE
    ) -> list[Waits]:
        """Return what waits, longest first, after a place of the list."""
        since, _, document = after.partition("~")
        which = reason if sort != Sort.DISMISSED else ""
        given = {
            "tenant": tenant,
            "since": since,
            "after": int(document) if _NUMBER.fullmatch(document) else -1,
            "which": which or sort,
            "limit": limit,
        }
        query = WAITING["reason" if which else "sort" if sort else ""]
        return [waits_of(each) for each in self._ask(query, given)]

    def waiting_of(self, row: DocumentRow) -> Waits | None:
        """Return how one document waits; None where it does not."""
        given = {"tenant": tenant_of(row.lane), "name": row.name, "lane": row.lane}
        return next((waits_of(each) for each in self._ask(ONE_WAITING, given)), None)

    def sums(self, tenant: str) -> list[Sum]:
        """Return how many wait and what they come to, by sort, reason and currency."""
        return self._once(("sums", tenant), lambda: self._sums(tenant))

    def _sums(self, tenant: str) -> list[Sum]:
        return [
            Sum(
                sort=each["sort"],
                reason=each["reason"],
                currency=each["currency"],
                number=each["number"],
                amount=money_of(each["millions"] * MICROS + each["units"], each["micros"]),
            )
            for each in self._ask(SUMS, (tenant,))
        ]

    def lane_waits(self, tenant: str, limit: int = PAGE) -> list[LaneWait]:
        """Return the lanes that wait as a whole."""
        found = self._ask(
            "SELECT * FROM book_lane_waits WHERE tenant = ? ORDER BY lane LIMIT ?", (tenant, limit)
        )
        return [lane_wait_of(each) for each in found]

    def lanes_locked(self, tenant: str, limit: int = MOST_LOCKED) -> list[LaneWait]:
        """Return the lanes that are locked alone, the one that goes on first before the others."""
        found = self._ask(
            "SELECT * FROM book_lane_waits WHERE tenant = ? AND lockout <> '' "
            "AND until IS NOT NULL ORDER BY until, lane LIMIT ?",
            (tenant, limit),
        )
        return [lane_wait_of(each) for each in found]

    def lanes_waiting(self, tenant: str, why: str = "") -> int:
        """Return how many lanes wait as a whole, for this reason where one is named."""
        found = self._ask(
            "SELECT COUNT(*) FROM book_lane_waits WHERE tenant = ? AND ? IN ('', why)",
            (tenant, why),
        )
        return int(found[0][0])

    def lane_wait(self, lane: str) -> LaneWait | None:
        """Return how a lane waits as a whole; None where it does not."""
        found = self._ask("SELECT * FROM book_lane_waits WHERE lane = ?", (lane,))
        return next((lane_wait_of(each) for each in found), None)

    def counts(self, tenant: str, since_quarter: int) -> dict[str, int]:
        """Return what was counted since a quarter of an hour."""
        found = self._ask(
            "SELECT what, SUM(number) FROM book_counts WHERE tenant = ? AND quarter >= ? "
            "GROUP BY what",
            (tenant, since_quarter),
        )
        return {each[0]: each[1] for each in found}

    def called(self, tenant: str, record: str) -> str:
        """Return how a customer is called; "" where no side shows a name."""
        found = self._ask(
            "SELECT name FROM book_customers WHERE tenant = ? AND record = ?", (tenant, record)
        )
        return found[0][0] if found else ""

    def found(self, tenant: str, text: str, limit: int = MOST_FOUND) -> list[DocumentRow]:
        """Return the documents of which a word begins so, those first that have it whole."""
        word = " ".join(text.lower().split())[:LONGEST_WORD]
        if not word:
            return []
        found = self._ask(
            "SELECT d.lane, d.name FROM book_words w JOIN book_documents d ON d.id = w.document "
            "WHERE w.tenant = ? AND w.word >= ? AND w.word < ? ORDER BY w.word LIMIT ?",
            (tenant, word, word + LAST, limit),
        )
        return list(dict.fromkeys(DocumentRow(each["lane"], each["name"]) for each in found))

    def places(self, tenant: str, name: str) -> list[tuple[int, int]]:
        """Return where the journal speaks of a document, whichever lane has it: its story."""
        found = self._ask(
            "SELECT s.partition, s.place FROM book_documents d JOIN book_stories s "
            "ON s.document = d.id WHERE d.tenant = ? AND d.name = ?",
            (tenant, name),
        )
        return [(each[0], each[1]) for each in found]

    def documents_of(self, tenant: str, record: RecordRef) -> dict[DocumentRow, Document]:
        """Return the documents that a record of either side is known as; that waits first."""
        key = str(RecordOwnerRow(tenant, str(record)))
        owner: Owner | None = self._rows([key]).get(key)
        named = "SELECT lane, name FROM book_documents WHERE tenant = ? AND name = ?"
        rows = [DocumentRow(*each) for each in self._ask(named, (tenant, str(record)))]
        if owner is not None:
            rows.insert(0, DocumentRow(owner.lane, owner.document or str(record)))
        found = self.documents(dict.fromkeys(rows))
        return dict(sorted(found.items(), key=lambda each: each[1].park is None))

    def lock(self, tenant: str, lockout: str) -> Lock | None:
        """Return a lock by its id, however long ago it began; None where none is known."""
        return next((lock_of(each) for each in self._ask(ONE, (tenant, lockout))), None)

    def locks(self, tenant: str, since: datetime, limit: int = PAGE) -> list[Lock]:
        """Return the locks that began since then, the last first, whether they stand or not."""
        return [lock_of(each) for each in self._ask(LATELY, (tenant, since.isoformat(), limit))]

    def readings(self, tenant: str, limit: int = PAGE) -> list[Reading]:
        """Return the readings of both ledgers that were kept, the last first."""
        found = self._ask(LAST_READINGS, (tenant, limit))
        return [reading_of(each) for each in found]

    def _tenants(self) -> list[str]:
        return [each[0] for each in self._ask("SELECT tenant FROM book_tenants ORDER BY tenant")]

    def _lockouts(self) -> dict[int, Lockout]:
        stored = self._stored(lambda store: store.read_under(LOCKOUT_ROWS).rows)
        found = {parsed(row.key): decode_row(row.key, row.body) for row in stored}
        return {row.partition: each for row, each in found.items() if isinstance(row, LockoutRow)}

    def _once(self, key: Hashable, ask: Callable[[], T]) -> T:
        """Return an answer that holds until the book is written again; nobody changes it."""
        freshness = self.freshness()
        stands = freshness.edition, freshness.version
        if self._answered[0] != stands:
            self._answered = stands, {}
        # Whoever was slower than a write keeps the answer where nobody looks any more.
        answers = self._answered[1]
        if key not in answers:
            answers[key] = ask()
        answer: T = answers[key]
        return answer

    def _ask(self, query: str, given: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        edition = self.freshness().edition
        if getattr(self._mine, "edition", None) != edition:
            if (before := getattr(self._mine, "db", None)) is not None:
                before.close()
            self._mine.db, self._mine.edition = to_read(self._path), edition
        found: list[sqlite3.Row] = self._mine.db.execute(query, given).fetchall()
        return found

    def _rows(self, keys: Sequence[str]) -> dict[str, Any]:
        stored = self._stored(lambda store: store.read(keys).rows) if keys else []
        return {row.key: decode_row(row.key, row.body) for row in counted(stored, Folding())}

    def _stored(self, read: Callable[[Store], list[StoredRow]]) -> list[StoredRow]:
        edition = self.freshness().edition
        with self._opening:
            if self._store is None or self._store[0] != edition:
                if self._store is not None:
                    self._store[1].close()
                self._store = edition, Store(f"sqlite:///{self._path}")
            store = self._store[1]
        return read(store)
