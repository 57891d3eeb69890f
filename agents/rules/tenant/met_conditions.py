"""Which conditions that documents wait for may a tenant's new state meet, or another lane's?

Only these lanes are woken: a tenant may have a hundred thousand that wait for something else.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from agents.rules.kinds.days import zone_of
from agents.rules.mappings.catalog_entries import sharing
from agents.rules.mappings.table import MAPPINGS
from schemas.asked_conditions import Confirmed
from schemas.changes import Change
from schemas.command_facts import CommandApplied, Decided
from schemas.company import PREFERENCES, Classes, TaxModel
from schemas.conditions import condition_of
from schemas.facts import Fact, Linked, OnOneSide, Parked, Released, Seen, Settled
from schemas.kinds import is_customer
from schemas.lane_conditions import (
    CustomerActive,
    CustomerCrossed,
    CustomerTaxed,
    StandsRight,
    met_by_customer,
)
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.records import Customer
from schemas.tenant_conditions import (
    AccountingUnlocked,
    BooksOpen,
    BooksRead,
    ClosedOtherwise,
    Counted,
    CurrencyKept,
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.tenant_facts import Mapped, SourceSeen, TargetSeen
from schemas.tenant_state import TaxBy, Tenant
from schemas.values import Side

#: One mapping, from either end, one customer or document, or all conditions of a kind.
Awaited = (
    MappingUsable
    | TargetClear
    | NoWriteOff
    | CustomerCrossed
    | CustomerActive
    | CustomerTaxed
    | StandsRight
    | type[MappingUsable]
    | type[NumberFree]
    | type[SyncOn]
    | type[TenantLive]
    | type[ZoneKnown]
    | type[BooksOpen]
    | type[BooksRead]
    | type[ClosedOtherwise]
    | type[AccountingUnlocked]
    | type[CurrencyKept]
    | type[TaxReckoned]
    | type[TrackedOtherwise]
    | type[Counted]
    | type[Confirmed]
)


def awaited(condition: str) -> Awaited | None:
    """Return how a parked condition is found again; None where the lane itself meets it."""
    match condition_of(condition):
        case MappingUsable(kind=kind) if MAPPINGS[kind].optional:
            # What is left out once its setting says so is met without a mapping of that very one.
            return MappingUsable
        case (
            MappingUsable()
            | TargetClear()
            | NoWriteOff()
            | CustomerCrossed()
            | CustomerActive()
            | CustomerTaxed()
            | StandsRight()
        ) as named:
            return named
        case NumberFree() | SyncOn() | TenantLive() as set_so:
            return type(set_so)
        case (
            ZoneKnown()
            | BooksOpen()
            | BooksRead()
            | ClosedOtherwise()
            | AccountingUnlocked()
            | CurrencyKept()
            | TaxReckoned()
            | TrackedOtherwise()
        ) as of_company:
            return type(of_company)
        case Counted() | Confirmed() as let_go:
            return type(let_go)
        case _:
            return None


def met_conditions(before: Tenant, after: Tenant, facts: Iterable[Fact]) -> Iterator[Awaited]:
    """Yield the conditions that `facts`, which made `after` of `before`, may have met."""
    for fact in facts:
        yield from _mappings(after, fact)
        yield from _targets(before, after, fact)
    for line_type in sorted(set(before.write_offs) - set(after.write_offs)):
        yield NoWriteOff(line_type)
    if before.settings != after.settings:
        yield from (NumberFree, SyncOn)
    if set(before.settings.require) - set(after.settings.require):
        yield MappingUsable
    yield from _company(before, after)
    if before.observes and not after.observes:
        yield TenantLive
    if before.removals != after.removals:
        yield from (Counted, Confirmed)


def _taxed(tenant: Tenant) -> tuple[TaxBy | None, TaxModel]:
    return tenant.settings.tax, tenant.company.tax_model


def _put_under(tenant: Tenant) -> tuple[Classes, bool]:
    return tenant.company.classes, tenant.company.locations


def _books(tenant: Tenant) -> tuple[Any, ...]:
    return tenant.company.knows(PREFERENCES), tenant.company.closed, tenant.heard


def _currencies(tenant: Tenant) -> tuple[Any, ...]:
    company = tenant.company
    return company.home, company.several, company.currencies


def _company(
    before: Tenant, after: Tenant
) -> Iterator[
    type[MappingUsable]
    | type[ZoneKnown]
    | type[BooksOpen]
    | type[BooksRead]
    | type[ClosedOtherwise]
    | type[AccountingUnlocked]
    | type[CurrencyKept]
    | type[TaxReckoned]
    | type[TrackedOtherwise]
]:
    """Yield what is said otherwise of both companies: taxes, classes, currencies, and days."""
    if _taxed(before) != _taxed(after) or _put_under(before) != _put_under(after):
        yield MappingUsable
    if _taxed(before) != _taxed(after):
        yield TaxReckoned
    if _put_under(before) != _put_under(after):
        yield TrackedOtherwise
    if _currencies(before) != _currencies(after):
        yield CurrencyKept
    if zone_of(before.settings, before.company) != zone_of(after.settings, after.company):
        yield ZoneKnown
    if _books(before) != _books(after):
        yield from (BooksOpen, BooksRead, ClosedOtherwise)
    if before.settings.locked_as_of != after.settings.locked_as_of:
        yield AccountingUnlocked


def standing_right(facts: Iterable[Fact]) -> Iterator[StandsRight]:
    """Yield the documents that may no longer stand in the way, in whichever lane one waits."""
    for fact in facts:
        if isinstance(fact, Released | Settled | OnOneSide | Decided | Parked):
            yield StandsRight(fact.document)


def met_elsewhere(
    facts: Iterable[Fact],
) -> Iterator[CustomerCrossed | CustomerActive | CustomerTaxed]:
    """Yield what facts of a customer's lane may have met for what waits in other lanes.

    Those of whoever was merged into it, and those of whoever has what moved to it.
    """
    for fact in facts:
        if isinstance(fact, Linked) and is_customer(fact.kind):
            yield CustomerCrossed(fact.mediaos)
        shown = fact.change if isinstance(fact, Seen) else fact
        if not isinstance(shown, Change | CommandApplied) or not is_customer(shown.kind):
            continue
        if shown.side is Side.QBO and isinstance(shown.record, Customer):
            yield from met_by_customer(shown.id, shown.record)


def goes_on(before: Tenant, after: Tenant) -> bool:
    """Tell whether a hold of the whole tenant has ended: then each of its lanes looks again."""
    return before.stands_still and not after.stands_still


def tries(before: Tenant, after: Tenant) -> str | None:
    """Return the lane that must look when it tries a suspended tenant, where that has changed."""
    standing = after.suspended
    if standing is None or after.paused is not None:
        return None
    resumed = before.paused is not None
    return standing.lane if resumed or standing != before.suspended else None


def _mappings(tenant: Tenant, fact: Fact) -> Iterator[MappingUsable | type[MappingUsable]]:
    match fact:
        case Mapped(target=str()) | TargetSeen() if MAPPINGS[fact.kind].optional:
            yield MappingUsable
        case Mapped(target=str()):
            yield MappingUsable(fact.kind, fact.source)
        case TargetSeen():
            for kind, source in sharing(tenant, fact.kind, fact.target):
                yield MappingUsable if MAPPINGS[kind].optional else MappingUsable(kind, source)
        case _:
            return


def _targets(before: Tenant, after: Tenant, fact: Fact) -> Iterator[TargetClear]:
    """Yield the things of QuickBooks that may have become clear: mapped to, or by one less."""
    if isinstance(fact, Mapped | SourceSeen):
        found = (each.mapped(fact.kind).get(fact.source) for each in (before, after))
        clear = dict.fromkeys(filter(None, found))
        yield from (TargetClear(fact.kind.listed_as, each) for each in clear)
