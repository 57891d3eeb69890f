"""What do people and services ask of the engine?  Requests, on `isthmus-requests`.

Keyed by the lane or the tenant that they are about, so that the owner of its partition follows
them in order with everything else of that lane.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from schemas.asking import Asking
from schemas.engine_requests import OfEngine
from schemas.kept_requests import BeginDigest, KeepDigest, KeepReconciliation
from schemas.limits import (
    MOST_MINUTES,
    Actor,
    DocumentName,
    FieldWord,
    LaneKey,
    LaneName,
    Line,
    MappedName,
    RecordId,
    RequestId,
    RevisionText,
    SettingsMark,
    StandingMark,
)
from schemas.limits import Tenant as TenantName
from schemas.tenant_state import Connected, TenantSettings
from schemas.values import MappingKind, Side


class SetMapping(Asking, frozen=True, kw_only=True, tag="set-mapping", omit_defaults=True):
    """Map this product, or what else `kind` says, to that of QuickBooks; None: no longer.

    `default`: of several that are mapped to it, what QuickBooks bills as it is this one.
    `write_off` marks a line item type as one that writes invoices off; None leaves that as it is.
    """

    id: RequestId
    tenant: TenantName
    kind: MappingKind = MappingKind.PRODUCT
    source: MappedName
    target: RecordId | None
    default: bool = False
    write_off: bool | None = None


class ReadTargets(Asking, frozen=True, kw_only=True, tag="read-targets", omit_defaults=True):
    """Read all that things of a kind can be mapped to in the tenant's company, items say.

    `mapped`: only where something is mapped to one of them.
    """

    id: RequestId
    tenant: TenantName
    kind: MappingKind = MappingKind.PRODUCT
    mapped: bool = False


class ChangeSettings(Asking, frozen=True, kw_only=True, tag="change-settings"):
    """Set a tenant's settings to these; `was` marks those that somebody looked at before.

    Where others stand meanwhile nothing is changed: all are said, and another's would be undone.
    """

    id: RequestId
    tenant: TenantName
    settings: TenantSettings
    was: SettingsMark = ""


class ConnectTenant(Asking, frozen=True, kw_only=True, tag="connect-tenant"):
    """Confirm a connection that a person made; `another` allows a company other than the last."""

    id: RequestId
    tenant: TenantName
    connection: Connected
    another: bool = False


class DisconnectTenant(
    Asking, frozen=True, kw_only=True, tag="disconnect-tenant", omit_defaults=True
):
    """Take a tenant's connection away; its tokens are erased already.

    `connection` is the newest that is meant, of what was erased and what the journal knew: one that
    somebody made since stays.  None: whatever there is, as an earlier release says it.
    """

    id: RequestId
    tenant: TenantName
    connection: Connected | None = None


class GoLive(Asking, frozen=True, kw_only=True, tag="go-live", omit_defaults=True):
    """Make the writes that a tenant only intended; a person answers for what is overruled.

    `explained` is why both sides do not say the same is owed, in that person's words.  `standing`
    tells how the tenant stood that its preflight judged: one that stands otherwise by the time a
    worker hears of this was not looked at.
    """

    id: RequestId
    tenant: TenantName
    overruled: tuple[str, ...] = ()
    explained: Line = ""
    standing: StandingMark = ""


class ConfirmRemovals(Asking, frozen=True, kw_only=True, tag="confirm-removals"):
    """Let all go that one side took away and that waits for this guard."""

    id: RequestId
    tenant: TenantName
    guard: RequestId


class TryNow(Asking, frozen=True, gc=False, kw_only=True, tag="try-now", omit_defaults=True):
    """Have a suspended tenant's lane try at once; `answered` is the side that answered somebody.

    None of them did when a person asks.
    """

    id: RequestId
    tenant: TenantName
    answered: Side | None = None


class PauseTenant(Asking, frozen=True, kw_only=True, tag="pause-tenant"):
    """Write nothing of a tenant to either side, until somebody resumes it."""

    id: RequestId
    tenant: TenantName
    reason: Line


class ResumeTenant(Asking, frozen=True, kw_only=True, tag="resume-tenant"):
    """Have a tenant go on that somebody paused."""

    id: RequestId
    tenant: TenantName


class TryLane(Asking, frozen=True, kw_only=True, tag="try-lane"):
    """Have a lane try at once that waits for a time: what a side did not answer, say."""

    id: RequestId
    lane: LaneKey


class Retry(Asking, frozen=True, kw_only=True, tag="retry"):
    """Judge a parked document again."""

    id: RequestId
    lane: LaneKey
    document: DocumentName


class ResolveConflict(
    Asking, frozen=True, kw_only=True, tag="resolve-conflict", omit_defaults=True
):
    """Have what `keep` shows stand, of these fields of a conflict; of all where none is named.

    `mediaos` and `qbo` are the revisions that whoever decides has looked at: a later one is not
    decided about.
    """

    id: RequestId
    lane: LaneKey
    document: DocumentName
    keep: Side
    fields: Annotated[tuple[FieldWord, ...], Meta(max_length=32)] = ()
    mediaos: RevisionText = ""
    qbo: RevisionText = ""


class Push(Asking, frozen=True, kw_only=True, tag="push"):
    """Send one document across although two-way sync is off, its customer with it.

    From MediaOS (`side`) it is not sent over an edit that was made in QuickBooks since, unless
    `overwrite` says so.  A service of MediaOS names its own ids: lane `t1/mediaos/42` (the
    customer), document `mediaos/invoice/136`.
    """

    id: RequestId
    lane: LaneName
    document: DocumentName
    side: Side = Side.MEDIAOS
    overwrite: bool = False


class Link(Asking, frozen=True, kw_only=True, tag="link"):
    """Take a parked customer of MediaOS for this one of QuickBooks: both were there already."""

    id: RequestId
    lane: LaneKey
    document: DocumentName
    target: RecordId


class Unlink(Asking, frozen=True, kw_only=True, tag="unlink"):
    """Take a customer for two again, one on each side."""

    id: RequestId
    lane: LaneKey
    document: DocumentName


class NoteDocument(Asking, frozen=True, kw_only=True, tag="note-document", omit_defaults=True):
    """Say who sees to a document that waits, and what is known of it; blank is nobody, nothing.

    `dismiss`: nobody has to see to it until something new happens to it.
    """

    id: RequestId
    lane: LaneKey
    document: DocumentName
    owner: Actor = ""
    note: Line = ""
    dismiss: bool = False


class ReleaseLockout(Asking, frozen=True, kw_only=True, tag="release-lockout"):
    """End one lockout, by its id, before its time."""

    id: RequestId
    lane: LaneKey
    lockout: RequestId


class ImposeLockout(Asking, frozen=True, kw_only=True, tag="impose-lockout"):
    """Pause the partition of a lane for so many minutes, or until a time where one is given."""

    id: RequestId
    lane: LaneKey
    minutes: Annotated[float, Meta(gt=0, le=MOST_MINUTES)] = 20.0
    until: Annotated[datetime, Meta(tz=True)] | None = None
    reason: Line


_OfItsTenant = (
    SetMapping
    | ReadTargets
    | ChangeSettings
    | ConnectTenant
    | DisconnectTenant
    | GoLive
    | ConfirmRemovals
    | KeepReconciliation
    | BeginDigest
    | KeepDigest
    | PauseTenant
    | ResumeTenant
    | TryNow
)

#: What a person or a service may ask for, each with its name.
OfSomebody = (
    _OfItsTenant
    | TryLane
    | Retry
    | ResolveConflict
    | Push
    | Link
    | Unlink
    | NoteDocument
    | ReleaseLockout
    | ImposeLockout
)

Request = OfSomebody | OfEngine

#: Requests about a tenant as a whole; all others name their lane.
OfTenant = _OfItsTenant | OfEngine
