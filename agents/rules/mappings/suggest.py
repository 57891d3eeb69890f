"""To what may a thing of MediaOS be mapped, a product to which item, by their names?

A suggestion with its reason, never a mapping: two names may look alike and be sold to different
accounts.  Names are compared without case, accents, marks and the order of their words.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from agents.rules.mappings.catalog_entries import known_sources, whole_names
from agents.rules.mappings.policy import MappingPolicy
from schemas.tenant_state import CatalogEntry, Tenant

#: Names that are less alike than this, of 100, are no suggestion.
ALIKE = 75.0
#: Suggestions of one source.
MOST = 3
#: Of a name so many characters are compared: QuickBooks' own have 100, and what goes on for
#: thousands would take seconds of whoever looks.
COMPARED = 200
#: Words that two names share are told up to so many.
SHARED = 6
#: Names of which is kept how they are compared: those of some publishers.
REMEMBERED = 20_000


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
    mapped = tenant.mapped(policy.kind)
    sources = [
        (source, entry)
        for source, entry in known_sources(tenant, policy).items()
        if source not in mapped and entry.active and (only is None or source in only)
    ]
    sources.sort(key=lambda each: each[1].name)
    codes = {_code(entry) for _, entry in sources} - {""}
    offered = _offered(tenant, policy, codes)
    return [
        suggestion
        for source, entry in sources
        for suggestion in _each_once(
            *_otherwise(source, entry, policy, offered.sold),
            *_by_code(source, entry, policy, offered),
            *_for(source, entry, offered),
            *_by_sort(source, policy, offered),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offered:
    """What of QuickBooks may be mapped to, by id: the `sold` alone, with all that is compared.

    `called` has their whole names, `words` those of each name in one order; the others are the ids
    by how names and codes are compared.
    """

    sold: Mapping[str, CatalogEntry]
    called: Mapping[str, str]
    words: Mapping[str, str]
    by_name: Mapping[str, list[str]]
    by_code: Mapping[str, list[str]]


def _offered(tenant: Tenant, policy: MappingPolicy, codes: Collection[str]) -> _Offered:
    """Return it; what has one of these `codes`, or is called so, by that."""
    targets = tenant.targets_of(policy.kind)
    sold = {key: entry for key, entry in targets.items() if entry.active and not entry.unsold}
    names = {key: plain_name(entry.name) for key, entry in sold.items()}
    coded = {key: code for key, entry in sold.items() if codes and (code := _code(entry))}
    return _Offered(
        sold=sold,
        called=whole_names(targets),
        words={key: _in_order(each) for key, each in names.items()},
        by_name=_ids_by(names, codes),
        by_code=_ids_by(coded, codes),
    )


def _code(entry: CatalogEntry) -> str:
    """Return a code as it is compared; "" of one that is none, or is too long to be one."""
    return plain_name(entry.code) if len(entry.code) <= COMPARED else ""


def _in_order(name: str) -> str:
    """Return a name's words in one order, so that each name is taken apart once."""
    return " ".join(sorted(name.split()))


def _ids_by(texts: Mapping[str, str], wanted: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, text in texts.items() if wanted else ():
        if text in wanted:
            found.setdefault(text, []).append(key)
    return found


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
    """Return a name as it is compared: lower case, no accents or marks, `and` for `&`.

    Of one that goes on and on, its beginning.
    """
    return _plain(name[:COMPARED])


@lru_cache(maxsize=REMEMBERED)
def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    kept = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept))


def _for(source: str, entry: CatalogEntry, offered: _Offered) -> list[Suggestion]:
    wanted = plain_name(entry.name)
    if not wanted:
        return []
    found = process.extract(
        _in_order(wanted), offered.words, scorer=fuzz.ratio, limit=MOST, score_cutoff=ALIKE
    )
    return [
        Suggestion(
            source=source,
            name=entry.name,
            target=target,
            target_name=offered.called[target],
            score=int(score),
            reason=_reason(entry.name, offered.sold[target].name),
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
    source: str, entry: CatalogEntry, policy: MappingPolicy, offered: _Offered
) -> list[Suggestion]:
    """Return what the GL Item Code of MediaOS says: an item of that SKU, or of that name."""
    wanted = _code(entry)
    by_sku, by_name = (
        of.get(wanted, []) if wanted else [] for of in (offered.by_code, offered.by_name)
    )
    said = {**dict.fromkeys(by_name, "name"), **dict.fromkeys(by_sku, "SKU")}
    return [
        Suggestion(
            source=source,
            name=entry.name,
            target=target,
            target_name=offered.called[target],
            score=100,
            reason=f"its GL Item Code {entry.code} is the {policy.target}'s {what}",
        )
        for target, what in list(said.items())[:MOST]
    ]


def _otherwise(
    source: str, entry: CatalogEntry, policy: MappingPolicy, sold: Mapping[str, CatalogEntry]
) -> list[Suggestion]:
    """Return what QuickBooks takes where nothing is said: whoever maps it says the same."""
    if not policy.otherwise:
        return []
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
        if of.name == policy.otherwise
    ]


def _by_sort(source: str, policy: MappingPolicy, offered: _Offered) -> list[Suggestion]:
    """Return what is of the type that a word is likely to be, whatever it is called."""
    found = [
        (target, reason)
        for word, sort, reason in policy.alike
        for target, entry in offered.sold.items()
        if word == source and entry.sort == sort
    ]
    return [
        Suggestion(
            source=source,
            name=source,
            target=target,
            target_name=offered.called[target],
            score=int(ALIKE),
            reason=reason,
        )
        for target, reason in found[:MOST]
    ]


def _reason(source: str, target: str) -> str:
    ours, theirs = plain_name(source), plain_name(target)
    if source == target:
        return "the same name"
    if ours == theirs and max(len(source), len(target)) > COMPARED:
        return f"the same first {COMPARED} characters"
    if ours == theirs:
        return "the same name but for case, accents and marks"
    words, of_theirs = ours.split(), theirs.split()
    if sorted(words) == sorted(of_theirs):
        return "the same words in another order"
    known = frozenset(of_theirs)
    shared = [word for word in words if word in known][:SHARED]
    return f"a similar name, both with {' '.join(shared)}" if shared else "a similar name"
