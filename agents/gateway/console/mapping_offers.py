"""To what may a thing be mapped?  Suggestions first, then what is called so; a page holds some."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.rules.mappings.catalog_entries import whole_names
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.suggest import plain_name, suggestions
from schemas.tenant_state import CatalogEntry, Tenant

#: Offered at once: of more somebody writes a part of the name.
MOST_OFFERED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that may be chosen; `hint` is why it is suggested, or what else is known of it."""

    id: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What may be chosen, and how many there are besides."""

    suggested: tuple[Offer, ...]
    others: tuple[Offer, ...]
    more: int


def offered_targets(tenant: Tenant, policy: MappingPolicy, source: str, find: str) -> Offers:
    """Return what of QuickBooks a source may be mapped to."""
    targets = tenant.targets_of(policy.kind)
    called = whole_names(targets)
    proposed = () if find else suggestions(tenant, policy, frozenset((source,)))
    likely = {each.target: each.reason for each in proposed}
    usable = {key: each for key, each in targets.items() if each.active and not each.unsold}
    rest = (
        Offer(id=key, name=called[key], hint=_hint(each))
        for key, each in usable.items()
        if key not in likely
    )
    named = (Offer(id=key, name=called[key], hint=hint) for key, hint in likely.items())
    return _offers(tuple(named), rest, find)


def offered_sources(
    tenant: Tenant, policy: MappingPolicy, names: Mapping[str, str], find: str
) -> Offers:
    """Return what of MediaOS may be mapped to a target, what is not mapped yet first."""
    mapped, shown = tenant.mapped(policy.kind), tenant.sources_of(policy.kind)
    called = whole_names(tenant.targets_of(policy.kind))
    rest = (
        Offer(
            id=each,
            name=name or each,
            hint=f"now {called.get(mapped[each], mapped[each])}" if each in mapped else "",
        )
        for each, name in names.items()
        if each not in shown or shown[each].active
    )
    return _offers((), rest, find)


def _offers(suggested: tuple[Offer, ...], rest: Iterable[Offer], find: str) -> Offers:
    wanted = plain_name(find)
    found = [
        each
        for each in rest
        if not find
        or each.id == find
        or (wanted and (wanted in plain_name(each.name) or wanted in plain_name(each.hint)))
    ]
    found.sort(key=lambda each: (bool(each.hint.startswith("now ")), each.name.casefold(), each.id))
    return Offers(
        suggested=suggested,
        others=tuple(found[:MOST_OFFERED]),
        more=max(0, len(found) - MOST_OFFERED),
    )


def _hint(entry: CatalogEntry) -> str:
    """Return what tells one from another of nearly the same name."""
    return f"SKU {entry.code}" if entry.code else ""
