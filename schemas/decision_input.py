"""What were the rules given?  It stands in the decision, so that they can be asked again."""

from datetime import date
from decimal import Decimal

import msgspec

from schemas.company import Company
from schemas.kinds import called, is_customer
from schemas.state import Document
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, MappingKind, RecordRef, Side


class DecisionInput(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Everything but the change that the rules were given; enough to ask them again.

    `items` holds, by `mapping_key`, to what the things that the document names are mapped,
    `inactive` the same of those whose target cannot be used now, `names` what they are called that
    cannot cross: ask `target`; `sources` what of MediaOS each thing may be, by `source_key`,
    that is named by what QuickBooks alone has: ask `source`; `invoices` the records across of those
    that it settles (None while there is none), by `link_key`: ask `across`.  `held` are those of
    them that nothing may be applied to now: the name of each one's document, and why; `away` those
    that the other side has taken away, likewise; `one_sided` those that stay where they are;
    `below` are, by `link_key`, the invoices of MediaOS among them that are credits, below zero.
    `bearer` is the document whose marker this one bears, not being it.  `listed` says why what
    QuickBooks alone has is not made in MediaOS unless somebody pushes it.  `merged_into` is the
    customer of QuickBooks of which its own one is a part since a merge, `survivor` whose that is.
    `owed` is what invoices of QuickBooks owe there, by id, where that was read for this; `numbers`
    are those of the documents that it settles, by `link_key`: ask `called`; `deposited` is when the
    bank deposit was made that a payment is a part of, where that was read.  `company` is what the
    tenant's is set to.

    `write_offs` are the line item types that it names and that a person has marked so.

    `open` is what there is left on the side to be written to of what a credit application names, by
    `link_key`: what a credit memo has left, what an invoice owes; of a payment, what invoices of
    MediaOS were read to owe that it is to settle more of than they are known to; `used` tells on
    what a credit was used there instead; `strangers` are those that are of another customer than
    it.  `owners` are, by `link_key`, the customers of what a payment settles, where that is not all
    of its own one.

    `credited_in` and `credited_at` are the currency and the rate in QuickBooks of the first credit
    memo that a credit application of MediaOS applies: it has none of its own.

    `applied` is what payments apply to it, by their ids (`applied_key`), where it stands and the
    other side has taken it away: it `may_remove` that there, or the removals of the other side
    stand before `guard`, as is `told`.  `leaving` are, by `link_key`, those that it settles of
    which that is so, and which it is to be taken off.
    """

    tenant: str
    document: Document
    customer: Document | None = None
    settings: TenantSettings = TenantSettings()
    items: dict[str, str] = {}
    inactive: dict[str, str] = {}
    names: dict[str, str] = {}
    sources: dict[str, tuple[str, ...]] = {}
    invoices: dict[str, str | None] = {}
    held: dict[str, tuple[str, str]] = {}
    away: dict[str, tuple[str, str]] = {}
    one_sided: dict[str, str] = {}
    below: tuple[str, ...] = ()
    bearer: Document | None = None
    pushed: bool = False
    overwrite: bool = False
    listed: str = ""
    merged_into: str = ""
    survivor: Document | None = None
    applied: dict[str, Decimal] = {}
    leaving: tuple[str, ...] = ()
    may_remove: bool = False
    guard: str = ""
    told: str = ""
    owed: dict[str, Decimal] = {}
    numbers: dict[str, str] = {}
    company: Company = Company()
    deposited: date | None = None
    open: dict[str, Decimal] = {}
    strangers: tuple[tuple[Kind, str], ...] = ()
    owners: dict[str, str] = {}
    write_offs: tuple[str, ...] = ()
    used: str = ""
    credited_in: str = ""
    credited_at: Decimal | None = None

    def across(self, record: RecordRef) -> str | None:
        """Return the id across of a record that the document settles, None while it has none."""
        return self.invoices.get(link_key(record))

    def called(self, record: RecordRef) -> str:
        """Return how people call what the document settles or whose it is: by number or name."""
        number = self.numbers.get(link_key(record))
        if number:
            return f"{record.kind.called} {number}"
        shown = self.customer.shown(record.side) if self.customer is not None else None
        if is_customer(record.kind) and shown is not None and shown.id == record.id:
            return called(record, shown.record)
        return called(record)

    def target(self, kind: MappingKind, source: str) -> str | None:
        """Return to what a thing is mapped that can be used, None while there is nothing."""
        return self.items.get(mapping_key(kind, source))

    def source(self, kind: MappingKind, target: str) -> tuple[str, ...]:
        """Return, by `source_key`, what a thing of QuickBooks may be in MediaOS: one, if clear."""
        return self.sources.get(mapping_key(kind, target), ())


def link_key(record: RecordRef) -> str:
    """Return by what a decision's input lists a record: an invoice by `mediaos:12`, as ever."""
    kind = "" if record.kind is Kind.INVOICE else f"-{record.kind}"
    return f"{record.side}{kind}:{record.id}"


def applied_key(record: RecordRef) -> str:
    """Return by what is listed what settles another record: a payment by its id, as ever."""
    return record.id if record.kind is Kind.PAYMENT else f"{record.kind}/{record.id}"


def applied_by(side: Side, key: str) -> RecordRef:
    """Return the record of that side that is listed so; a slash stands in no id."""
    kind, _, record_id = key.rpartition("/")
    return RecordRef(side, Kind(kind) if kind else Kind.PAYMENT, record_id)


#: Once they were all that was mapped.
_BY_ID_ALONE = frozenset({MappingKind.PRODUCT})


def mapping_key(kind: MappingKind, source: str) -> str:
    """Return by what a mapping is listed among all kinds: one of a product by its id, as ever.

    A slash stands in no id.
    """
    return source if kind in _BY_ID_ALONE else f"{kind}/{source}"


def source_key(kind: MappingKind, source: str) -> str:
    """Return by what `sources` lists a thing of MediaOS: by its id.

    One that is mapped to another kind's list of QuickBooks stands with its own kind before it.
    """
    return source if kind.listed_as is kind else f"{kind}/{source}"


def source_named(listed: MappingKind, key: str) -> tuple[MappingKind, str]:
    """Return what is listed so among all that is mapped to one list: a kind and its id."""
    kind, _, source = key.partition("/")
    shares = (each for each in MappingKind if each.listed_as is listed and each is not listed)
    return next(((each, source) for each in shares if each == kind), (listed, key))
