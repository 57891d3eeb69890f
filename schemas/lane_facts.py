"""What does the journal say of a lane, or of a partition that stands still?"""

import msgspec

from schemas.changes import Change
from schemas.moments import Moment
from schemas.state import WaitReason


class Held(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="held", omit_defaults=True):
    """An event waits in its lane; it is whole in here, its slot in the topic is done."""

    change: Change
    why: str


class Taken(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="taken"):
    """A held event was taken from the front of the queue."""

    event: str


class LaneWaited(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="lane-waited", omit_defaults=True
):
    """The lane does nothing until then (None: until its condition is met).

    `reason` is None in facts of earlier releases, whose sentence said it.
    `lockout` is the id of a lockout of this customer alone, and `at` when a side said locked, of
    `document`.  `unsent` says that the last attempt of the open command, which is that of
    `document`, has certainly not been used.
    """

    why: str
    until: Moment | None
    lockout: str = ""
    at: Moment | None = None
    unsent: bool = False
    document: str = ""
    reason: WaitReason | None = None


class LaneWentOn(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="lane-went-on"):
    """The lane works again."""

    why: str


class HomeChanged(
    msgspec.Struct, frozen=True, kw_only=True, tag="home-changed", omit_defaults=True
):
    """The lane handed over all it held, `documents` among it; from now on it only forwards.

    `more` says that this was a part, and that it still has others.
    """

    home: str
    event: str
    documents: tuple[str, ...] = ()
    more: bool = False


class LockedOut(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="locked-out"):
    """The partition does no work until then; `at` is when a side said locked (None: asked for).

    It said so of `document`.
    """

    lockout: str
    lane: str
    until: Moment
    reason: str
    at: Moment | None = None
    document: str = ""


class LockoutEnded(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="lockout-ended"):
    """The partition works again: its time came, or a person named this lockout."""

    lockout: str
    why: str
