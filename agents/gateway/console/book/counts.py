"""What is counted of a day, by the quarter of an hour?  What was written, and what came to wait.

Every zone's day begins with a quarter of an hour.
"""

from collections.abc import Iterator
from datetime import datetime

from schemas.command_facts import CommandApplied
from schemas.facts import Fact, Parked
from schemas.values import Side

QUARTER_SECONDS = 900
TO_QBO, TO_MEDIAOS, CAME_TO_WAIT = "to-quickbooks", "to-mediaos", "came-to-wait"


def quarter_of(at: datetime) -> int:
    """Return the quarter of an hour that a time is in, counted from 1970."""
    return int(at.timestamp()) // QUARTER_SECONDS


def counted(facts: tuple[Fact, ...]) -> Iterator[str]:
    """Yield what each fact counts as, if it counts."""
    for fact in facts:
        match fact:
            case CommandApplied(side=Side.QBO):
                yield TO_QBO
            case CommandApplied():
                yield TO_MEDIAOS
            case Parked():
                yield CAME_TO_WAIT
            case _:
                pass
