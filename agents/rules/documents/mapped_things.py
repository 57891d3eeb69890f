"""What is mapped of all that a document names, and what is each called that is not?

Under the names of the decision's input, which a recorded decision keeps.
"""

from typing import Any, NamedTuple

from agents.rules.documents.dependencies import named_things
from agents.rules.documents.named_records import record_shown
from agents.rules.mappings.catalog_entries import billed_as, mapped_to, usable_target
from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import mapping_key
from schemas.state import Document
from schemas.tenant_state import Tenant
from schemas.values import MappingKind, Side


class _Here(NamedTuple):
    """What MediaOS names: mapped to what is of use, to what is not, and what it is called."""

    items: dict[str, str]
    inactive: dict[str, str]
    names: dict[str, str]


class _There(NamedTuple):
    """What QuickBooks names: what of MediaOS it is billed as, and what it is called."""

    sources: dict[str, tuple[str, ...]]
    names: dict[str, str]


def mapped_things(document: Document, facts: Tenant) -> dict[str, Any]:
    """Return what is mapped of what a document names, on whichever side it was made."""
    here, there = _here(document, facts), _there(document, facts)
    return {
        "items": here.items,
        "inactive": here.inactive,
        "names": here.names | there.names,
        "sources": there.sources,
        "write_offs": _write_offs(document, facts),
    }


def _here(document: Document, facts: Tenant) -> _Here:
    found = _Here({}, {}, {})
    for kind, source in _named_in_mediaos(document):
        policy = MAPPINGS[kind]
        if not policy.kept(facts.company):
            continue
        key, target = mapping_key(kind, source), usable_target(facts, kind, source)
        if target is not None:
            found.items[key] = target
            continue
        unusable = mapped_to(facts, kind, source)
        if unusable is not None:
            found.inactive[key] = unusable
        entry = facts.source_of(kind, source)
        if entry is not None and policy.required(source, facts.settings, facts.company):
            found.names[key] = entry.name
    return found


def _there(document: Document, facts: Tenant) -> _There:
    """Return what a document names that QuickBooks alone has; nothing of any other."""
    found = _There({}, {})
    if document.qbo is None or document.mediaos is not None or document.agreed is not None:
        return found
    for kind, target in named_things(record_shown(document, Side.QBO)):
        key = mapping_key(kind, target)
        found.sources[key] = billed_as(facts, kind, target)
        if len(found.sources[key]) != 1 and target in facts.targets_of(kind):
            found.names[key] = facts.targets_of(kind)[target].name
    return found


def _named_in_mediaos(document: Document) -> tuple[tuple[MappingKind, str], ...]:
    """Return what is mapped of all that MediaOS shows, and of lines what both agreed on."""
    shown, agreed_on = record_shown(document, Side.MEDIAOS), document.agreed
    now = named_things(shown)
    if agreed_on is None or agreed_on.mediaos == shown:
        return now
    of_lines = (
        (kind, source)
        for kind in (MappingKind.TAX_CODE, MappingKind.CLASS)
        for source in MAPPINGS[kind].sources(agreed_on.mediaos)
    )
    return tuple(dict.fromkeys((*now, *of_lines)))


def _write_offs(document: Document, facts: Tenant) -> tuple[str, ...]:
    named = named_things(record_shown(document, Side.MEDIAOS)) if facts.write_offs else ()
    types = (source for kind, source in named if kind is MappingKind.LINE_TYPE)
    return tuple(each for each in types if each in facts.write_offs)
