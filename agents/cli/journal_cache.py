"""What does the command line remember of the journal between two calls?

A SQLite file of its own, one for each journal and each release's rules, so that a call only folds
what has come since.  It is a cache: one that cannot be used, or whose last records are not the
journal's, is made anew, and no command fails because of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from agents.view.folding import Folding
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.erasure_facts import Erased
from schemas.facts import OnOneSide, Parked
from schemas.identity import tenant_of
from schemas.note_facts import Noted
from streams.journal.fold import RowState
from streams.ports import Log, LogRecord

_NOTED = "noted:"
_ERASED = b'"erased"'
_note = msgspec.json.Decoder(Noted)


class OtherJournalError(Exception):
    """What was kept is not of this journal."""


class KeptFolding(Folding):
    """The journal's meaning, and what only people ask: since when a document waits, and notes.

    Each partition's last record leaves its mark, by which the journal is known again.
    """

    def asks(self, partition: int, record: JournalRecord, state: RowState) -> Iterator[str]:
        """Name the rows that must be in memory for a record."""
        yield from super().asks(partition, record, state)
        yield from (key for key, _ in _told(partition, record))

    def routes(
        self, partition: int, record: JournalRecord, state: RowState
    ) -> Iterator[tuple[str, Any]]:
        """Name the rows that a record changes."""
        yield from super().routes(partition, record, state)
        yield from _told(partition, record)

    def evolve(self, row_key: str, state: Any | None, fact: Any) -> Any | None:
        """Return a row's next state."""
        return fact if _is_ours(row_key) else super().evolve(row_key, state, fact)

    def dump(self, row_key: str, state: Any) -> bytes:
        """Write a row."""
        if row_key.startswith(_NOTED):
            return encode(state)
        return str(state).encode() if _is_ours(row_key) else super().dump(row_key, state)

    def load(self, row_key: str, body: bytes) -> Any:
        """Read a row."""
        if not _is_ours(row_key):
            return super().load(row_key, body)
        if row_key.startswith(_NOTED):
            return _note.decode(body)
        text = body.decode()
        return datetime.fromisoformat(text) if row_key.startswith("since:") else text


class Recognized:
    """A journal that has to be the one that was kept: OtherJournalError where it shows another.

    Each mark is looked for as its place is read, whether what stands there can be folded or not.
    """

    def __init__(self, journal: Log, folding: KeptFolding) -> None:
        self._journal = journal
        self._decode = folding.decode
        #: By partition and offset, until the journal has shown them.
        self.marks: dict[tuple[int, int], str] = {}
        #: Whether there were marks: what was kept then may hold what has been erased since.
        self.was_kept = False

    async def append(self, partition: int, key: bytes, value: bytes) -> int:
        """Append one record and return its offset."""
        return await self._journal.append(partition, key, value)

    async def read(self, timeout_seconds: float) -> Sequence[LogRecord]:
        """Return the next records of all partitions."""
        found = await self._journal.read(timeout_seconds)
        for each in found:
            kept = self.marks.pop((each.partition, each.offset), None)
            if kept is not None and kept != self._mark(each):
                raise OtherJournalError
            if self.was_kept and kept is None and self._erases(each):
                raise OtherJournalError
        return found

    async def ends(self) -> Mapping[int, int]:
        """Return, by partition, the offset that the next record will get."""
        return await self._journal.ends()

    def start_at(self, positions: Mapping[int, int]) -> None:
        """Read every partition from these offsets on."""
        self._journal.start_at(positions)

    def _erases(self, read: LogRecord) -> bool:
        """Tell whether a record says that what was kept of others is to go."""
        if _ERASED not in read.value:
            return False
        try:
            return any(isinstance(fact, Erased) for fact in self._decode(read.value).facts)
        except ValueError:
            return False

    def _mark(self, read: LogRecord) -> str | None:
        try:
            return mark(self._decode(read.value))
        except ValueError:
            return None


def _told(partition: int, record: JournalRecord) -> Iterator[tuple[str, Any]]:
    for fact in record.facts:
        if isinstance(fact, Parked | OnOneSide):
            yield since_key(record.lane, fact.document), record.at
        if isinstance(fact, Noted):
            yield noted_key(record.lane, fact.document), fact
    yield f"last:{partition}", mark(record)


def since_key(lane: str, document: str) -> str:
    """Name the row that says since when a document waits."""
    return f"since:{lane}|{document}"


def noted_key(lane: str, document: str) -> str:
    """Name the row that says what people noted of a document, whichever lane has it."""
    return f"{_NOTED}{tenant_of(lane)}|{document}"


def mark(record: JournalRecord) -> str:
    """Return what no record of another journal says at the same place: terms are random."""
    return f"{record.term} {record.at.isoformat()} {record.lane}"


def _is_ours(row_key: str) -> bool:
    return row_key.startswith(("since:", "last:", _NOTED))
