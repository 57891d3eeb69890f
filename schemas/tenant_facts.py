"""What does the journal say of a tenant: its settings, mappings, connection, hold?"""

from datetime import date

import msgspec

from schemas.company import Company
from schemas.ledgers import LedgerReport
from schemas.moments import Moment
from schemas.tenant_state import (
    Connected,
    Live,
    Pause,
    Reconciled,
    Suspension,
    TenantSettings,
)
from schemas.values import MappingKind, Revision, Side


class SettingsChanged(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="settings-changed"):
    """A tenant's settings are these now."""

    request: str
    settings: TenantSettings


class Mapped(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="mapped", omit_defaults=True):
    """A thing of MediaOS is mapped to this one of QuickBooks (None: no longer).

    `default`: of several that are mapped to it, what QuickBooks bills as it is this one.
    `write_off` marks a line item type as one that writes invoices off; None leaves that as it is.
    """

    request: str
    kind: MappingKind = MappingKind.PRODUCT
    source: str
    target: str | None
    default: bool = False
    write_off: bool | None = None


class SourceSeen(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="source-seen", omit_defaults=True
):
    """MediaOS showed something that is mapped; a deleted one has no name any more.

    `sort` is what MediaOS calls the kind of a line item type (fee, discount), `code` its GL Item
    Code, `ledger` its GL account code.
    """

    kind: MappingKind = MappingKind.PRODUCT
    source: str
    name: str
    revision: Revision
    active: bool = True
    sort: str = ""
    code: str = ""
    ledger: str = ""


class TargetSeen(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="target-seen", omit_defaults=True
):
    """QuickBooks showed something to map to; one merged into another has no name any more.

    `path`, `unsold`, `code` and `ledger` are as in `schemas.products.Product`; `sort` is what
    QuickBooks calls the type of what is no item (CREDIT_CARD), whose `code` is an account's number.
    """

    kind: MappingKind = MappingKind.PRODUCT
    target: str
    name: str
    revision: Revision
    active: bool = True
    path: str = ""
    unsold: str = ""
    sort: str = ""
    code: str = ""
    ledger: str = ""


class CompanySeen(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="company-seen", omit_defaults=True
):
    """QuickBooks showed what the tenant's company is set to; told where that has changed.

    `heard` is when its preferences were read, where something waits for that: then it is told
    whether anything has changed or not.
    """

    company: Company
    heard: Moment | None = None


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


class ReconciliationKept(
    msgspec.Struct,
    frozen=True,
    gc=False,
    kw_only=True,
    tag="reconciliation-kept",
    omit_defaults=True,
):
    """Both ledgers were read, and what they came to is kept.

    `report`, by customer and by document, is for people to read in the journal; no row holds it.
    """

    request: str
    reconciled: Reconciled
    report: LedgerReport | None = None


class DigestBegun(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="digest-begun"):
    """Somebody is about to send the digest of a day to these, and what comes of it is told next.

    Where nothing is, whoever began it died, and one of these may have it.
    """

    request: str
    day: date
    to: tuple[str, ...]


class DigestSent(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="digest-sent", omit_defaults=True
):
    """The digest of a day, as the tenant's zone has it, went out to these (more) addresses.

    Of an address there is a digest alone, since a journal stays; `refused` are those who did not
    get it.
    """

    request: str
    day: date
    to: tuple[str, ...]
    refused: tuple[str, ...] = ()


class Suspended(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="suspended"):
    """Nothing of the tenant can go for now, whichever lane it is in."""

    request: str
    suspension: Suspension


class Resumed(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="resumed"):
    """A side answers this tenant again; that suspension, by its id, is over."""

    request: str
    suspension: str


class TenantPaused(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="tenant-paused"):
    """A person has paused the tenant: nothing of it is written until somebody resumes it."""

    request: str
    pause: Pause


class TenantGoesOn(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="tenant-goes-on"):
    """A person has resumed the tenant: what was held meanwhile goes, in order."""

    request: str


class Swept(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="swept"):
    """Everything that changed on this side before then is in Kafka: it was asked for all of it.

    Not every sweep is told: the first is, each that found something, and one a day.
    """

    side: Side
    until: Moment
