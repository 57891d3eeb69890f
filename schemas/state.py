"""What do the facts add up to?  Rows, each owned by the journal partition that writes it.

Lane (a customer's open work) - Document (one record on both sides) - Owner (which lane speaks for a
customer or has a record) - Creating (customers whose creation has no definite answer yet) -
Lockout; in `waiting` Waiting (which documents of a lane wait, and for what), in `tenant_state`
Tenant (settings, mappings).  Each row's next state follows from that row and the fact alone.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from schemas.commands import Command
from schemas.held_events import NO_EVENTS, HeldEvents
from schemas.moments import Moment
from schemas.outcomes import Done
from schemas.records import Record
from schemas.values import Kind, Revision, Side


class Snapshot(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A record as one side showed it last; None is a deletion.

    `merged_into` is the record of which it is a part since a person made one of two.
    """

    id: str
    revision: Revision
    record: Record | None
    at: Moment
    merged_into: str | None = None


class Agreed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Both halves of what the sides showed when they last agreed, each in its own values."""

    mediaos: Record
    qbo: Record


class ParkReason(StrEnum):
    """Why a record waits."""

    UNMAPPED_PRODUCT = "unmapped-product"
    ITEM_INACTIVE = "item-inactive"
    UNMAPPED_LINE_TYPE = "unmapped-line-type"
    WRITE_OFF = "write-off"
    UNMAPPED_PAYMENT_TYPE = "unmapped-payment-type"
    PAYMENT_METHOD_INACTIVE = "payment-method-inactive"
    UNMAPPED_DEPOSIT_ACCOUNT = "unmapped-deposit-account"
    UNMAPPED_ACCOUNT = "unmapped-account"
    UNMAPPED_CLASS = "unmapped-class"
    CLASS_INACTIVE = "class-inactive"
    UNMAPPED_LOCATION = "unmapped-location"
    LOCATION_INACTIVE = "location-inactive"
    UNMAPPED_TERM = "unmapped-term"
    TERM_INACTIVE = "term-inactive"
    UNMAPPED_TAX = "unmapped-tax"
    TAX_CODE_INACTIVE = "tax-code-inactive"
    ACCOUNT_INACTIVE = "account-inactive"
    CUSTOMER_UNKNOWN = "customer-unknown"
    CUSTOMER_INACTIVE = "customer-inactive"
    INVOICE_UNKNOWN = "invoice-unknown"
    NUMBER_TOO_LONG = "number-too-long"
    NUMBER_TAKEN = "number-taken"
    NAME_TAKEN = "name-taken"
    REFUSED = "refused"
    CONFLICT = "conflict"
    DIFFERS = "differs"
    VOIDED = "voided"
    UNSAYABLE = "cannot-be-said"
    ON_ACCOUNT = "on-account"
    CREDIT_USED = "credit-used"
    DELETED = "deleted"
    DAY_UNKNOWN = "day-unknown"
    BOOKS_CLOSED = "books-closed"
    #: One side has taken much away at once: a person confirms it.
    REMOVALS = "many-removed"
    CUSTOMER_CHANGED = "moved"
    REVISION_CLASH = "revision"
    MANUAL = "manual"
    NOT_LINKED = "not-linked"
    OBSERVE = "observe"
    TOO_LARGE = "too-large"
    BUG = "bug"


#: Why nothing is applied to a document that is on both sides.
IN_THE_WAY = frozenset({ParkReason.DIFFERS, ParkReason.VOIDED})
#: Why a document waits that one side has taken away, and the other one has still.
LEFT_STANDING = frozenset(
    {ParkReason.DELETED, ParkReason.VOIDED, ParkReason.CONFLICT, ParkReason.REMOVALS}
)


class Park(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A record that waits: why, in words for a person, and for what.

    `waits_for` holds conditions as `schemas.conditions` reads them: `product:7`, `customer`,
    `mediaos-invoice:12`, `push`; with none a person must act.
    `pushed`: somebody has pushed it, and it goes once it has what it waits for.  `fields` are those
    of a conflict, which both sides changed.
    """

    reason: ParkReason
    detail: str
    waits_for: tuple[str, ...] = ()
    pushed: bool = False
    fields: tuple[str, ...] = ()


class Resolution(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A person's word on a conflict that is to be followed: whose fields stand.

    `lost` is the other side's record as it was decided against.
    """

    keep: Side
    fields: tuple[str, ...]
    lost: Record


class InFlight(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A decision whose command has no outcome yet.

    `doubtful` and `earlier` are what its document knew of attempts before this decision; `unsent`
    says that nothing of it was ever sent, so that an answer is one to this command.  `failures`
    counts the answers that the side had failed on it, `failure` is the last of them in words.
    `declined` counts the attempts that the side refused for now, the last of them `declined_at`;
    `answered` is the side's word that it did it, where its record could not be read since.
    """

    decision: str
    document: str
    command: Command
    attempts: int = 1
    first_attempt: Moment
    last_attempt: Moment
    unknown: bool = False
    doubtful: bool = False
    earlier: Moment | None = None
    pushed: bool = False
    unsent: bool = False
    overwrite: bool = False
    failures: int = 0
    failure: str = ""
    declined: int = 0
    declined_at: int = 0
    answered: Done | None = None


class Document(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One record on both sides, or on the one that has it yet.

    `order` is its place among the documents of its lane, by when they came in, from 1.

    `attempted` is the time of the last attempt of a create; `doubtful` says that one of them may
    have been carried out although none was answered so, or that it was, and is gone again: the
    side is asked before the next.  `stale` counts refusals in a row because a record moved on,
    `failures` answers in a row that the side had failed on this revision; `locks` is when a side
    said that it is locked, within a day before the last.  `refusals` counts the creates that a side
    refused for certain, `said` is the digest of the first that this generation said.

    `voided` counts the records of QuickBooks that were this document and stand voided.

    `link_to` is the record of QuickBooks that a person says it is, `unlinks` that somebody asked
    for that to be undone; each until it is done, or parked.

    `unlike` is what QuickBooks made of its lines that is not as it was asked, in words, until
    somebody changes them there.

    `resolution` is how a person decided its conflict, until that is followed.

    `reckoned` are the taxes of QuickBooks' that MediaOS was told, or may have been, since one of
    them was known to be there: such a tax is nobody's word in MediaOS.
    """

    kind: Kind
    mediaos: Snapshot | None = None
    qbo: Snapshot | None = None
    agreed: Agreed | None = None
    decisions: int = 0
    generation: int = 0
    event: str = ""
    order: int = 0
    park: Park | None = None
    unplaced: str | None = None
    attempted: Moment | None = None
    doubtful: bool = False
    stale: int = 0
    failures: int = 0
    refusals: int = 0
    said: str = ""
    voided: int = 0
    locks: tuple[datetime, ...] = ()
    in_flight: InFlight | None = None
    link_to: str = ""
    unlinks: bool = False
    unlike: tuple[str, ...] = ()
    resolution: Resolution | None = None
    reckoned: tuple[Decimal, ...] = ()

    def shown(self, side: Side) -> Snapshot | None:
        """Return what that side showed last."""
        return self.mediaos if side is Side.MEDIAOS else self.qbo


class Underway(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Which document of a lane has the lane's one open decision, and its command's id."""

    document: str
    command: str


class WaitReason(StrEnum):
    """Why a whole lane waits; the sentence beside it is for people, and decides nothing."""

    #: For a time to come: a budget, a side that does not answer.
    TIME = "time"
    LOCKED = "locked"
    #: A customer of its tenant is being created, and may be this lane's.
    CREATING = "creating"
    SUSPENDED = "suspended"


class Waits(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Why the whole lane waits, and until when (None: for a condition).

    `lockout` is the id of a lockout of this customer alone, and empty for any other wait.
    """

    reason: WaitReason
    why: str
    until: Moment | None
    lockout: str = ""


class Lane(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What is the lane's own; its documents are rows under it, and it does not grow with them.

    `held` the events that wait, oldest first; `home` the lane to which everything is forwarded once
    another speaks for this customer; `order` how many documents came in; `locks` when a side said
    locked, within a day before the last; `customers` the documents that are customers, by name, and
    `linked` whether one of them is on both sides; `inactive` the ids of those that QuickBooks does
    not take now, so that something is parked, and `exempt` of those that it does not tax.
    """

    key: str
    in_flight: Underway | None = None
    held: HeldEvents = NO_EVENTS
    waits: Waits | None = None
    home: str | None = None
    order: int = 0
    locks: tuple[datetime, ...] = ()
    customers: tuple[str, ...] = ()
    linked: bool = False
    inactive: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()


class Owner(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The lane that speaks for a customer, or has a record; then in which `document`.

    Empty, it is the document that the record itself founded.  `since` is when a person said so.
    """

    lane: str
    document: str = ""
    since: Moment | None = None


class Bearers(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The lanes of one partition that have a record which is not linked yet, and as what."""

    lanes: tuple[Owner, ...] = ()


class Creating(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Commands of one journal partition that create a customer and have no definite answer."""

    commands: tuple[str, ...] = ()


class Lockout(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A partition that is paused: by which lane's lock, and until when."""

    id: str
    lane: str
    until: Moment
    reason: str
