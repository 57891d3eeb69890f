"""What does the journal say?  Facts, in the past tense, in the order in which they came true.

Everything of one step stands in one journal record.  A fact told twice changes nothing: each
names the decision, command or event that it is about, and the fold knows which it has seen.  A
fact says by itself which rows it changes, and to what; what facts of earlier releases did not say
is added when they are folded (`agents.rules.fold.before`).
"""

from datetime import datetime
from decimal import Decimal

import msgspec

from schemas.changes import Change
from schemas.commands import Command
from schemas.company import Company
from schemas.decision_input import DecisionInput
from schemas.outcomes import Done, Fault, Verdict
from schemas.records import Record
from schemas.state import Park, Snapshot, WaitReason
from schemas.tenant_state import Connected, Live, Suspension, TenantSettings
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side


class Seen(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="seen", omit_defaults=True):
    """A side showed a newer revision of a record; `document` names its place in the lane.

    `order` is the place of a document that this record founds, and 0 of one that is known.
    `again`: the record was read once more, since one revision of it had been shown in two ways, or
    an earlier build had not kept all of it.
    """

    document: str
    change: Change
    order: int = 0
    again: bool = False


class Decided(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="decided", omit_defaults=True
):
    """The rules answered with a command; this is also its first attempt."""

    decision: str
    document: str
    given: DecisionInput
    rules: str
    command: Command
    at: datetime


class Attempted(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="attempted", omit_defaults=True
):
    """The open command is about to be sent once more; `number` counts from 2."""

    command: str
    document: str = ""
    number: int
    at: datetime


class Unanswered(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="unanswered", omit_defaults=True
):
    """An attempt ended without a definite answer; `failed` is that of outcomes.Unknown."""

    command: str
    document: str = ""
    number: int
    detail: str
    failed: bool = False


class Declined(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="declined", omit_defaults=True
):
    """The side refused an attempt for now (a lock, one name at a time): it has not been done.

    The command stays open, and goes under another request id.
    """

    command: str
    document: str
    number: int
    fault: Fault


class Answered(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="answered", omit_defaults=True
):
    """The side said that it did the open command; what it shows now is still to be read."""

    command: str
    document: str
    answer: Done


class CommandApplied(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="applied", omit_defaults=True
):
    """The side did what the command asks; `record` is what it showed afterwards.

    `unlike` is as in `schemas.outcomes.Done`.
    """

    command: str
    document: str = ""
    side: Side
    kind: Kind
    id: str
    revision: Revision
    record: Record | None
    at: datetime
    adopted: bool = False
    unlike: tuple[str, ...] = ()


class Refused(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="refused", omit_defaults=True
):
    """The side said no, definitely; the decision is closed.

    `owed` is what QuickBooks showed then, by invoice, where it was asked to settle more than that.
    """

    command: str
    document: str = ""
    fault: Fault
    verdict: Verdict
    owed: dict[str, Decimal] = {}


class Linked(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="linked", omit_defaults=True):
    """The record of one side is the record of the other; `home` speaks for the customer.

    `twin` is what a side showed of this record while it was not known whose it was; `at` is when a
    person's word was followed: several lanes may link one record so, one after the other.
    """

    kind: Kind
    document: str
    mediaos: str
    qbo: str
    home: str
    twin: Snapshot | None = None
    at: datetime | None = None

    @property
    def records(self) -> tuple[RecordRef, RecordRef]:
        """Return the two records, MediaOS's first."""
        return (
            RecordRef(Side.MEDIAOS, self.kind, self.mediaos),
            RecordRef(Side.QBO, self.kind, self.qbo),
        )


class Settled(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="settled"):
    """On these fields the sides agree, each in its own values."""

    document: str
    fields: tuple[str, ...]
    mediaos: Record
    qbo: Record


class Parked(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="parked", omit_defaults=True):
    """A record waits; its decision, if one was open, is closed.  `order` is its document's."""

    document: str
    event: str
    park: Park
    at: datetime
    order: int = 0


class Released(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="released"):
    """A document waits no more, nor is it listed: what it waited for has come."""

    document: str
    why: str


class Asked(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="asked"):
    """Someone asked that a parked document be judged again; `pushed` sends it by hand.

    `overwrite` has MediaOS's values win over an edit made in QuickBooks.
    """

    document: str
    request: str
    pushed: bool
    overwrite: bool = False


class LinkAsked(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="link-asked"):
    """A person says that a parked document is this record of QuickBooks."""

    document: str
    request: str
    target: str


class LinkTargetShown(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="link-target-shown"):
    """QuickBooks showed the record that a document is to be linked with."""

    document: str
    shown: Snapshot


class UnlinkAsked(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="unlink-asked"):
    """A person says that both sides of a document are not one; `order` is its document's."""

    document: str
    request: str
    order: int


class Unlinked(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="unlinked"):
    """The record of one side is not that of the other any more; each speaks for itself.

    `generation` is that of the next create.
    """

    kind: Kind
    document: str
    mediaos: str
    qbo: str
    generation: int
    at: datetime

    @property
    def record(self) -> RecordRef:
        """Return QuickBooks' record."""
        return RecordRef(Side.QBO, self.kind, self.qbo)


class OnOneSide(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="unplaced"):
    """A record is only on one side, by rule; recorded, and listed as such."""

    document: str
    reason: str


class Regenerated(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="regenerated", omit_defaults=True
):
    """A create may be asked for anew: the last one's document is proved absent, or is gone.

    `gone` are the records that were deleted, and belong to it no more; `voided` says that
    QuickBooks' one among them stands voided.
    """

    document: str
    generation: int
    gone: tuple[RecordRef, ...] = ()
    voided: bool = False


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
    until: datetime | None
    lockout: str = ""
    at: datetime | None = None
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
    until: datetime
    reason: str
    at: datetime | None = None
    document: str = ""


class LockoutEnded(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="lockout-ended"):
    """The partition works again: its time came, or a person named this lockout."""

    lockout: str
    why: str


class SettingsChanged(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="settings-changed"):
    """A tenant's settings are these now."""

    request: str
    settings: TenantSettings


class Mapped(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="mapped", omit_defaults=True):
    """A thing of MediaOS is mapped to this one of QuickBooks (None: no longer).

    `default`: of several that are mapped to it, what QuickBooks bills as it is this one.
    """

    request: str
    kind: MappingKind = MappingKind.PRODUCT
    source: str
    target: str | None
    default: bool = False


class SourceSeen(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="source-seen", omit_defaults=True
):
    """MediaOS showed something that is mapped; a deleted one has no name any more."""

    kind: MappingKind = MappingKind.PRODUCT
    source: str
    name: str
    revision: Revision
    active: bool = True


class TargetSeen(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="target-seen", omit_defaults=True
):
    """QuickBooks showed something to map to; one merged into another has no name any more.

    `path` and `unsold` are as in `schemas.records.Product`.
    """

    kind: MappingKind = MappingKind.PRODUCT
    target: str
    name: str
    revision: Revision
    active: bool = True
    path: str = ""
    unsold: str = ""


class CompanySeen(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="company-seen"):
    """QuickBooks showed what the tenant's company is set to; told where that has changed."""

    company: Company


class TenantConnected(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="tenant-connected"):
    """A person connected the tenant to a company, for the first time or again."""

    request: str
    connection: Connected


class TokenRefreshed(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="token-refreshed"):
    """The tenant's tokens are those of this version now; every older one is spent."""

    request: str
    version: int


class TenantDisconnected(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="tenant-disconnected"
):
    """The tenant has no way into its company any more, by a person's wish."""

    request: str


class WentLive(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="went-live"):
    """From here on the tenant's intended writes are made."""

    request: str
    live: Live


class RemovalCounted(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="removal-counted", omit_defaults=True
):
    """A side took a document away, and `record` is to follow: it may, or waits for `guard`."""

    request: str
    side: Side
    record: str
    amount: Decimal
    at: datetime
    guard: str = ""


class RemovalsConfirmed(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="removals-confirmed"
):
    """A person said that all that waits for this guard is meant."""

    request: str
    side: Side
    guard: str


class Suspended(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="suspended"):
    """Nothing of the tenant can go for now, whichever lane it is in."""

    request: str
    suspension: Suspension


class Resumed(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="resumed"):
    """A side answers this tenant again; that suspension, by its id, is over."""

    request: str
    suspension: str


class Swept(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="swept"):
    """Everything that changed on this side before then is in Kafka: it was asked for all of it.

    Not every sweep is told: the first is, each that found something, and one a day.
    """

    side: Side
    until: datetime


class RequestTaken(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="request-taken", omit_defaults=True
):
    """A person's or a service's request was carried out, or why not.

    `by` is who asked: "" where it was the engine itself, and in facts of earlier releases.
    """

    request: str
    done: bool
    detail: str
    by: str = ""


Fact = (
    Seen
    | Decided
    | Attempted
    | Unanswered
    | Declined
    | Answered
    | CommandApplied
    | Refused
    | Linked
    | Settled
    | Parked
    | Released
    | Asked
    | LinkAsked
    | LinkTargetShown
    | UnlinkAsked
    | Unlinked
    | OnOneSide
    | Regenerated
    | Held
    | Taken
    | LaneWaited
    | LaneWentOn
    | HomeChanged
    | LockedOut
    | LockoutEnded
    | SettingsChanged
    | Mapped
    | SourceSeen
    | TargetSeen
    | CompanySeen
    | TenantConnected
    | TokenRefreshed
    | TenantDisconnected
    | WentLive
    | RemovalCounted
    | RemovalsConfirmed
    | Suspended
    | Resumed
    | Swept
    | RequestTaken
)
