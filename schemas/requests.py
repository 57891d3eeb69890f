"""What do people and services ask of the engine?  Requests, on `isthmus-commands`.

Keyed by the lane or the tenant that they are about, so that the owner of its partition follows
them in order with everything else of that lane.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.outcomes import Fault
from schemas.state import Connected, TenantSettings
from schemas.values import Side


class MapProduct(msgspec.Struct, frozen=True, kw_only=True, tag="map-product"):
    """Sell this product as that item; None takes the mapping away."""

    id: str
    tenant: str
    product: str
    item: str | None


class ReadItems(msgspec.Struct, frozen=True, kw_only=True, tag="read-items"):
    """Read all items of the tenant's company, so that products can be mapped to them."""

    id: str
    tenant: str


class ChangeSettings(msgspec.Struct, frozen=True, kw_only=True, tag="change-settings"):
    """Set a tenant's settings to these."""

    id: str
    tenant: str
    settings: TenantSettings


class ConnectTenant(msgspec.Struct, frozen=True, kw_only=True, tag="connect-tenant"):
    """Confirm a connection that a person made; `another` allows a company other than the last."""

    id: str
    tenant: str
    connection: Connected
    another: bool = False


class NoteRefresh(msgspec.Struct, frozen=True, kw_only=True, tag="note-refresh"):
    """Confirm the version of a tenant's renewed tokens, which are stored already."""

    id: str
    tenant: str
    connection: Connected


class DisconnectTenant(msgspec.Struct, frozen=True, kw_only=True, tag="disconnect-tenant"):
    """Take a tenant's connection away; its tokens are erased already."""

    id: str
    tenant: str


class GoLive(msgspec.Struct, frozen=True, kw_only=True, tag="go-live", omit_defaults=True):
    """Make the writes that a tenant only intended; a person answers for what is overruled."""

    id: str
    tenant: str
    by: str
    overruled: tuple[str, ...] = ()


class Suspend(msgspec.Struct, frozen=True, kw_only=True, tag="suspend"):
    """A lane met a fault that concerns its whole tenant, with this version of its connection."""

    id: str
    tenant: str
    lane: str
    version: int
    fault: Fault
    at: datetime


class Resume(msgspec.Struct, frozen=True, kw_only=True, tag="resume"):
    """A side answers a suspended tenant again: end that suspension."""

    id: str
    tenant: str
    suspension: str


class Retry(msgspec.Struct, frozen=True, kw_only=True, tag="retry"):
    """Judge a parked document again."""

    id: str
    lane: str
    document: str


class Push(msgspec.Struct, frozen=True, kw_only=True, tag="push"):
    """Send one document across although two-way sync is off, its customer with it.

    From MediaOS (`side`) it is not sent over an edit that was made in QuickBooks since, unless
    `overwrite` says so.  A service of MediaOS names its own ids: lane `t1/mediaos/42` (the
    customer), document `mediaos/invoice/136`.
    """

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    lane: Annotated[str, Meta(min_length=1, examples=["t1/mediaos/42"])]
    document: Annotated[str, Meta(min_length=1, examples=["mediaos/invoice/136"])]
    side: Side = Side.MEDIAOS
    overwrite: bool = False


class ReleaseLockout(msgspec.Struct, frozen=True, kw_only=True, tag="release-lockout"):
    """End one lockout, by its id, before its time."""

    id: str
    lane: str
    lockout: str


class ImposeLockout(msgspec.Struct, frozen=True, kw_only=True, tag="impose-lockout"):
    """Pause the partition of a lane for so many minutes, or until a time where one is given."""

    id: str
    lane: str
    minutes: Annotated[float, Meta(gt=0, le=1440)] = 20.0
    until: Annotated[datetime, Meta(tz=True)] | None = None
    reason: str


Request = (
    MapProduct
    | ReadItems
    | ChangeSettings
    | ConnectTenant
    | NoteRefresh
    | DisconnectTenant
    | GoLive
    | Suspend
    | Resume
    | Retry
    | Push
    | ReleaseLockout
    | ImposeLockout
)

#: Requests about a tenant as a whole; all others name their lane.
OfTenant = (
    MapProduct
    | ReadItems
    | ChangeSettings
    | ConnectTenant
    | NoteRefresh
    | DisconnectTenant
    | GoLive
    | Suspend
    | Resume
)
