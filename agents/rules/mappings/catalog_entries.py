"""To what is a thing of MediaOS mapped, a product to which item, and can that be used now?

By their ids, so that a new name on either side changes nothing.  A target that nobody has seen yet
counts as one that can be used: QuickBooks says so itself if it cannot.
"""

from collections import Counter
from collections.abc import Mapping

from agents.rules.mappings.policy import MappingPolicy, alternatives
from schemas.changes import Change
from schemas.records import Product
from schemas.tenant_facts import SourceSeen, TargetSeen
from schemas.tenant_state import CatalogEntry, Tenant
from schemas.values import MappingKind, Revision, Side


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
    """Return the other things that are mapped to this target; many to one is allowed."""
    mapped = tenant.mapped(kind)
    return tuple(each for each, of in mapped.items() if of == target and each != source)


def billed_as(tenant: Tenant, kind: MappingKind, target: str) -> tuple[str, ...]:
    """Return what a thing of QuickBooks may be in MediaOS: its default, or all mapped to it.

    What MediaOS no longer sells is left out where something else is mapped to it.
    """
    mapped = tenant.mapped(kind)
    default = tenant.defaults.get(kind, {}).get(target)
    if default is not None and mapped.get(default) == target:
        return (default,)
    found = sorted(source for source, of in mapped.items() if of == target)
    shown = tenant.sources_of(kind)
    sold = [source for source in found if source not in shown or shown[source].active]
    return tuple(sold or found)


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
    # What was shown by an earlier build says neither of these.
    more = isinstance(fact, TargetSeen) and (fact.path, fact.unsold) != (known.path, known.unsold)
    return more and known.revision == fact.revision and not (known.path or known.unsold)


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
        sort=fact.sort if isinstance(fact, TargetSeen) else "",
        revision=fact.revision,
    )
    return {**entries, entry_id: entry}
