"""How does somebody else ask for a lockout, or for its end?  A record on `isthmus-lockouts`.

The topic is also the published view of what stands: a record without `request` is that view, and
ours.  The end is a time and no duration, so that a record which is read twice asks for the same.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.catalog import decoded
from schemas.limits import NO_CONTROL, Actor, LaneName
from schemas.requests import ImposeLockout, ReleaseLockout
from schemas.state import Lockout

#: Shown to people, and part of the journal: chosen by whoever asks, the same twice is one request.
RequestId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_.:-]{1,64}$(?!\n)")]


class LockoutWanted(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="impose"):
    """Let the partition of this lane (scope customer: the lane) do no work until then.

    `by` says who asks, for the journal.
    """

    id: RequestId
    lane: LaneName
    until: Annotated[datetime, Meta(tz=True)]
    reason: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_CONTROL)]
    by: Actor = ""


class ReleaseWanted(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="release"):
    """End this lockout before its time; `lane` as the published view names it.

    `by` says who asks, for the journal.
    """

    id: RequestId
    lane: LaneName
    lockout: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_CONTROL)]
    by: Actor = ""


class _Kind(msgspec.Struct):
    request: str | None = None


_kind = msgspec.json.Decoder(_Kind | None)
_view = msgspec.json.Decoder(Lockout)
_wanted: msgspec.json.Decoder[LockoutWanted | ReleaseWanted] = msgspec.json.Decoder(
    LockoutWanted | ReleaseWanted
)


def decode_lockout_request(value: bytes | None) -> ImposeLockout | ReleaseLockout | None:
    """Read a record of the topic: what it asks for, or None when it is the published view.

    NotUnderstoodError names the field that is wrong.
    """
    if value is None:
        return None
    kind = decoded(_kind, value)
    if kind is None:
        return None
    if kind.request is None:
        decoded(_view, value)
        return None
    wanted = decoded(_wanted, value)
    if isinstance(wanted, ReleaseWanted):
        return ReleaseLockout(id=wanted.id, lane=wanted.lane, lockout=wanted.lockout, by=wanted.by)
    return ImposeLockout(
        id=wanted.id, lane=wanted.lane, until=wanted.until, reason=wanted.reason, by=wanted.by
    )
