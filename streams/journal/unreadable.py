"""What is said of a record that cannot be folded?  Which it is, why, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from streams.ports import LogRecord

#: Characters of a fault that the log tells.
LONGEST_REASON = 500
#: And of the lane of its record.
LONGEST_LANE = 200


class UnreadableError(Exception):
    """A record of the journal cannot be folded; the text says which and what to do."""


@contextmanager
def named(read: LogRecord) -> Iterator[None]:
    """Say of which record it is that the fold cannot go on."""
    try:
        yield
    except Exception as fault:
        lane = f" ({read.key.decode(errors='replace')!s:.{LONGEST_LANE}})" if read.key else ""
        where = f"The journal's record {read.offset} of partition {read.partition}{lane}"
        raise UnreadableError(
            f"{where} cannot be folded ({type(fault).__name__}: {fault!s:.{LONGEST_REASON}}): run "
            "the release that wrote it, or a newer one."
        ) from fault
