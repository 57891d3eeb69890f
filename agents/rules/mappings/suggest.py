"""To what may a thing of MediaOS be mapped, a product to which item, by their names?

A suggestion with its reason, never a mapping: two names may look alike and be sold to different
accounts.  Names are compared without case, accents, marks and the order of their words.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from agents.rules.mappings.catalog_entries import known_sources, whole_names
from agents.rules.mappings.policy import MappingPolicy
from schemas.tenant_state import CatalogEntry, Tenant

#: Names that are less alike than this, of 100, are no suggestion.
ALIKE = 75.0
#: Suggestions of one source.
MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A target that a source may be mapped to; `score` of 100."""

    source: str
    name: str
    target: str
    target_name: str
    score: int
    reason: str


def suggestions(
    tenant: Tenant, policy: MappingPolicy, only: Collection[str] | None = None
) -> list[Suggestion]:
    """Return what each unmapped source of a kind may be mapped to, the likeliest first.

    Of a tenant with thousands of them `only` some are looked at.
    """
    kind = policy.kind
    targets = tenant.targets_of(kind)
    sold = {key: entry for key, entry in targets.items() if entry.active and not entry.unsold}
    names = {key: plain_name(entry.name) for key, entry in sold.items()}
    called = whole_names(targets)
    sources = sorted(known_sources(tenant, policy).items(), key=lambda each: each[1].name)
    return [
        suggestion
        for source, entry in sources
        if source not in tenant.mapped(kind) and entry.active and (only is None or source in only)
        for suggestion in _each_once(
            *_otherwise(source, entry, policy, sold),
            *_by_code(source, entry, policy, sold, called),
            *_for(source, entry, names, targets, called),
            *_by_sort(source, policy, sold, called),
        )
    ]


def nearest(source: str, names: Mapping[str, str]) -> list[str]:
    """Return the ids of the sources, given with their names, that are the likest to a word.

    The word may be a mistyped id, or a name in the place of one.
    """
    wanted = plain_name(source)
    by_name = process.extract(
        wanted, {key: plain_name(name) for key, name in names.items()}, scorer=fuzz.WRatio
    )
    by_id = process.extract(source, {key: key for key in names}, scorer=fuzz.ratio)
    likest = sorted((*by_name, *by_id), key=lambda found: -found[1])
    return list(dict.fromkeys(key for _, _, key in likest))[:MOST]


def plain_name(name: str) -> str:
    """Return a name as it is compared: lower case, no accents or marks, `and` for `&`."""
    text = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    kept = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept))


def _for(
    source: str,
    entry: CatalogEntry,
    names: Mapping[str, str],
    targets: Mapping[str, CatalogEntry],
    called: Mapping[str, str],
) -> list[Suggestion]:
    wanted = plain_name(entry.name)
    if not wanted:
        return []
    found = process.extract(
        wanted, names, scorer=fuzz.token_sort_ratio, limit=MOST, score_cutoff=ALIKE
    )
    return [
        Suggestion(
            source=source,
            name=entry.name,
            target=target,
            target_name=called[target],
            score=int(score),
            reason=_reason(entry.name, targets[target].name),
        )
        for _, score, target in found
    ]


def _each_once(*found: Suggestion) -> tuple[Suggestion, ...]:
    """Return the suggestions of one source, each target by its best reason: the first."""
    best: dict[str, Suggestion] = {}
    for each in found:
        best.setdefault(each.target, each)
    return tuple(best.values())


def _by_code(
    source: str,
    entry: CatalogEntry,
    policy: MappingPolicy,
    sold: Mapping[str, CatalogEntry],
    called: Mapping[str, str],
) -> list[Suggestion]:
    """Return what the GL Item Code of MediaOS says: an item of that SKU, or of that name."""
    wanted = plain_name(entry.code)
    by_sku = [each for each, of in sold.items() if wanted and plain_name(of.code) == wanted]
    by_name = [each for each, of in sold.items() if wanted and plain_name(of.name) == wanted]
    said = {**dict.fromkeys(by_name, "name"), **dict.fromkeys(by_sku, "SKU")}
    return [
        Suggestion(
            source=source,
            name=entry.name,
            target=target,
            target_name=called[target],
            score=100,
            reason=f"its GL Item Code {entry.code} is the {policy.target}'s {what}",
        )
        for target, what in list(said.items())[:MOST]
    ]


def _otherwise(
    source: str, entry: CatalogEntry, policy: MappingPolicy, sold: Mapping[str, CatalogEntry]
) -> list[Suggestion]:
    """Return what QuickBooks takes where nothing is said: whoever maps it says the same."""
    return [
        Suggestion(
            source=source,
            name=entry.name,
            target=target,
            target_name=of.name,
            score=100,
            reason="QuickBooks puts it there by itself",
        )
        for target, of in sold.items()
        if policy.otherwise and of.name == policy.otherwise
    ]


def _by_sort(
    source: str,
    policy: MappingPolicy,
    sold: Mapping[str, CatalogEntry],
    called: Mapping[str, str],
) -> list[Suggestion]:
    """Return what is of the type that a word is likely to be, whatever it is called."""
    found = [
        (target, reason)
        for word, sort, reason in policy.alike
        for target, entry in sold.items()
        if word == source and entry.sort == sort
    ]
    return [
        Suggestion(
            source=source,
            name=source,
            target=target,
            target_name=called[target],
            score=int(ALIKE),
            reason=reason,
        )
        for target, reason in found[:MOST]
    ]


def _reason(source: str, target: str) -> str:
    ours, theirs = plain_name(source), plain_name(target)
    if source == target:
        return "the same name"
    if ours == theirs:
        return "the same name but for case, accents and marks"
    if sorted(ours.split()) == sorted(theirs.split()):
        return "the same words in another order"
    shared = [word for word in ours.split() if word in theirs.split()]
    return f"a similar name, both with {' '.join(shared)}" if shared else "a similar name"
