"""What of MediaOS is what of QuickBooks: both columns, suggestions, and the effect before saving.

A suggestion compares names that the journal knows, as `isthmus map KIND suggest` does; the lists
themselves are read by a worker when somebody asks, within its budget and with its tokens: so no
gateway waits for QuickBooks, and none needs a right to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.gateway.console.effect import effect_of
from agents.gateway.console.fitting import LOOK, must_fit
from agents.gateway.console.mapping_actions import MAPPING_ACTIONS, request_of
from agents.gateway.console.mapping_choice import (
    WORDS,
    awaited_sources,
    choice_of,
    must_do,
    policy_of,
    shared_with,
    sources_of,
)
from agents.gateway.console.mapping_offers import offered_sources, offered_targets
from agents.gateway.console.mapping_rows import rows_shown
from agents.gateway.console.mapping_waits import waits_of
from agents.gateway.console.page import NotPossible, Page, Visit
from agents.gateway.console.people import Role
from agents.rules.mappings.catalog_entries import billed_as, whole_names
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.table import MAPPINGS
from schemas.tenant_state import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class KindShown:
    """A kind of mapping among all, and for how many of it something waits."""

    policy: MappingPolicy
    title: str
    waiting: int


def show(visit: Visit) -> dict[str, Any]:
    """Return what the page tells: a list, what one may be mapped to, or what a choice would do."""
    tenant, kinds = visit.book.tenant(visit.tenant), tuple(_kinds(visit))
    policy = policy_of(visit.query.get("kind", "")) or _first(kinds)
    given = {
        "policy": policy,
        "called": title_of(policy),
        "kinds": kinds,
        "rule": _rule(policy, tenant),
        "known_targets": sum(each.active for each in tenant.targets_of(policy.kind).values()),
        "may_act": visit.may(Role.OPERATOR),
    }
    source, target = visit.query.get("source", ""), visit.query.get("target", "")
    if source and (target or visit.query.get("remove")):
        return given | _effect(visit, tenant)
    if source or target:
        return given | _offers(visit, tenant, policy)
    return given | {"view": "list"} | rows_shown(visit, tenant, policy)


def title_of(policy: MappingPolicy) -> str:
    """Return what a kind of mapping is called: by its word, or by what it maps in full."""
    words, full = policy.group.replace("-", " "), f"{policy.source}s"
    called = full if full.endswith(words.rpartition(" ")[2]) else words
    return f"{called.capitalize()}{f' of {policy.of_what}' if policy.of_what else ''}"


def _kinds(visit: Visit) -> Iterator[KindShown]:
    for policy in MAPPINGS.values():
        waiting = len(awaited_sources(visit, policy))
        yield KindShown(policy=policy, title=title_of(policy), waiting=waiting)


def _first(kinds: Sequence[KindShown]) -> MappingPolicy:
    """Return the kind that is shown first: the first for which something waits."""
    return next((each.policy for each in kinds if each.waiting), kinds[0].policy)


def _rule(policy: MappingPolicy, tenant: Tenant) -> str:
    """Return what becomes of what names something that is not mapped."""
    if not policy.kept(tenant.company):
        return f"Your company in QuickBooks keeps none, so nothing waits for a {policy.target}."
    if policy.needed is not None:
        return "Which of them must be mapped hangs on how your company reckons its tax."
    waits = f"What names a {policy.source} that is not mapped waits until it is"
    if not policy.optional:
        return f"{waits}."
    if policy.kind in tenant.settings.require:
        return f"{waits}: your settings say so."
    left = f"is left to {policy.otherwise}" if policy.otherwise else "goes without one"
    return f"What is not mapped {left}, unless your settings have it wait."


def _offers(visit: Visit, tenant: Tenant, policy: MappingPolicy) -> dict[str, Any]:
    """Return to what a source may be mapped, or what may be mapped to a target."""
    query, names = visit.query, sources_of(visit, tenant, policy)
    source, target = query.get("source", ""), query.get("target", "")
    find, waits = query.get("find", "").strip(), waits_of(visit, tenant, policy)
    if source:
        offers = offered_targets(tenant, policy, source, find)
        name, waiting = names.get(source, ""), waits.sources.get(source)
    else:
        offers = offered_sources(tenant, policy, names, find)
        name = whole_names(tenant.targets_of(policy.kind)).get(target, "")
        waiting = waits.targets.get(target)
    return {
        "view": "offers",
        "offers": offers,
        "source": source,
        "target": target,
        "name": name,
        "find": find,
        "before": tenant.mapped(policy.kind).get(source, ""),
        "waits": waiting,
        "write_off": source in tenant.write_offs,
    }


def _effect(visit: Visit, tenant: Tenant) -> dict[str, Any]:
    """Return what a choice would do, or why it cannot be done."""
    taken_away = bool(visit.query.get("remove"))
    try:
        choice = choice_of(lambda each: visit.query.get(each, "").strip(), taken_away=taken_away)
        must_do(visit, choice)
        must_fit(request_of(choice, LOOK, visit.tenant))
    except NotPossible as fault:
        return {"view": "wrong", "wrong": str(fault)}
    policy, after, target = choice.policy, choice.after(tenant), choice.target or ""
    called = whole_names(tenant.targets_of(policy.kind))
    before = tenant.mapped(policy.kind).get(choice.source, "")
    return {
        "view": "effect",
        "choice": choice,
        "marked": choice.source in tenant.write_offs,
        "name": sources_of(visit, tenant, policy).get(choice.source, ""),
        "target_name": called.get(target, ""),
        "before": before,
        "before_name": called.get(before, ""),
        "shared": shared_with(tenant, policy, choice.source, target) if target else (),
        "one_of_many": bool(target) and len(billed_as(after, policy.kind.listed_as, target)) > 1,
        "effect": effect_of(visit, after, WORDS),
    }


PAGE = Page(
    name="mappings",
    path="mappings",
    title="Mappings",
    template="mappings.html",
    show=show,
    acts=MAPPING_ACTIONS,
)
