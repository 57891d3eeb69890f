"""What do the journal's bytes mean?  The rules' fold and the catalog's bytes, handed to streams."""

from collections.abc import Iterable, Mapping
from typing import Any

from agents.rules.documents.row_leads import leads_to
from agents.rules.fold import last_word, rows
from schemas.catalog import decode_journal, decode_row, encode
from schemas.envelope import JournalRecord
from streams.journal.fold import RowState


class Folding:
    """The journal's Folding: see `streams.journal.fold`."""

    always_open: tuple[str, ...] = rows.ALWAYS_OPEN

    def decode(self, value: bytes) -> JournalRecord:
        """Read one record of the journal."""
        return decode_journal(value)

    def encode(self, record: JournalRecord) -> bytes:
        """Write one record of the journal."""
        return encode(record)

    def asks(self, partition: int, record: JournalRecord, state: RowState) -> Iterable[str]:
        """Name the rows that must be in memory for a record."""
        return rows.asks(partition, record.lane, record.facts, state)

    def hides(self, record: JournalRecord) -> Iterable[str]:
        """Name what the rows begin with that only what was before tells of a record."""
        return rows.hides(record.lane, record.facts)

    def routes(
        self, partition: int, record: JournalRecord, state: RowState
    ) -> Iterable[tuple[str, Any]]:
        """Name the rows that a record changes."""
        return rows.routes(partition, record.lane, record.facts, state)

    def evolve(self, row_key: str, state: Any | None, fact: Any) -> Any | None:
        """Return a row's next state."""
        return rows.evolve(row_key, state, fact)

    def counts(self, row_key: str, states: Mapping[int, Any]) -> int:
        """Return the partition whose word on a row counts."""
        return last_word.counts(row_key, states)

    def clashes(self, row_key: str, states: Mapping[int, Any]) -> bool:
        """Tell whether people have to look at who has a row."""
        return last_word.clashes(row_key, states)

    def is_open(self, row_key: str, state: Any) -> bool:  # noqa: ARG002 - as above
        """Tell whether work waits in a row."""
        return rows.is_open(state)

    def leads_to(self, row_key: str, state: Any) -> Iterable[str]:
        """Name the rows that are asked for next by who works on a row."""
        return leads_to(row_key, state)

    def dump(self, row_key: str, state: Any) -> bytes:  # noqa: ARG002 - a row's body says what it is
        """Write a row."""
        return encode(state)

    def load(self, row_key: str, body: bytes) -> Any:
        """Read a row."""
        return decode_row(row_key, body)
