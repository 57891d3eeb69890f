"""What surrounds the words?  The journal's record.

A record is one step of one lane: all its facts fold together or not at all.
"""

import msgspec

from schemas.facts import Fact
from schemas.moments import Moment


class JournalRecord(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One step.  `claim` is the new term when a worker claims the partition.

    `prefix` is the end of the finished prefix of the intake partition of the same number when
    this was written, `requests_prefix` the same of the requests partition: where a group that
    lost its offsets starts.

    `whole` stands in the first record of a journal that was made anew: where each partition must
    end at least, for a journal that is shorter is half (streams/journal/same_journal.py).
    """

    v: int = 1
    term: str
    lane: str
    at: Moment
    claim: str | None = None
    prefix: int | None = None
    requests_prefix: int | None = None
    whole: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What tells whose record it is, in every version of it."""

    term: str
    claim: str | None = None
    whole: tuple[int, ...] = ()


def envelope_of(value: bytes) -> Envelope | None:
    """Return the envelope of a record that cannot be read as a whole; None when it has none."""
    try:
        return msgspec.json.decode(value, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
