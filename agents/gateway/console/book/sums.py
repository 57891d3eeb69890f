"""How much waits, and what does it come to?  Kept beside what waits, so that no page counts it.

All documents of a publisher may wait for going live.  What is touched in one transaction is noted
as it was and as it is, and what of that differs is written at its end.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Any

TABLES = (
    # Money in three parts: a sum beyond what SQLite holds is a fault there, and no number.
    """CREATE TABLE IF NOT EXISTS book_sums (
        tenant TEXT NOT NULL, sort TEXT NOT NULL, reason TEXT NOT NULL, awaits TEXT NOT NULL,
        currency TEXT NOT NULL, number INTEGER NOT NULL, millions INTEGER NOT NULL,
        units INTEGER NOT NULL, micros INTEGER NOT NULL,
        PRIMARY KEY (tenant, sort, reason, awaits, currency)) WITHOUT ROWID""",
)
#: How many wait and what they come to, by sort, reason and currency.
SUMS = """SELECT sort, reason, currency, SUM(number) AS number, SUM(millions) AS millions,
    SUM(units) AS units, SUM(micros) AS micros FROM book_sums
    WHERE tenant = ? GROUP BY sort, reason, currency"""

#: What of a document that waits is in the sums; what has no money is of no currency.
PART = """tenant, sort, reason, awaits, CASE WHEN units IS NULL THEN '' ELSE currency END,
    COALESCE(units / 1000000, 0), COALESCE(units % 1000000, 0), COALESCE(micros, 0)"""
_ADDED = """INSERT INTO book_sums VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET number = number + excluded.number,
    millions = millions + excluded.millions, units = units + excluded.units,
    micros = micros + excluded.micros"""
_NONE_LEFT = """DELETE FROM book_sums WHERE tenant = ? AND sort = ? AND reason = ? AND awaits = ?
    AND currency = ? AND number = 0"""
#: Of these it is the sum; what is behind them is added up.
_KEY = 5

#: A row of `PART`.
Part = tuple[Any, ...]


class Sums:
    """By how much the sums become others in one transaction."""

    def __init__(self) -> None:
        self._parts: Counter[Part] = Counter()

    def took(self, parts: Iterable[Part]) -> None:
        """Note what waited as it stood before it is touched."""
        self._parts.subtract(parts)

    def gave(self, parts: Iterable[Part]) -> None:
        """Note what waits as it stands since."""
        self._parts.update(parts)

    def write(self, db: sqlite3.Connection) -> None:
        """Write it down, together, and what nothing is left of is there no more."""
        sums: dict[Part, list[int]] = {}
        for part, number in self._parts.items():
            if number:
                changed = sums.setdefault(part[:_KEY], [0, 0, 0, 0])
                for place, each in enumerate((1, *part[_KEY:])):
                    changed[place] += number * each
        db.executemany(_ADDED, [(*key, *changed) for key, changed in sums.items()])
        db.executemany(_NONE_LEFT, [key for key, changed in sums.items() if changed[0] < 0])
