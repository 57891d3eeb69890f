"""What counts of a row of which several partitions speak?

Partitions are read in no order, and each is written by an owner of its own, who may not have read
the others.  So nobody changes what another partition made of a row: each has a word of its own on
it, which follows from its own records alone, in memory and in the store.  Which of them counts is
chosen from all that are here, by a rule that asks for no order.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from streams.journal.row_cache import Row, StoredRow


class Choosing(Protocol):
    """What must be known of a row's states."""

    def counts(self, row_key: str, states: Mapping[int, Any]) -> int:
        """Return the partition whose word counts, by what each made of the row: one or more.

        Pure: of the same states it is always the same one.
        """
        ...

    def clashes(self, row_key: str, states: Mapping[int, Any]) -> bool:
        """Tell whether people have to look at a row, by what each partition made of it."""
        ...

    def load(self, row_key: str, body: bytes) -> Any:
        """Read a row's state back."""
        ...


def chosen(key: str, words: Mapping[int, Row], choosing: Choosing) -> Row:
    """Return the row that is made of these words, one or more, each of which stands alone."""
    if len(words) == 1:
        [only] = words.values()
        return only
    states = _states(words)
    first = choosing.counts(key, states) if states else min(words)
    row = words[first].copy()
    row.others = {partition: word for partition, word in words.items() if partition != first}
    return row


def clashing(key: str, row: Row, choosing: Choosing) -> bool:
    """Tell whether people have to look at a row."""
    if not row.others:
        return False
    states = _states(row.words())
    return len(states) > 1 and choosing.clashes(key, states)


def rows_of(words: Iterable[tuple[str, Row]], choosing: Choosing) -> dict[str, Row]:
    """Return the rows that are made of these words, all that are said of each, in any order."""
    rows: dict[str, Row] = {}
    for key, word in words:
        before = rows.get(key)
        said = before.words() if before is not None else {}
        rows[key] = chosen(key, {**said, _partition(word): word}, choosing)
    return rows


def counted(stored: Iterable[StoredRow], choosing: Choosing) -> Iterator[StoredRow]:
    """Yield what counts of rows that were read from a store, for who asks it past the fold."""
    said: dict[str, dict[int, StoredRow]] = {}
    for each in stored:
        said.setdefault(each.key, {})[each.partition] = each
    for key, words in said.items():
        if len(words) == 1:
            yield from words.values()
            continue
        states = {partition: choosing.load(key, each.body) for partition, each in words.items()}
        yield words[choosing.counts(key, states)]


def _partition(word: Row) -> int:
    if word.partition is None:
        raise ValueError("a word on a row is a partition's")
    return word.partition


def _states(words: Mapping[int, Row]) -> dict[int, Any]:
    return {each: word.state for each, word in words.items() if word.state is not None}
