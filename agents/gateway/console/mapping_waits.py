"""How much waits for each thing that is to be mapped, and what does it come to?"""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.gateway.console.book.awaited import Awaited
from agents.gateway.console.mapping_choice import awaited
from agents.gateway.console.page import Visit
from agents.rules.kinds.worth import Worth, worth_of
from agents.rules.mappings.policy import MappingPolicy, alternatives
from schemas.conditions import condition_of
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.tenant_state import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsShown:
    """So many documents wait for one mapping, and what they come to."""

    number: int
    worth: Worth


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingWaits:
    """What waits for mappings of a kind: by thing of MediaOS, and by thing of QuickBooks."""

    sources: Mapping[str, WaitsShown]
    targets: Mapping[str, WaitsShown]


def waits_of(visit: Visit, tenant: Tenant, policy: MappingPolicy) -> MappingWaits:
    """Return what waits for mappings of a kind."""
    sources: dict[str, list[Awaited]] = {}
    targets: dict[str, list[Awaited]] = {}
    for each in awaited(visit):
        match condition_of(each.condition):
            case MappingUsable(kind=policy.kind, source=source):
                for name in alternatives(source):
                    sources.setdefault(name, []).append(each)
            case NoWriteOff(line_type=line_type) if policy.writes_off:
                sources.setdefault(line_type, []).append(each)
            case TargetClear(kind=policy.kind, target=target):
                targets.setdefault(target, []).append(each)
            case _:
                pass
    home = tenant.company.home
    return MappingWaits(sources=_shown(sources, home), targets=_shown(targets, home))


def _shown(found: Mapping[str, list[Awaited]], home: str) -> dict[str, WaitsShown]:
    return {
        name: WaitsShown(
            number=sum(each.number for each in sums),
            worth=worth_of(((each.currency, each.amount) for each in sums), home),
        )
        for name, sums in found.items()
    }
