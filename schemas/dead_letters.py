"""What is kept of bytes that make no sense?  Where they came from, why, and themselves.

The bytes go as base64.  Of a very large record only the beginning is kept, lest the letter be too
large itself; `size` is the whole, which stays where `topic`, `partition` and `offset` point.
"""

from datetime import datetime

import msgspec


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One record that could not be used; `value` is None when it had none."""

    topic: str
    partition: int
    offset: int
    key: str
    reason: str
    value: bytes | None
    size: int
    at: datetime
