"""How does the book lie in its file?  A table for each question that a page asks, with its index.

Money is in whole numbers, so that the database adds it up exactly: units, and millionths of one
beside them, since both in one is more than SQLite holds.  A document keeps its number for ever,
also when another lane has it now: its story is told by it.
"""

import sqlite3
from pathlib import Path

from agents.gateway.console.book import locks, notes, reconciles, sums, waiting

#: Names the file; grows with every change below.
VERSION = 5

_TABLES = (
    """CREATE TABLE IF NOT EXISTS book_positions (
        partition INTEGER PRIMARY KEY, position INTEGER NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS book_tenants (tenant TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS book_documents (
        id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, lane TEXT NOT NULL,
        UNIQUE (tenant, name, lane))""",
    # What a document is found by: ids, numbers, names and their words, in small letters.
    """CREATE TABLE IF NOT EXISTS book_words (
        tenant TEXT NOT NULL, word TEXT NOT NULL, document INTEGER NOT NULL,
        PRIMARY KEY (tenant, word, document)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS book_customers (
        tenant TEXT NOT NULL, record TEXT NOT NULL, name TEXT NOT NULL,
        PRIMARY KEY (tenant, record)) WITHOUT ROWID""",
    *waiting.TABLES,
    *sums.TABLES,
    """CREATE TABLE IF NOT EXISTS book_lane_waits (
        lane TEXT PRIMARY KEY, tenant TEXT NOT NULL, why TEXT NOT NULL, until TEXT,
        lockout TEXT NOT NULL, held INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS book_waits_of ON book_lane_waits (tenant, lane)",
    """CREATE TABLE IF NOT EXISTS book_counts (
        tenant TEXT NOT NULL, quarter INTEGER NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (tenant, quarter, what)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS book_stories (
        document INTEGER NOT NULL, partition INTEGER NOT NULL, place INTEGER NOT NULL,
        PRIMARY KEY (document, partition, place)) WITHOUT ROWID""",
    *locks.TABLES,
    *reconciles.TABLES,
    *notes.TABLES,
)


def to_write(path: Path) -> sqlite3.Connection:
    """Open the book for its one writer, and make its tables where there are none."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    for table in _TABLES:
        connection.execute(table)
    return connection


def to_read(path: Path) -> sqlite3.Connection:
    """Open the book for one thread that reads it."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection
