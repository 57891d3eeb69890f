"""A meaning for journal records that a test can read at a glance.

A fact is a pair (row, word); a row's state is the tuple of its words; the word `gone` removes it.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from schemas.envelope import JournalRecord
from streams.journal.fold import RowState

GONE = "gone"


class _Record(JournalRecord, frozen=True, kw_only=True, omit_defaults=True):
    facts: tuple[tuple[str, str], ...] = ()  # type: ignore[assignment]


class WordFolding:
    """Folding over words."""

    def __init__(self) -> None:
        self.evolved = 0
        self._decoder = msgspec.json.Decoder(_Record)

    def decode(self, value: bytes) -> JournalRecord:
        return self._decoder.decode(value)

    def encode(self, record: JournalRecord) -> bytes:
        return msgspec.json.encode(record)

    def asks(self, partition: int, record: Any, state: RowState) -> Iterable[str]:
        return (row for row, _ in self.routes(partition, record, state))

    def is_open(self, _row_key: str, _state: Any) -> bool:
        return False

    def routes(self, partition: int, record: Any, _state: RowState) -> Iterable[tuple[str, Any]]:
        return ((f"{partition}:{row}", word) for row, word in record.facts)

    def evolve(self, _row_key: str, state: Any | None, fact: Any) -> Any | None:
        self.evolved += 1
        return None if fact == GONE else (*(state or ()), fact)

    def dump(self, _row_key: str, state: Any) -> bytes:
        return msgspec.json.encode(state)

    def load(self, _row_key: str, body: bytes) -> Any:
        return tuple(msgspec.json.decode(body))
