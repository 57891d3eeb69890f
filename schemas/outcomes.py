"""How did it end?  Done, refused by name, or not known.

Not known is an answer of its own: the reply was lost, and the side may have done it.
"""

from enum import StrEnum

import msgspec

from schemas.moments import Moment
from schemas.records import Record
from schemas.values import Revision, Side


class Fault(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What a side said when it said no.  `code` is the side's own; nothing secret is in it.

    `version` is that of the connection which the call used; 0 where it is not known.
    """

    side: Side
    status: int
    code: str = ""
    message: str = ""
    detail: str = ""
    field: str = ""
    retry_after_seconds: float | None = None
    version: int = 0

    def __str__(self) -> str:
        """Return one line for a person."""
        text = self.detail or self.message or "no text"
        status = f"{self.status} {self.code}".strip()
        return f"{self.side.called} answered {status}: {text}"


class Verdict(StrEnum):
    """What a fault means for the work that met it."""

    #: Weather: the same command again, later (429, 5xx, DNS, one name at a time).
    RETRY = "retry"
    #: The record moved on: read it again and decide anew (5010, If-Match).
    STALE = "stale"
    #: Something of that name or number is there already: look whether it is ours (6140, 6240).
    TAKEN = "taken"
    #: The access token is spent: renew it once, then the same command again.
    RENEW = "renew"
    #: Only a person or a newer revision can help.
    PARK = "park"
    #: The side fails on it each time, and has not done it: decide anew, and park it in the end.
    FAILED = "failed"
    #: Nothing was asked of the side after all: another lane has a newer revision of the record.
    UNSENT = "unsent"
    #: The side says that the record is locked.
    LOCKED = "locked"
    #: Nothing of this tenant can go now: token revoked, company locked, subscription lapsed.
    SUSPEND = "suspend"
    #: We sent what we should never send; parked and counted.
    BUG = "bug"


class Done(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="done", omit_defaults=True):
    """The side did it, or had done it before; `record` is what it shows now.

    `unlike` is what of it is not as it was asked, in words, of what no record here holds.
    """

    id: str
    revision: Revision
    record: Record | None
    at: Moment
    unlike: tuple[str, ...] = ()


class No(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="no"):
    """The side refused, definitely: nothing was changed."""

    fault: Fault


class Unknown(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="unknown"):
    """The reply never came; it may have been done.

    `failed` tells that the side did answer, and nothing that says how it ended: no outage, and it
    may answer this record so for ever.  `fault` is an answer that asks for waiting, by its status
    alone, which a proxy may have said of what went through.
    """

    detail: str
    failed: bool = False
    fault: Fault | None = None


class NotRead(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="not-read"):
    """What must be known before could not be read; nothing was sent, and it is asked again."""

    fault: Fault


class TooLate(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="too-late"):
    """The attempt was too old when its first byte was due; nothing was sent."""


Answer = Done | No | Unknown | NotRead | TooLate
