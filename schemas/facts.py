"""What does the journal say?  Facts, in the past tense, in the order in which they came true.

Everything of one step stands in one journal record.  A fact told twice changes nothing: each
names the decision, command or event that it is about, and the fold knows which it has seen.  A
fact says by itself which rows it changes, and to what; what facts of earlier releases did not say
is added when they are folded (`agents.rules.fold.before`).

Here is what is said of documents, and the list of all; in `command_facts` of commands, in
`lane_facts` of lanes and partitions, in `tenant_facts` of tenants.
"""

from decimal import Decimal

import msgspec

from schemas.changes import Change
from schemas.command_facts import (
    Answered,
    Attempted,
    CommandApplied,
    Decided,
    Declined,
    Refused,
    Unanswered,
)
from schemas.conflict_facts import Conceded, ConflictResolved
from schemas.erasure_facts import Erased
from schemas.lane_facts import (
    Held,
    HomeChanged,
    LaneWaited,
    LaneWentOn,
    LockedOut,
    LockoutEnded,
    Taken,
)
from schemas.moments import Moment
from schemas.note_facts import Noted
from schemas.records import Record
from schemas.state import Park, Snapshot
from schemas.tenant_facts import (
    CompanySeen,
    DigestBegun,
    DigestSent,
    Mapped,
    ReconciliationKept,
    Resumed,
    SettingsChanged,
    SourceSeen,
    Suspended,
    Swept,
    TargetSeen,
    TenantConnected,
    TenantDisconnected,
    TenantGoesOn,
    TenantPaused,
    TokenRefreshed,
    WentLive,
)
from schemas.values import Kind, RecordRef, Side


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
    at: Moment | None = None

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
    at: Moment
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
    at: Moment

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


class RemovalCounted(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="removal-counted", omit_defaults=True
):
    """A side took a document away, and `record` is to follow: it may, or waits for `guard`.

    `currency` is the one of `amount`, blank for the home one, and in facts of earlier releases.
    """

    request: str
    side: Side
    record: str
    amount: Decimal
    at: Moment
    guard: str = ""
    currency: str = ""


class RemovalsConfirmed(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="removals-confirmed"
):
    """A person said that all that waits for this guard is meant."""

    request: str
    side: Side
    guard: str


class RequestTaken(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="request-taken", omit_defaults=True
):
    """A person's or a service's request was carried out, or why not.

    `by` is who asked: "" where it was the engine itself, and in facts of earlier releases; `said`
    is as in `schemas.answers.RequestAnswer`.
    """

    request: str
    done: bool
    detail: str
    by: str = ""
    said: str = ""


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
    | ConflictResolved
    | Conceded
    | Noted
    | Erased
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
    | ReconciliationKept
    | DigestBegun
    | DigestSent
    | RemovalCounted
    | RemovalsConfirmed
    | Suspended
    | Resumed
    | TenantPaused
    | TenantGoesOn
    | Swept
    | RequestTaken
)
