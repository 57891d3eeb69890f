"""What has a tenant set, and what is known of it: settings, mappings, connection, hold?"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from schemas.company import Company
from schemas.limits import FieldName
from schemas.moments import Moment
from schemas.removal_state import Removals
from schemas.values import ZERO, MappingKind, Revision, Side

#: What goes by all that is sold: a product by its id, a line item type with this before its own.
BY_SOLD = frozenset({MappingKind.CLASS, MappingKind.LOCATION})
TYPED = "line-type-"


class BornInQuickbooks(StrEnum):
    """What becomes of what somebody makes in QuickBooks itself."""

    #: It is made in MediaOS too.
    MIRROR = "mirror"
    #: It is listed, and goes when someone pushes it.
    LIST = "list"


class FieldOwner(StrEnum):
    """Whose value stands where both sides changed one field since they agreed."""

    MEDIAOS = "mediaos"
    QUICKBOOKS = "quickbooks"
    #: Nobody's by itself: the document waits until a person says whose.
    PERSON = "person"


class TaxBy(StrEnum):
    """Whose reckoning of a tax counts."""

    #: QuickBooks works it out from the codes of the lines, and it returns to MediaOS.
    QUICKBOOKS = "quickbooks"
    #: What MediaOS has printed is said to QuickBooks and must come back equal.
    MEDIAOS = "mediaos"

    @property
    def called(self) -> str:
        """Return the side by its name."""
        return "MediaOS" if self is TaxBy.MEDIAOS else "QuickBooks"


class TenantSettings(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The three settings of the guide, a tenant's mode and zone, and how more is done.

    `born_in_quickbooks` says what becomes of what is made there.

    `unapply_first`: payments are taken off an invoice that is to be taken away, and it does not
    wait for a person to do so.  `time_zone` stands in the place of its company's, where it is not
    empty.  `require` are the kinds of mapping without which nothing that names one is made in
    QuickBooks, of those that are left out otherwise.

    `alternative_payments` are the types of payments of MediaOS that bring no money: what is settled
    by one of them is on the invoice as a discount already (Alternative Payment Tracking).

    `skip_zero_invoices`: an invoice of MediaOS whose total is zero is only listed; one that is
    across already stays in step.

    `locked_as_of` is what MediaOS calls "Lock Accounting As Of" (general settings): the last day
    whose invoices, credits and payments nobody changes there.  Its API does not show it.

    `owners` says, by field (`invoice.memo`), who wins where both sides changed it; of fields that
    it does not name the kind's own rule does.

    `tax` says whose reckoning counts; None: QuickBooks' in the US, else MediaOS's.

    Each decision keeps them, so what nobody has set is not written: a default never changes.
    """

    assign_invoice_id: bool = True
    manual_push: bool = False
    number_prefix: str = ""
    born_in_quickbooks: BornInQuickbooks = BornInQuickbooks.MIRROR
    observe: bool = False
    unapply_first: bool = False
    time_zone: str = ""
    require: tuple[MappingKind, ...] = ()
    locked_as_of: date | None = None
    owners: dict[FieldName, FieldOwner] = {}
    tax: TaxBy | None = None
    alternative_payments: tuple[str, ...] = ("Barter", "Trade")
    skip_zero_invoices: bool = False


class Connected(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A tenant's way into its company, as the journal confirms it; the secrets are elsewhere.

    `version` moves with every connecting and every renewed token; `environment` is production or
    sandbox; `installation` names the installation whose journal this is.
    """

    version: int
    realm: str
    environment: str
    installation: str = ""


class Live(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """That a tenant went live: with which company (empty: none was known), and by whose word.

    `overruled` are the findings of the preflight that this person went over, `explained` is why the
    sides did not say the same is owed.  Earlier releases did not keep since when it is.
    """

    realm: str
    by: str
    overruled: tuple[str, ...] = ()
    since: Moment | None = None
    explained: str = ""


class Suspension(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Why nothing of a tenant can go now: one hold for all its lanes.

    It is about one version of the connection.  `lane` met the fault, and tries its command alone
    at `until` (None: no trying helps, a person must connect anew); `probes` counts its tries.
    """

    id: str
    version: int
    side: Side
    reason: str
    detail: str
    lane: str
    since: Moment
    until: Moment | None = None
    probes: int = 0


class Pause(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """That nothing of a tenant is written, by a person's word, until somebody resumes it."""

    since: Moment
    by: str
    reason: str


class CatalogEntry(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Something that is mapped, or is mapped to, as its side showed it last.

    One that was deleted, or merged into another, is not active either; its revision says so.
    `path` and `unsold` are as in `schemas.products.Product`; `sort`, `code` and `ledger` as in
    `SourceSeen` and `TargetSeen`.
    """

    name: str
    active: bool = True
    path: str = ""
    unsold: str = ""
    sort: str = ""
    code: str = ""
    ledger: str = ""
    revision: Revision


class Reconciled(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What the last reconciliation came to: documents that differ, and those that only wait.

    `amount` is the money between the ledgers in those that differ, in the home currency.
    """

    at: Moment
    differs: int
    waits: int
    amount: Decimal = ZERO


class Digested(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """To whom the digest of a day went; of an address a digest alone, since a journal stays.

    `day` is as the tenant's zone has it; of `begun` nobody told yet whether they got it.
    """

    day: date
    to: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()


class Tenant(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What a tenant set: the three settings, its mappings, its company.

    `mappings` holds, by kind, things of MediaOS by their ids, each with that of QuickBooks which it
    is mapped to; `defaults`, by that of QuickBooks, which of several mapped to it it is in MediaOS;
    `sources` and `targets` are those of both that were seen; `write_offs` the line item types that
    a person has marked so.  `left` is the connection that was given up last, which the next one is
    judged by; `suspended` is the hold that all its lanes are under, and `paused` that of a person;
    `live` is None until somebody has it write anything; `covered` says by side up to when
    everything that changed there is known to be in Kafka, at least: it may be a day behind what the
    sweeps know.  `removals` are what each side has taken away of late.  `seen` is what a company
    showed of its settings: ask `company`; `heard` when those were read last for what waited for
    it.  `reconciled` is what the accountant's report came to
    when it was kept last; `digested` the last day of which a digest went out.
    """

    settings: TenantSettings = TenantSettings()
    mappings: dict[MappingKind, dict[str, str]] = {}
    defaults: dict[MappingKind, dict[str, str]] = {}
    sources: dict[MappingKind, dict[str, CatalogEntry]] = {}
    targets: dict[MappingKind, dict[str, CatalogEntry]] = {}
    write_offs: tuple[str, ...] = ()
    connection: Connected | None = None
    left: Connected | None = None
    suspended: Suspension | None = None
    covered: dict[Side, Moment] = {}
    live: Live | None = None
    removals: dict[Side, Removals] = {}
    seen: Company = Company()
    heard: Moment | None = None
    reconciled: Reconciled | None = None
    paused: Pause | None = None
    digested: Digested | None = None

    @property
    def stands_still(self) -> bool:
        """Tell whether none of its lanes may write: a side says no to all, or a person does."""
        return self.suspended is not None or self.paused is not None

    @property
    def company(self) -> Company:
        """Return what its company is set to, as far as that is known of this company."""
        realm = self.connection.realm if self.connection is not None else ""
        return self.seen if self.seen.realm == realm else Company()

    def mapped(self, kind: MappingKind) -> dict[str, str]:
        """Return the mappings of a kind."""
        return self.mappings.get(kind, {})

    def sources_of(self, kind: MappingKind) -> dict[str, CatalogEntry]:
        """Return what MediaOS showed of a kind: of what goes by all that is sold, all of that."""
        if kind not in BY_SOLD:
            return self.sources.get(kind, {})
        types = self.sources.get(MappingKind.LINE_TYPE, {})
        of_types = {f"{TYPED}{line_type}": entry for line_type, entry in types.items()}
        return {**self.sources.get(MappingKind.PRODUCT, {}), **of_types}

    def source_of(self, kind: MappingKind, source: str) -> CatalogEntry | None:
        """Return what MediaOS showed of one thing of a kind, None where that is nothing."""
        if kind not in BY_SOLD:
            return self.sources.get(kind, {}).get(source)
        of = MappingKind.LINE_TYPE if source.startswith(TYPED) else MappingKind.PRODUCT
        return self.sources.get(of, {}).get(source.removeprefix(TYPED))

    def targets_of(self, kind: MappingKind) -> dict[str, CatalogEntry]:
        """Return what QuickBooks showed that things of a kind can be mapped to."""
        return self.targets.get(kind.listed_as, {})

    @property
    def observes(self) -> bool:
        """Tell whether its writes are only intended: it has not gone live with this company.

        A tenant that the journal knows no connection of was never told to observe.
        """
        if self.settings.observe or self.connection is None:
            return self.settings.observe
        return self.live is None or self.live.realm not in {"", self.connection.realm}

    @property
    def version(self) -> int:
        """Return the version of the connection that holds, 0 where there never was one."""
        known = self.connection or self.left
        return known.version if known is not None else 0
