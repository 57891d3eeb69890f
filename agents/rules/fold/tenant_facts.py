"""What does a fact change of a tenant: its settings, mappings, products, connection?"""

from msgspec.structs import replace

from agents.rules.documents.observing import evolve_live
from agents.rules.documents.removal_guard import evolve_removals
from agents.rules.mappings.catalog_entries import shown_entries
from agents.rules.tenant.connections import evolve_connection
from agents.rules.tenant.coverage import evolve_covered
from agents.rules.tenant.digesting import evolve_digested
from agents.rules.tenant.pausing import evolve_pause
from agents.rules.tenant.reconciling import evolve_reconciled
from agents.rules.tenant.suspension import evolve_suspension
from schemas.facts import Fact, RemovalCounted, RemovalsConfirmed
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
from schemas.tenant_state import Tenant
from schemas.values import MappingKind

#: What changes what a tenant set, or has, and no other row.
OF_TENANTS: tuple[type, ...] = (
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
    RemovalCounted,
    RemovalsConfirmed,
)


def evolve_tenant(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant as it stands after one fact that concerns it."""
    match fact:
        case SettingsChanged():
            return replace(tenant, settings=fact.settings)
        case CompanySeen():
            return replace(tenant, seen=fact.company, heard=fact.heard or tenant.heard)
        case Mapped():
            tenant = replace(
                tenant, mappings=_mapped(tenant, fact), write_offs=_write_offs(tenant, fact)
            )
            return replace(tenant, defaults=_defaults(tenant, fact)) if fact.default else tenant
        case SourceSeen():
            shown = shown_entries(tenant.sources_of(fact.kind), fact.source, fact)
            return replace(tenant, sources={**tenant.sources, fact.kind: shown})
        case TargetSeen():
            shown = shown_entries(tenant.targets_of(fact.kind), fact.target, fact)
            return replace(tenant, targets={**tenant.targets, fact.kind: shown})
        case _:
            tenant = evolve_covered(evolve_connection(tenant, fact), fact)
            tenant = evolve_removals(evolve_live(tenant, fact), fact)
            tenant = evolve_pause(evolve_reconciled(tenant, fact), fact)
            tenant = evolve_digested(tenant, fact)
            return evolve_suspension(tenant, fact)


def _defaults(tenant: Tenant, fact: Mapped) -> dict[MappingKind, dict[str, str]]:
    """Return the defaults with one more: of what it shares its target with, none is any longer."""
    others = {
        kind: {target: source for target, source in of.items() if target != fact.target}
        if kind.listed_as is fact.kind.listed_as
        else of
        for kind, of in tenant.defaults.items()
    }
    of_kind = others.get(fact.kind, {})
    return {**others, fact.kind: {**of_kind, fact.target or "": fact.source}}


def _write_offs(tenant: Tenant, fact: Mapped) -> tuple[str, ...]:
    """Return the line item types that are marked; one that is mapped no longer is none."""
    before = tenant.write_offs
    if fact.kind is not MappingKind.LINE_TYPE:
        return before
    marked = fact.source in before if fact.write_off is None else fact.write_off
    others = tuple(each for each in before if each != fact.source)
    return (*others, fact.source) if marked and fact.target is not None else others


def _mapped(tenant: Tenant, fact: Mapped) -> dict[MappingKind, dict[str, str]]:
    before = tenant.mapped(fact.kind)
    after = {source: target for source, target in before.items() if source != fact.source}
    if fact.target is not None:
        after = {**before, fact.source: fact.target}
    return {**tenant.mappings, fact.kind: after}
