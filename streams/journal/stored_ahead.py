"""What of a record that the state store has in it already?

In a store that others write, a partition may stand further than this process has folded it.  A row
that comes from there has later records in it, and what those made of it does not tell which other
rows a record changes that comes before them.  So such a record changes nothing by itself: each row
that it may be about is taken from the store, which has it in it.

Nor do they always tell what it is called: some facts are completed from the rows as they were.  Of
what such a fact may have changed, all that is in memory is taken from the store.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.envelope import JournalRecord
from schemas.rows import SEPARATOR
from streams.journal.fold import Fold
from streams.journal.row_cache import Row
from streams.journal.words import chosen


def lacking(fold: Fold, partition: int, offset: int, record: JournalRecord) -> list[str]:
    """Return the rows that a record may be about, and that are not here with it in them.

    A key that ends with the separator stands for all rows under it.
    """

    def has(key: str) -> bool:
        return key in fold.rows and fold.rows.get(key).word(partition).stands(partition) >= offset

    def state(key: str) -> Any:
        # Of what has it in it, it is not known any more how it was.
        is_later = not key.endswith(SEPARATOR) and has(key)
        return None if is_later else fold.in_memory(partition, key)

    asked = (
        *fold.folding.asks(partition, record, state),
        *fold.asks(partition, record),
        *_hidden(fold, partition, record),
    )
    is_here = {False: has, True: fold.rows.is_covered}
    return [key for key in dict.fromkeys(asked) if not is_here[key.endswith(SEPARATOR)](key)]


def _hidden(fold: Fold, partition: int, record: JournalRecord) -> Iterator[str]:
    """Yield the rows in memory that a record may have changed, though no later state tells."""
    for prefix in fold.folding.hides(record):
        for key in fold.rows.between(prefix, prefix, None):
            if fold.rows.get(key).word(partition).state is not None:
                yield key


def renew(
    fold: Fold, partition: int, key: str, word: Row | None, positions: Mapping[int, int]
) -> None:
    """Take what the store has of a partition's word on a row, None for nothing.

    `positions` is where the store's partitions stand.
    """
    before = fold.rows.get(key)
    words = {of: each for of, each in before.words().items() if of != partition}
    if word is not None:
        words[partition] = word
    row = chosen(key, words, fold.folding) if words else Row()
    read_at = {**(before.read_at or {}), partition: positions.get(partition, 0)}
    for each in (row, *row.others.values()):
        each.read_at = read_at
    fold.rows.put(key, row)
    fold.partition_folds[partition].dirty.pop(key, None)
