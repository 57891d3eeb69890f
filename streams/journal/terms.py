"""What becomes of a claim, and of an append under its term?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

#: One worker's right to write one partition.
Term = NewType("Term", str)


class Reason(StrEnum):
    """Why an append does not count."""

    #: The term was over before the record was sent; it was not sent.
    OVER = "over"
    #: Somebody claimed the partition first; the record changes nothing, for any reader.
    FENCED = "fenced"
    #: The record may be in the journal and may count: only what is folded after the next claim
    #: of the partition says so.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The record is history, here and for every reader."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The append does not count, and its term is over."""

    partition: int
    reason: Reason


class PartitionStoppedError(Exception):
    """The partition is folded no further, so nobody may write it; the text says why."""


class ClaimFailedError(Exception):
    """The claim is not known to stand: claim again, by the same steps."""
