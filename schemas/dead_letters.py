"""What is kept of bytes that make no sense?  Where they came from, why, and themselves.

Key and value go as base64.  What of them is too large for a letter is left out (a key is empty
then), and the reason says so: it stays where `topic`, `partition` and `offset` point for as long as
that topic keeps it.  An event that a lane held until it came to it has no such place: its offset is
a number below zero.
"""

from datetime import datetime
from typing import Literal

import msgspec

from schemas.limits import Actor, Line

#: What became of a letter: its bytes were published again, or nobody wants them.
Closed = Literal["retried", "discarded"]


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record that could not be used; `value` is None when it had none.

    A later letter of the same place with `closed` ends the matter: it says what was done at `at`,
    and has no value; `by` did it, and `why` is what somebody said of it.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    reason: str
    value: bytes | None
    at: datetime
    closed: Closed | None = None
    by: Actor = ""
    why: Line = ""
