"""Which locks were there of late, who or what began each, and who ended it before its time?

The fold knows only what stands now, and of that not who asked for it: this is heard as the journal
is read, by the id that a lock has from its beginning to its end.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from agents.rules.locks import reason_told
from schemas.envelope import JournalRecord
from schemas.facts import RequestTaken
from schemas.identity import tenant_of
from schemas.lane_facts import LaneWaited, LaneWentOn, LockedOut, LockoutEnded

TABLES = (
    """CREATE TABLE IF NOT EXISTS book_locks (
        tenant TEXT NOT NULL, id TEXT NOT NULL, lane TEXT NOT NULL, document TEXT NOT NULL,
        asker TEXT NOT NULL, reason TEXT NOT NULL, began TEXT NOT NULL, until TEXT NOT NULL,
        alone INTEGER NOT NULL, releaser TEXT NOT NULL DEFAULT '', ended TEXT,
        PRIMARY KEY (tenant, id)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS book_locks_began ON book_locks (tenant, began)",
    "CREATE INDEX IF NOT EXISTS book_locks_of ON book_locks (lane)",
)
#: How long they are kept.
KEPT = timedelta(days=40)

# A lock that is released is told again, with an end that has come; whoever asks for that ends it.
_BEGAN = """INSERT INTO book_locks
    (tenant, id, lane, document, asker, reason, began, until, alone)
    VALUES (:tenant, :id, :lane, :document, :asker, :reason, :began, :until, :alone)
    ON CONFLICT DO UPDATE SET until = excluded.until, releaser = excluded.asker
    WHERE excluded.until < until"""
_ENDED = {
    False: """UPDATE book_locks SET ended = :at
        WHERE tenant = :tenant AND id = :id AND ended IS NULL""",
    True: "UPDATE book_locks SET ended = :at WHERE lane = :lane AND alone AND ended IS NULL",
}
LATELY = "SELECT * FROM book_locks WHERE tenant = ? AND began >= ? ORDER BY began DESC LIMIT ?"
ONE = "SELECT * FROM book_locks WHERE tenant = ? AND id = ?"


class Began(NamedTuple):
    """A lock as the journal tells of it; `asker` is blank where a side said so itself."""

    tenant: str
    id: str
    lane: str
    document: str
    asker: str
    reason: str
    began: datetime
    until: datetime
    alone: bool


class Ended(NamedTuple):
    """That a lock is over; one of a lane alone is ended by the lane, and named by none."""

    tenant: str
    id: str
    lane: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock of late: `releaser` is who ended it before its time, `ended` when it was over."""

    id: str
    lane: str
    document: str
    asker: str
    reason: str
    began: datetime
    releaser: str
    ended: datetime | None


def heard(record: JournalRecord) -> Iterator[Began | Ended]:
    """Yield what a record of the journal says of locks."""
    tenant, lane, at = tenant_of(record.lane), record.lane, record.at
    # One that a side began stands in no record with a request.
    asker = next((each.by for each in record.facts if isinstance(each, RequestTaken)), "")
    for fact in record.facts:
        match fact:
            case LockedOut() | LaneWaited() if fact.lockout:
                yield Began(
                    tenant=tenant,
                    id=fact.lockout,
                    lane=lane,
                    document=fact.document,
                    asker=asker,
                    reason=_reason(fact),
                    began=at,
                    until=fact.until or at,
                    alone=isinstance(fact, LaneWaited),
                )
            case LockoutEnded():
                yield Ended(tenant, fact.lockout, lane, at)
            case LaneWentOn():
                yield Ended(tenant, "", lane, at)
            case _:
                pass


def write(db: sqlite3.Connection, told: Began | Ended) -> None:
    """Write it down; what is told again changes nothing."""
    if isinstance(told, Ended):
        db.execute(_ENDED[not told.id], told._asdict() | {"at": told.at.isoformat()})
        return
    times = {"began": told.began.isoformat(), "until": told.until.isoformat()}
    db.execute(_BEGAN, told._asdict() | times)
    before = (told.tenant, (told.began - KEPT).isoformat())
    db.execute("DELETE FROM book_locks WHERE tenant = ? AND began < ?", before)


def lock_of(row: sqlite3.Row) -> Lock:
    """Return a lock as a page shows it."""
    return Lock(
        id=row["id"],
        lane=row["lane"],
        document=row["document"],
        asker=row["asker"],
        reason=row["reason"],
        began=datetime.fromisoformat(row["began"]),
        releaser=row["releaser"],
        ended=datetime.fromisoformat(row["ended"]) if row["ended"] else None,
    )


def _reason(fact: LockedOut | LaneWaited) -> str:
    return fact.reason if isinstance(fact, LockedOut) else reason_told(fact.why)
