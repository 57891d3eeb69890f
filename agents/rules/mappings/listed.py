"""To what is one thing of MediaOS mapped, in words for whoever looks at the list?"""

from dataclasses import dataclass

from agents.rules.mappings.catalog_entries import known_sources, sharers, unusable, whole_names
from agents.rules.mappings.policy import MappingPolicy
from schemas.tenant_state import Tenant

MAPPED = "mapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One source: its target, what else is mapped to that, and how many documents wait for it.

    `default`: of those that share the target, what QuickBooks bills as it is this one;
    `write_off`: a person has marked it so.
    """

    tenant: str
    source: str
    name: str | None
    target: str | None
    target_name: str | None
    shared_with: tuple[str, ...]
    default: bool
    write_off: bool
    state: str
    waiting: int


def mapping_of(
    name: str, tenant: Tenant, source: str, waiting: int, policy: MappingPolicy
) -> Mapping:
    """Return one source of a tenant, for which so many documents wait."""
    kind = policy.kind
    offered, target = known_sources(tenant, policy).get(source), tenant.mapped(kind).get(source)
    known = tenant.targets_of(kind).get(target) if target is not None else None
    return Mapping(
        tenant=name,
        source=source,
        name=offered.name if offered else None,
        target=target,
        target_name=whole_names(tenant.targets_of(kind))[target] if known and target else None,
        shared_with=sharers(tenant, kind, source, target) if target is not None else (),
        default=target is not None and tenant.defaults.get(kind, {}).get(target) == source,
        write_off=policy.writes_off and source in tenant.write_offs,
        state=state_of(tenant, source, waiting, policy),
        waiting=waiting,
    )


def state_of(tenant: Tenant, source: str, waiting: int, policy: MappingPolicy) -> str:
    """Return how a source stands, in some words."""
    kind = policy.kind
    offered, target = tenant.source_of(kind, source), tenant.mapped(kind).get(source)
    if target is not None:
        return f"{policy.target} inactive" if unusable(tenant, kind, target) else MAPPED
    retired = offered is not None and not offered.active and not waiting
    if not policy.required(source, tenant.settings, tenant.company):
        return f"left to {policy.otherwise}" if policy.otherwise else "left out"
    return "not sold any more" if retired else "unmapped"
