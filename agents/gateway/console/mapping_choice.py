"""What does somebody want mapped to what?  Read from an address or a form, and judged alike."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.gateway.console.book.awaited import Awaited
from agents.gateway.console.page import NotPossible, Visit
from agents.rules.documents.tenant_readiness import met_by_tenant
from agents.rules.fold.tenant_facts import evolve_tenant
from agents.rules.mappings.catalog_entries import known_sources, sharing
from agents.rules.mappings.policy import MappingPolicy, alternatives
from agents.rules.mappings.table import MAPPINGS
from schemas.conditions import condition_of
from schemas.mapping_conditions import MappingUsable
from schemas.tenant_facts import Mapped
from schemas.tenant_state import TYPED, CatalogEntry, Tenant
from schemas.values import MappingKind

#: By the words of what waits for a mapping of any kind.
WORDS = (*MappingKind, *(f"{each}-of" for each in MappingKind), "no-write-off")
SEEN_OTHERWISE = "Somebody has changed this mapping meanwhile. Nothing was done: look at it anew."
#: What a tax is mapped by may name a product.
_OF_PRODUCT = "product-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One source and what it is to be mapped to; `target` None takes its mapping away."""

    policy: MappingPolicy
    source: str
    target: str | None
    default: bool
    write_off: bool | None

    def after(self, tenant: Tenant) -> Tenant:
        """Return the tenant as it would stand then."""
        fact = Mapped(
            request="",
            kind=self.policy.kind,
            source=self.source,
            target=self.target,
            default=self.default and self.target is not None,
            write_off=self.write_off,
        )
        return evolve_tenant(tenant, fact)


def policy_of(word: str) -> MappingPolicy | None:
    """Return the kind of mapping that has this word on the command line too; None for another."""
    return next((each for each in MAPPINGS.values() if each.group == word), None)


def choice_of(one: Callable[[str], str], *, taken_away: bool) -> Choice:
    """Return what the fields name; NotPossible for a kind that there is not."""
    policy = policy_of(one("kind"))
    if policy is None:
        raise NotPossible("The form names no kind of mapping.")
    return Choice(
        policy=policy,
        source=one("source"),
        target=None if taken_away else one("target"),
        default=one("default") == "yes",
        # Who was not asked has not said that it writes nothing off.
        write_off=one("write_off") == "yes" if policy.writes_off and one("marks") else None,
    )


def must_do(visit: Visit, choice: Choice) -> None:
    """Raise NotPossible, with why, where a choice names what is not there or cannot be used."""
    tenant, policy = visit.book.tenant(visit.tenant), choice.policy
    if choice.target is None:
        if choice.source not in tenant.mapped(policy.kind):
            raise NotPossible("It is not mapped any more: somebody else was faster.")
        return
    if choice.source not in sources_of(visit, tenant, policy) and not _is_word(choice, tenant):
        raise NotPossible(f"MediaOS has shown no such {policy.source}.")
    if wrong := wrong_target(tenant, policy, choice.target):
        raise NotPossible(wrong)


def wrong_target(tenant: Tenant, policy: MappingPolicy, target: str) -> str:
    """Return why nothing is mapped to this, in a sentence; "" where it can be."""
    entry = tenant.targets_of(policy.kind).get(target)
    if entry is None or entry.revision.deleted:
        return f"QuickBooks has shown no such {policy.target}: read what it has, then choose."
    if entry.unsold:
        return f"{entry.name} is a {entry.unsold} in QuickBooks, and {policy.unfit}."
    return "" if entry.active else f"{entry.name} is inactive in QuickBooks: make it active first."


def sources_of(visit: Visit, tenant: Tenant, policy: MappingPolicy) -> dict[str, str]:
    """Return what may be mapped by id, each with its name: shown, mapped, or waited for."""
    names = {source: entry.name for source, entry in known_sources(tenant, policy).items()}
    others = (*tenant.mapped(policy.kind), *awaited_sources(visit, policy))
    return {each: _called(each, tenant) for each in others if each not in names} | names


def shared_with(tenant: Tenant, policy: MappingPolicy, source: str, target: str) -> tuple[str, ...]:
    """Return what else is this thing of QuickBooks, by its name where it has one."""
    found = sharing(tenant, policy.kind.listed_as, target)
    others = (each for each in found if each != (policy.kind, source))
    return tuple(
        called(tenant, *each) or f"{MAPPINGS[each[0]].source} {each[1]}" for each in others
    )


def called(tenant: Tenant, kind: MappingKind, source: str) -> str:
    """Return the name of what is mapped, "" where it has none but its id."""
    entry = tenant.source_of(kind, source)
    return entry.name if entry is not None else _called(source, tenant)


def awaited(visit: Visit) -> list[Awaited]:
    """Return what documents wait for that is not mapped, or to nothing that can be used."""
    tenant = visit.book.tenant(visit.tenant)
    return visit.book.awaited.unmet(
        visit.tenant, WORDS, lambda condition: met_by_tenant(condition, tenant)
    )


def awaited_sources(visit: Visit, policy: MappingPolicy) -> list[str]:
    """Return the sources that documents wait for, by each name that a source may be mapped by."""
    found = (
        condition_of(each.condition)
        for each in awaited(visit)
        if each.condition.startswith(f"{policy.kind}:")
    )
    named = (each.source for each in found if isinstance(each, MappingUsable))
    return [name for source in dict.fromkeys(named) for name in alternatives(source) if name]


def _called(source: str, tenant: Tenant) -> str:
    """Return the name of what a tax or a class is mapped by, where a product or type is meant."""
    for prefix, kind in ((_OF_PRODUCT, MappingKind.PRODUCT), (TYPED, MappingKind.LINE_TYPE)):
        entry: CatalogEntry | None = tenant.sources.get(kind, {}).get(source.removeprefix(prefix))
        if source.startswith(prefix) and entry is not None:
            return entry.name
    return ""


def _is_word(choice: Choice, tenant: Tenant) -> bool:
    """Tell whether MediaOS may come to say this word: none that it says, but for its capitals."""
    known = (each.casefold() for each in known_sources(tenant, choice.policy))
    said = choice.source.casefold()
    return bool(choice.policy.words and choice.source and said not in known)
