"""To what may a thing of MediaOS be mapped, a product to which item, by their names?

A suggestion with its reason, never a mapping: two names may look alike and be sold to different
accounts.  Names are compared without case, accents, marks and the order of their words.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from schemas.state import CatalogEntry, Tenant
from schemas.values import MappingKind

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


def suggestions(tenant: Tenant, kind: MappingKind) -> list[Suggestion]:
    """Return what each unmapped source of a kind may be mapped to, the likeliest first."""
    targets = tenant.targets_of(kind)
    names = {key: plain_name(entry.name) for key, entry in targets.items() if entry.active}
    sources = sorted(tenant.sources_of(kind).items(), key=lambda each: each[1].name)
    return [
        suggestion
        for source, entry in sources
        if source not in tenant.mapped(kind) and entry.active
        for suggestion in _for(source, entry, names, targets)
    ]


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
            target_name=targets[target].name,
            score=int(score),
            reason=_reason(entry.name, targets[target].name),
        )
        for _, score, target in found
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
