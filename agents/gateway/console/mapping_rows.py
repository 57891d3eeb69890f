"""How does each mapping stand?  The list in two columns, what waits longest for nothing first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.gateway.console.mapping_choice import called, shared_with, sources_of
from agents.gateway.console.mapping_waits import WaitsShown, waits_of
from agents.gateway.console.page import Visit
from agents.rules.mappings.catalog_entries import billed_as, whole_names
from agents.rules.mappings.listed import MAPPED, mapping_of, state_of
from agents.rules.mappings.listed import Mapping as Mapped
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.suggest import Suggestion, plain_name, suggestions
from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import source_named
from schemas.tenant_state import Tenant

#: Of one page of the list.
ROWS = 25
OPEN = "open"
#: What cannot cross stands above what is left out, and that above what is mapped.
_ORDER = {"unmapped": 0, MAPPED: 2}
_LONGEST_PLACE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown:
    """One thing of MediaOS, what it is mapped to, and what that may be where it is nothing.

    `shared` is what else is mapped to the same, by name.
    """

    mapping: Mapped
    name: str
    waits: WaitsShown | None
    suggested: tuple[Suggestion, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNamed:
    """Something of MediaOS by its kind's word, its id and its name."""

    kind: str
    source: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclearShown:
    """A thing of QuickBooks that is none of MediaOS, or one of `sources`, for what names it."""

    target: str
    name: str
    waits: WaitsShown
    sources: tuple[SourceNamed, ...]


def rows_shown(visit: Visit, tenant: Tenant, policy: MappingPolicy) -> dict[str, Any]:
    """Return what the list tells: one page of it, narrowed by what was asked for."""
    waits, names = waits_of(visit, tenant, policy), sources_of(visit, tenant, policy)
    wanted, show = visit.query.get("q", "").strip(), visit.query.get("show", "")
    numbers = {each: waits.sources[each].number if each in waits.sources else 0 for each in names}
    states = {each: state_of(tenant, each, numbers[each], policy) for each in names}
    found = [
        each
        for each in names
        if _is_wanted(wanted, each, names[each]) and (show != OPEN or states[each] != MAPPED)
    ]
    found.sort(key=lambda s: (-numbers[s], _ORDER.get(states[s], 1), names[s].casefold(), s))
    first = _place(visit.query.get("from", ""))
    proposed = suggestions(tenant, policy, frozenset(found[first : first + ROWS]))
    whole = whole_names(tenant.targets_of(policy.kind))

    def shown(source: str) -> SourceShown:
        mapping = mapping_of(visit.tenant, tenant, source, numbers[source], policy, whole)
        return SourceShown(
            mapping=mapping,
            name=names[source],
            waits=waits.sources.get(source),
            suggested=tuple(each for each in proposed if each.source == source),
            shared=shared_with(tenant, policy, source, mapping.target) if mapping.target else (),
        )

    return {
        "rows": [shown(each) for each in found[first : first + ROWS]],
        "unclear": tuple(_unclear(tenant, policy, waits.targets)),
        "q": wanted,
        "show": show,
        "total": len(found),
        "first": first,
        "next": first + ROWS if len(found) > first + ROWS else 0,
        "any": bool(names),
    }


def _unclear(
    tenant: Tenant, policy: MappingPolicy, waits: Mapping[str, WaitsShown]
) -> Iterator[UnclearShown]:
    names = whole_names(tenant.targets_of(policy.kind)) if waits else {}
    for target, waiting in waits.items():
        found = billed_as(tenant, policy.kind, target)
        named = (source_named(policy.kind, each) for each in found)
        yield UnclearShown(
            target=target,
            name=names.get(target, ""),
            waits=waiting,
            sources=tuple(
                SourceNamed(
                    kind=MAPPINGS[kind].group, source=source, name=called(tenant, kind, source)
                )
                for kind, source in named
            ),
        )


def _is_wanted(text: str, source: str, name: str) -> bool:
    return not text or source == text or bool((w := plain_name(text)) and w in plain_name(name))


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PLACE else 0
