"""Which readings of both ledgers were kept, and where does the journal tell what each came to?

The sums stand here; by customer and by document they are read in the journal when somebody looks.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas.envelope import JournalRecord
from schemas.facts import RequestTaken
from schemas.identity import tenant_of
from schemas.tenant_facts import ReconciliationKept
from streams.ports import LogRecord

TABLES = (
    """CREATE TABLE IF NOT EXISTS book_reconciles (
        partition INTEGER NOT NULL, place INTEGER NOT NULL, tenant TEXT NOT NULL, at TEXT NOT NULL,
        asker TEXT NOT NULL, differs INTEGER NOT NULL, waits INTEGER NOT NULL, amount TEXT NOT NULL,
        PRIMARY KEY (partition, place)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS book_reconciles_of ON book_reconciles (tenant, at)",
)
#: So many of a tenant are kept: some months of one a day.
MOST_KEPT = 100

_WRITE = """INSERT OR IGNORE INTO book_reconciles
    VALUES (:partition, :place, :tenant, :at, :asker, :differs, :waits, :amount)"""
_FORGET = """DELETE FROM book_reconciles WHERE tenant = :tenant AND at < (
    SELECT MIN(at) FROM (
        SELECT at FROM book_reconciles WHERE tenant = :tenant ORDER BY at DESC LIMIT :most))"""
LAST = "SELECT * FROM book_reconciles WHERE tenant = ? ORDER BY at DESC LIMIT ?"


class Reading(NamedTuple):
    """One reading that is kept, and where the journal tells of it; `asker` is who kept it."""

    partition: int
    place: int
    tenant: str
    at: datetime
    asker: str
    differs: int
    waits: int
    amount: Decimal


def heard(record: JournalRecord, read: LogRecord) -> Iterator[Reading]:
    """Yield what a record of the journal says of readings."""
    asker = next((each.by for each in record.facts if isinstance(each, RequestTaken)), "")
    for fact in record.facts:
        if isinstance(fact, ReconciliationKept):
            yield Reading(
                partition=read.partition,
                place=read.offset,
                tenant=tenant_of(record.lane),
                at=fact.reconciled.at,
                asker=asker,
                differs=fact.reconciled.differs,
                waits=fact.reconciled.waits,
                amount=fact.reconciled.amount,
            )


def write(db: sqlite3.Connection, reading: Reading) -> None:
    """Write it down; what is told again changes nothing."""
    texts = {"at": reading.at.isoformat(), "amount": str(reading.amount)}
    db.execute(_WRITE, reading._asdict() | texts)
    db.execute(_FORGET, {"tenant": reading.tenant, "most": MOST_KEPT})


def reading_of(row: sqlite3.Row) -> Reading:
    """Return a reading as a page shows it."""
    told = dict(row)
    at, amount = datetime.fromisoformat(told.pop("at")), Decimal(told.pop("amount"))
    return Reading(**told, at=at, amount=amount)
