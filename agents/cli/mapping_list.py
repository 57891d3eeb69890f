"""Which things of a tenant are mapped to what, and how is one shown?

One is listed once MediaOS showed it or a document waits for it; a mapping may come first.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.tenant_readiness import met_by_tenant
from agents.rules.mappings.catalog_entries import known_sources, whole_names
from agents.rules.mappings.listed import MAPPED, Mapping, mapping_of
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.suggest import Suggestion
from schemas.conditions import condition_of
from schemas.mapping_conditions import MappingUsable
from schemas.tenant_state import Tenant


def mappings(
    name: str, tenant: Tenant, lanes: Iterable[LaneBook], policy: MappingPolicy
) -> list[Mapping]:
    """Return a tenant's sources of a kind by id, those that cannot cross first."""
    conditions = (
        condition_of(text)
        for lane in lanes
        for document in lane.documents.values()
        if document.park is not None
        for text in document.park.waits_for
        # What waits for two keeps both until it has both.
        if not met_by_tenant(text, tenant)
    )
    waiting = Counter(
        each.source
        for each in conditions
        if isinstance(each, MappingUsable) and each.kind is policy.kind
    )
    known = {*known_sources(tenant, policy), *tenant.mapped(policy.kind), *waiting}
    called = whole_names(tenant.targets_of(policy.kind))
    found = [mapping_of(name, tenant, source, waiting[source], policy, called) for source in known]
    return sorted(found, key=lambda e: (e.state == MAPPED, len(e.source), e.source))


def words(policy: MappingPolicy) -> str:
    """Return what a mapping of this kind takes on the command line: `PRODUCT ITEM`."""
    source, _, target, _ = policy.columns
    return f"{source.upper()} {target.upper()}"


def told(each: Mapping, policy: MappingPolicy) -> dict[str, Any]:
    """Return one as JSON tells it, in its kind's words."""
    source, _, target, target_name = policy.columns
    return {
        "tenant": each.tenant,
        "kind": policy.kind,
        source: each.source,
        "name": each.name,
        target: each.target,
        target_name: each.target_name,
        "shared_with": each.shared_with,
        "default": each.default,
        **({"write_off": each.write_off} if policy.writes_off else {}),
        "state": each.state,
        "waiting": each.waiting,
    }


def cells(mapping: Mapping) -> tuple[str, ...]:
    """Return one as a line of a table."""
    default = "default, " if mapping.default else ""
    state = f"{mapping.state}, a write-off" if mapping.write_off else mapping.state
    shared = f" ({default}also {', '.join(mapping.shared_with)})" if mapping.shared_with else ""
    waits = f", {mapping.waiting} wait{'s' if mapping.waiting == 1 else ''}"
    return (
        mapping.tenant,
        mapping.source,
        mapping.name or "(not shown yet)",
        mapping.target or "-",
        mapping.target_name or "-",
        f"{state}{shared}{waits if mapping.waiting else ''}",
    )


def proposed(each: Suggestion, policy: MappingPolicy) -> dict[str, Any]:
    """Return a suggestion as JSON tells it, in its kind's words."""
    source, _, target, target_name = policy.columns
    return {
        source: each.source,
        "name": each.name,
        target: each.target,
        target_name: each.target_name,
        "score": each.score,
        "reason": each.reason,
    }


def proposal(each: Suggestion) -> tuple[str, ...]:
    """Return a suggestion as a line of a table."""
    return (
        each.source,
        each.name,
        each.target,
        each.target_name,
        f"{each.score} %",
        each.reason,
    )
