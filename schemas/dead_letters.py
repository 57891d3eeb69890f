"""What is kept of bytes that make no sense?  Where they came from, why, and themselves.

Key and value go as base64.  A value that is too large for a letter is left out, and the reason says
so: it stays where `topic`, `partition` and `offset` point for as long as that topic keeps it.
"""

from datetime import datetime

import msgspec


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One record that could not be used; `value` is None when it had none."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    reason: str
    value: bytes | None
    at: datetime
