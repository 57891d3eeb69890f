"""Who sees to a document, and does anybody have to?  What people noted last, by the document.

Whichever lane has it.  A note and the document it is about come in one after the other, in either
order where the book is read anew: each looks for the other when it is written.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from agents.gateway.console.book.sums import PART, Part
from agents.rules.documents.waiting_sort import Sort
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.note_facts import Noted

TABLES = (
    """CREATE TABLE IF NOT EXISTS book_notes (
        tenant TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, note TEXT NOT NULL,
        dismissed INTEGER NOT NULL, standing TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (tenant, name)) WITHOUT ROWID""",
)
# Records are folded in their order, and one that is folded again may be older than what is there.
_NOTE = """INSERT INTO book_notes VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET owner = excluded.owner, note = excluded.note,
    dismissed = excluded.dismissed, standing = excluded.standing, by = excluded.by,
    at = excluded.at WHERE excluded.at >= at"""
#: A document that is dismissed as it stands is of a sort of its own, in place of its own sort.
_SORTED = f"""UPDATE book_waiting SET sort = CASE WHEN standing IN (
        SELECT n.standing FROM book_notes n WHERE n.tenant = :tenant AND n.name = :name
        AND n.dismissed) THEN :dismissed ELSE own_sort END
    WHERE document = :document RETURNING {PART}"""  # noqa: S608 - of columns alone


class Told(NamedTuple):
    """What was noted of a document of a lane."""

    lane: str
    fact: Noted


def heard(record: JournalRecord) -> Iterator[Told]:
    """Yield what a record of the journal says of notes."""
    yield from (Told(record.lane, fact) for fact in record.facts if isinstance(fact, Noted))


def write(db: sqlite3.Connection, told: Told) -> None:
    """Write it down; whom it is about is sorted then."""
    fact = told.fact
    values = (fact.document, fact.owner, fact.note, fact.dismissed, fact.standing, fact.by)
    db.execute(_NOTE, (tenant_of(told.lane), *values, fact.at.isoformat()))


def about(db: sqlite3.Connection, tenant: str, name: str) -> list[int]:
    """Return the numbers of a document, one for each lane that has had it."""
    named = "SELECT id FROM book_documents WHERE tenant = ? AND name = ?"
    return [number for (number,) in db.execute(named, (tenant, name))]


def sort(db: sqlite3.Connection, tenant: str, name: str, document: int) -> list[Part]:
    """Put a document that waits among those that are dismissed, or out of them.

    Returns how it stands in the sums since.
    """
    given = {"tenant": tenant, "name": name, "document": document, "dismissed": Sort.DISMISSED}
    return db.execute(_SORTED, given).fetchall()
