"""To what is one thing of MediaOS mapped, in words for whoever looks at the list?"""

from collections.abc import Mapping as Names
from dataclasses import dataclass

from agents.rules.mappings.catalog_entries import sharers, unusable
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
    name: str,
    tenant: Tenant,
    source: str,
    waiting: int,
    policy: MappingPolicy,
    called: Names[str, str],
) -> Mapping:
    """Return one source of a tenant, for which so many documents wait.

    `called` are the whole names of what QuickBooks has of this kind.
    """
    kind, mapped = policy.kind, tenant.mapped(policy.kind)
    entry, target = tenant.source_of(kind, source), mapped.get(source)
    said = policy.words and (source in policy.words or source in mapped)
    return Mapping(
        tenant=name,
        source=source,
        name=entry.name if entry is not None else source if said else None,
        target=target,
        target_name=called.get(target) if target is not None else None,
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
