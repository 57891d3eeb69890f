"""Whose word counts of a row that lanes of several partitions speak of?

Whose a customer or a record is, persons say in one lane after the other, and partitions are read
in no order: so what was said last counts, and of two links that no person made (a journal of an
earlier release may hold such), or of one moment, that of the smaller lane.  Each partition's word
follows from its own facts alone; here is chosen among them, of the same ones always the same.
Every other row is one partition's alone: should another speak of it, the smaller one counts.
"""

from collections.abc import Mapping
from typing import Any

from schemas.rows import OwnerRow, RecordOwnerRow, parsed


def counts(row_key: str, states: Mapping[int, Any]) -> int:
    """Return the partition whose word counts, by what each made of the row."""
    if not _is_shared(row_key):
        return min(states)
    last = max((each.since for each in states.values() if each.since is not None), default=None)
    said_last = [partition for partition, each in states.items() if each.since == last]
    return min(said_last, key=lambda partition: (states[partition].lane, partition))


def clashes(row_key: str, states: Mapping[int, Any]) -> bool:
    """Tell whether people have to look: two have the row, and no person said which."""
    if not _is_shared(row_key):
        return True
    unsaid = all(each.since is None for each in states.values())
    return unsaid and len({each.lane for each in states.values()}) > 1


def _is_shared(row_key: str) -> bool:
    return isinstance(parsed(row_key), OwnerRow | RecordOwnerRow)
