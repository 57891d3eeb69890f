"""What of a document is in each book, and does it belong to the day as of which is asked?"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents.audit.books import Book, Entry, record_of, worth
from agents.audit.findings import Waiting
from schemas.values import Kind, RecordRef, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A document by its number in the books, its records, and what it comes to on each side."""

    records: tuple[str, ...] = ()
    number: str = ""
    mediaos: Decimal | None = None
    qbo: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """Both books as of a day, and those that were read; the same two where no day is given.

    `pairs` leads by kind from MediaOS's ids to QuickBooks'.
    """

    mediaos: Book
    qbo: Book
    whole: Mapping[Side, Book]
    pairs: Mapping[Kind, Mapping[str, str]]

    def stands(self, record: RecordRef | None) -> bool:
        """Tell whether a record or its other half is not left out for its day."""
        return record is None or self._one_stands(self.both(record))

    def waits(self, told: Waiting) -> bool:
        """Tell whether one of the records of what waits is not left out for its day."""
        return self._one_stands({each for each in map(record_of, told.records) if each is not None})

    def sides(self, record: RecordRef) -> Sides:
        """Return how a document is called in the books, and what it comes to on each side."""
        records = self.both(record)
        found = {each.side: self._entry(each) for each in records}
        number = next(filter(None, (_number(entry) for entry in found.values())), "")
        here, there = (found.get(side) for side in (Side.MEDIAOS, Side.QBO))
        names = tuple(sorted(map(str, records)))
        return Sides(records=names, number=number, mediaos=_worth(here), qbo=_worth(there))

    def both(self, record: RecordRef) -> set[RecordRef]:
        """Return a record, and the one of the other side that it is paired with."""
        pairs = self.pairs.get(record.kind, {})
        if record.side is Side.QBO:
            pairs = {q: m for m, q in pairs.items()}
        other = pairs.get(record.id)
        return (
            {record}
            if other is None
            else {record, RecordRef(record.side.other, record.kind, other)}
        )

    def _one_stands(self, records: set[RecordRef]) -> bool:
        known = [each for each in records if each.id in self.whole[each.side].of(each.kind)]
        return not known or not all(map(self._is_left_out, known))

    def _is_left_out(self, record: RecordRef) -> bool:
        return record.id not in self._book(record.side).of(record.kind)

    def _entry(self, record: RecordRef) -> Entry[Any] | None:
        return self._book(record.side).live_one(record.kind, record.id)

    def _book(self, side: Side) -> Book:
        return self.mediaos if side is Side.MEDIAOS else self.qbo


def _worth(entry: Entry[Any] | None) -> Decimal | None:
    return None if entry is None else worth(entry)


def _number(entry: Entry[Any] | None) -> str:
    shape = None if entry is None else entry.shape
    return getattr(shape, "number", None) or getattr(shape, "reference", None) or ""
