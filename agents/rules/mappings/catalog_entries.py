"""To what is a thing of MediaOS mapped, a product to which item, and can that be used now?

By their ids, so that a new name on either side changes nothing.  A target that nobody has seen yet
counts as one that can be used: QuickBooks says so itself if it cannot.
"""

from collections import Counter
from collections.abc import Mapping

from agents.rules.mappings.policy import MappingPolicy, alternatives
from schemas.changes import Change
from schemas.decision_input import source_key
from schemas.products import Product
from schemas.tenant_facts import SourceSeen, TargetSeen
from schemas.tenant_state import CatalogEntry, Tenant
from schemas.values import MappingKind, Revision, Side

#: What of an entry was not read from the first.
_MORE = ("path", "unsold", "code", "ledger")


def usable_target(tenant: Tenant, kind: MappingKind, source: str) -> str | None:
    """Return what a thing is mapped to, None where that is nothing or cannot be used."""
    target = mapped_to(tenant, kind, source)
    return None if target is None or unusable(tenant, kind, target) else target


def mapped_to(tenant: Tenant, kind: MappingKind, source: str) -> str | None:
    """Return what a thing is mapped to, usable or not: the first of its names that is."""
    mapped = tenant.mapped(kind)
    return next((mapped[each] for each in alternatives(source) if each in mapped), None)


def unusable(tenant: Tenant, kind: MappingKind, target: str) -> bool:
    """Tell whether QuickBooks is known to refuse this target: it is inactive, or is no more."""
    entry = tenant.targets_of(kind).get(target)
    return entry is not None and not entry.active


def sharers(tenant: Tenant, kind: MappingKind, source: str, target: str) -> tuple[str, ...]:
    """Return the other things that are mapped to this target; many to one is allowed.

    Those of another kind with what they are.
    """
    found = sharing(tenant, kind.listed_as, target)
    return tuple(
        each if of is kind else f"{of} {each}" for of, each in found if (of, each) != (kind, source)
    )


def sharing(tenant: Tenant, kind: MappingKind, target: str) -> tuple[tuple[MappingKind, str], ...]:
    """Return all that is mapped to a thing that QuickBooks lists under a kind: kind and id."""
    return tuple(
        (each, source)
        for each in MappingKind
        if each.listed_as is kind
        for source in sorted(s for s, of in tenant.mapped(each).items() if of == target)
    )


def is_mapped_to(tenant: Tenant, kind: MappingKind) -> bool:
    """Tell whether anything is mapped to what the list of QuickBooks has that this kind is of."""
    return any(tenant.mapped(each) for each in MappingKind if each.listed_as is kind.listed_as)


def billed_as(tenant: Tenant, kind: MappingKind, target: str) -> tuple[str, ...]:
    """Return what a thing of QuickBooks may be in MediaOS: its default, or all mapped to it.

    By their `source_key`.  What MediaOS no longer sells is left out where something else is mapped
    to it.
    """
    found = sharing(tenant, kind, target)
    default = [each for each in found if tenant.defaults.get(each[0], {}).get(target) == each[1]]
    sold = [each for each in found if _is_sold(tenant, *each)]
    return tuple(source_key(*each) for each in default or sold or found)


def _is_sold(tenant: Tenant, kind: MappingKind, source: str) -> bool:
    shown = tenant.sources_of(kind)
    return source not in shown or shown[source].active


def known_sources(tenant: Tenant, policy: MappingPolicy) -> dict[str, CatalogEntry]:
    """Return what of MediaOS may be mapped, by id: what it has shown, and the words it says."""
    words = (*policy.words, *(tenant.mapped(policy.kind) if policy.words else ()))
    said = {word: CatalogEntry(name=word, revision=Revision(False, 0)) for word in words}
    return said | tenant.sources_of(policy.kind)


def whole_names(entries: Mapping[str, CatalogEntry]) -> dict[str, str]:
    """Return what each entry is called, by id: its whole name where another one shares its own."""
    shared = Counter(entry.name.casefold() for entry in entries.values() if entry.active)
    return {
        entry_id: entry.path or entry.name if shared[entry.name.casefold()] > 1 else entry.name
        for entry_id, entry in entries.items()
    }


def is_news(known: CatalogEntry | None, fact: SourceSeen | TargetSeen) -> bool:
    """Tell whether a side shows more of an entry than is known."""
    if known is None or known.revision < fact.revision:
        return True
    # What was shown by an earlier build says less.
    untold = (name for name in _MORE if getattr(fact, name, "") and not getattr(known, name))
    return known.revision == fact.revision and any(untold)


def product_seen(change: Change, tenant: Tenant) -> tuple[SourceSeen | TargetSeen, ...]:
    """Return the fact that a change of a product or an item is, none where it says nothing new."""
    record = change.record if isinstance(change.record, Product) else Product(name="", active=False)
    name, active, revision = record.name, record.active, change.revision
    if change.side is Side.MEDIAOS:
        source = SourceSeen(source=change.id, name=name, active=active, revision=revision)
        return (source,) if is_news(tenant.sources_of(source.kind).get(change.id), source) else ()
    target = TargetSeen(
        target=change.id,
        name=name,
        active=active,
        path=record.path,
        unsold=record.unsold,
        code=record.code,
        ledger=record.ledger,
        revision=revision,
    )
    return (target,) if is_news(tenant.targets_of(target.kind).get(change.id), target) else ()


def shown_entries(
    entries: Mapping[str, CatalogEntry], entry_id: str, fact: SourceSeen | TargetSeen
) -> dict[str, CatalogEntry]:
    """Return the sources, or the targets, of a kind as they stand after one was shown."""
    known = entries.get(entry_id)
    if not is_news(known, fact):
        return dict(entries)
    entry = CatalogEntry(
        name=fact.name or (known.name if known else ""),
        active=fact.active and not fact.revision.deleted,
        path=fact.path if isinstance(fact, TargetSeen) else "",
        unsold=fact.unsold if isinstance(fact, TargetSeen) else "",
        sort=fact.sort,
        code=fact.code,
        ledger=fact.ledger,
        revision=fact.revision,
    )
    return {**entries, entry_id: entry}
