"""How does somebody else ask for a lockout, or for its end?  A record on `isthmus-lockouts`.

The topic is also the published view of what stands: a record without `request` is that view, and
ours.  The end is a time and no duration, so that a record which is read twice asks for the same.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.catalog import NotUnderstoodError
from schemas.requests import ImposeLockout, ReleaseLockout
from schemas.state import Lockout

#: Shown to people, and part of the journal: chosen by whoever asks, the same twice is one request.
RequestId = Annotated[str, Meta(pattern="^[0-9A-Za-z_.:-]{1,64}$")]
Lane = Annotated[str, Meta(pattern=r"^[^/\s]+/(mediaos|qbo)/[^/\s]+$")]


class LockoutWanted(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="impose"):
    """Let the partition of this lane (scope customer: the lane) do no work until then."""

    id: RequestId
    lane: Lane
    until: Annotated[datetime, Meta(tz=True)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class ReleaseWanted(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="release"):
    """End this lockout before its time; `lane` as the published view names it."""

    id: RequestId
    lane: Lane
    lockout: Annotated[str, Meta(min_length=1, max_length=200)]


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
    try:
        return _read(value)
    except msgspec.MsgspecError as fault:
        raise NotUnderstoodError(str(fault)) from fault


def _read(value: bytes) -> ImposeLockout | ReleaseLockout | None:
    kind = _kind.decode(value)
    if kind is None:
        return None
    if kind.request is None:
        _view.decode(value)
        return None
    wanted = _wanted.decode(value)
    if isinstance(wanted, ReleaseWanted):
        return ReleaseLockout(id=wanted.id, lane=wanted.lane, lockout=wanted.lockout)
    return ImposeLockout(id=wanted.id, lane=wanted.lane, until=wanted.until, reason=wanted.reason)
