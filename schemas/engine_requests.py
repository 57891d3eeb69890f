"""What does the engine ask of itself, that no command and no door lets in?

A request as those of people and services, on the same topic and under the same keys.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.limits import Amount, DocumentName, LaneKey, Line, RequestId, Version
from schemas.limits import Tenant as TenantName
from schemas.outcomes import Fault
from schemas.tenant_state import Connected
from schemas.values import Side


class NoteRefresh(msgspec.Struct, frozen=True, kw_only=True, tag="note-refresh"):
    """Confirm the version of a tenant's renewed tokens, which are stored already."""

    id: RequestId
    tenant: TenantName
    connection: Connected


class ReadCompany(
    msgspec.Struct, frozen=True, kw_only=True, tag="read-company", omit_defaults=True
):
    """Read what a tenant's company is set to: QuickBooks tells that somebody changed it.

    `awaited`: it has refused a write, which waits for what is read, whether that is new or not.
    """

    id: RequestId
    tenant: TenantName
    awaited: bool = False


class CountRemoval(
    msgspec.Struct, frozen=True, kw_only=True, tag="count-removal", omit_defaults=True
):
    """A lane is about to take `record` away, since `side` has done so: may it?

    `currency` is the one of `amount`, blank for the home one.
    """

    id: RequestId
    tenant: TenantName
    side: Side
    record: DocumentName
    amount: Amount
    currency: Line = ""


class Suspend(msgspec.Struct, frozen=True, kw_only=True, tag="suspend"):
    """A lane met a fault that concerns its whole tenant, with this version of its connection."""

    id: RequestId
    tenant: TenantName
    lane: LaneKey
    version: Version
    fault: Fault
    at: Annotated[datetime, Meta(tz=True)]


class Resume(msgspec.Struct, frozen=True, kw_only=True, tag="resume"):
    """A side answers a suspended tenant again: end that suspension."""

    id: RequestId
    tenant: TenantName
    suspension: RequestId


#: What the engine alone tells itself, and no command and no door lets in.
OfEngine = NoteRefresh | ReadCompany | Suspend | Resume | CountRemoval
