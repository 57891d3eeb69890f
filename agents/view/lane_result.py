"""How did a piece of a lane's work end?"""

from enum import Enum


class LaneResult(Enum):
    """How a piece of a lane's work ended."""

    #: Everything of it is in the journal, and the lane can go on.
    DONE = "done"
    #: It is in the journal, and the lane waits.
    WAITS = "waits"
    #: A side said locked; whoever asked must impose the lockout.
    LOCKED = "locked"
    #: Our term is over: nothing more may be done here.
    OVER = "over"
