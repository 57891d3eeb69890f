"""A meaning for journal records that a test can read at a glance.

A fact is a pair (row, word); a row's state is the tuple of its words; the word `gone` removes it,
and a row whose last word is `open` has open work.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from schemas.envelope import JournalRecord
from streams.journal.fold import RowState

GONE, OPEN = "gone", "open"


class _Record(JournalRecord, frozen=True, kw_only=True, omit_defaults=True):
    facts: tuple[tuple[str, str], ...] = ()  # type: ignore[assignment]


class WordFolding:
    """Folding over words."""

    always_open: tuple[str, ...] = ("0:always",)

    def __init__(self) -> None:
        self.evolved = 0
        self._decoder = msgspec.json.Decoder(_Record)

    def decode(self, value: bytes) -> JournalRecord:
        return self._decoder.decode(value)

    def encode(self, record: JournalRecord) -> bytes:
        return msgspec.json.encode(record)

    def asks(self, partition: int, record: Any, state: RowState) -> Iterable[str]:
        return (row for row, _ in self.routes(partition, record, state))

    def hides(self, record: Any) -> Iterable[str]:
        return ()

    def routes(self, partition: int, record: Any, _state: RowState) -> Iterable[tuple[str, Any]]:
        return ((f"{partition}:{row}", word) for row, word in record.facts)

    def evolve(self, _row_key: str, state: Any | None, fact: Any) -> Any | None:
        self.evolved += 1
        return None if fact == GONE else (*(state or ()), fact)

    def counts(self, _row_key: str, states: Mapping[int, Any]) -> int:
        return min(states)

    def clashes(self, _row_key: str, _states: Mapping[int, Any]) -> bool:
        return True

    def is_open(self, _row_key: str, state: Any) -> bool:
        return state[-1] == OPEN

    def leads_to(self, row_key: str, state: Any) -> Iterable[str]:
        return ()

    def dump(self, _row_key: str, state: Any) -> bytes:
        return msgspec.json.encode(state)

    def load(self, _row_key: str, body: bytes) -> Any:
        return tuple(msgspec.json.decode(body))
