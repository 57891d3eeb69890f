"""What is a command told of the journal while it is read, and who hears how far that is?"""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.envelope import JournalRecord

#: Hears how many records of how many are folded.
Progress = Callable[[int, int], None]


def silent(_done: int, _all: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Told:
    """One record of the journal that counts, and where it stands."""

    partition: int
    offset: int
    record: JournalRecord
