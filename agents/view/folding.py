"""What do the journal's bytes mean?  The rules' fold and the catalog's bytes, handed to streams."""

from collections.abc import Iterable
from typing import Any

from agents.rules.fold import rows
from schemas.catalog import decode_journal, decode_row, encode
from schemas.envelope import JournalRecord
from schemas.facts import Fact


class Folding:
    """The journal's Folding: see `streams.journal.fold`."""

    def decode(self, value: bytes) -> JournalRecord:
        """Read one record of the journal."""
        return decode_journal(value)

    def encode(self, record: JournalRecord) -> bytes:
        """Write one record of the journal."""
        return encode(record)

    def routes(self, partition: int, record: JournalRecord) -> Iterable[tuple[str, Fact]]:
        """Name the rows that a record changes."""
        return rows.routes(partition, record)

    def evolve(self, row_key: str, state: Any | None, fact: Any) -> Any | None:
        """Return a row's next state."""
        return rows.evolve(row_key, state, fact)

    def dump(self, row_key: str, state: Any) -> bytes:  # noqa: ARG002 - a row's body says what it is
        """Write a row."""
        return encode(state)

    def load(self, row_key: str, body: bytes) -> Any:
        """Read a row."""
        return decode_row(row_key, body)
