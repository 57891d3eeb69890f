"""Whose word counts of a row that lanes of several partitions speak of?

Whose a customer or a record is, persons say in one lane after the other, and partitions are read
in no order: so what was said last counts, and of two links that no person made (a journal of an
earlier release may hold such) that of the smaller lane, whichever is read first.  Every other row
is one partition's alone, and no other's word changes it.
"""

from typing import Any

from agents.rules.fold.sign_facts import said_since
from schemas.facts import Linked, Unlinked
from schemas.rows import OwnerRow, RecordOwnerRow, parsed
from schemas.state import Owner


def takes_over(row_key: str, state: Any, told: Any) -> bool:
    """Tell whether what is told counts in place of what another partition made of the row."""
    if not isinstance(parsed(row_key), OwnerRow | RecordOwnerRow):
        return False
    match state, told:
        case None, Linked() | Unlinked():
            return True
        case Owner(since=None), Linked(at=None):
            return bool(told.home < state.lane)
        case Owner(), Linked() | Unlinked():
            return not said_since(state, told.at)
        case _:
            return False


def clashes(row_key: str, state: Any, told: Any) -> bool:
    """Tell whether people have to look: two have the row, and no person said which."""
    if not isinstance(parsed(row_key), OwnerRow | RecordOwnerRow):
        return True
    match state, told:
        case Owner(since=None), Linked(at=None):
            return bool(told.home != state.lane)
        case _:
            return False
