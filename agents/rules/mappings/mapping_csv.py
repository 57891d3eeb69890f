"""What does a table of mappings ask for, and what is wrong with it?

All of it is checked before any of it is asked for, and every fault is told with its line and
column.  A line without a target asks for nothing, so that what was exported can be imported again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agents.rules.mappings.catalog_entries import unusable
from agents.rules.mappings.policy import MappingPolicy
from schemas.tenant_state import Tenant

#: A spreadsheet takes a cell that begins so for a formula, and one behind a quote for a text.
FORMULA = ("=", "+", "-", "@")
QUOTE = "'"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a table asks for: mappings that are not so yet, and the faults of its lines."""

    mappings: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]


def cell(text: str) -> str:
    """Return a cell that no spreadsheet computes and no terminal obeys."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    return f"{QUOTE}{plain}" if plain.lstrip(" ").startswith(FORMULA) else plain


def text_of(given: str) -> str:
    """Return what an exported cell says."""
    return given[1:] if given[1:].lstrip(" ").startswith(FORMULA) and given[0] == QUOTE else given


def needed(policy: MappingPolicy) -> tuple[str, str]:
    """Return the columns that a table must have: source and target."""
    source, _, target, _ = policy.columns
    return source, target


def header_faults(header: Sequence[str], policy: MappingPolicy) -> tuple[str, ...]:
    """Return what is wrong with the first line."""
    found = {name: header.count(name) for name in needed(policy)}
    return tuple(
        f"line 1: expected {'one' if count else 'a'} column called {name}, found {count or 'none'}"
        for name, count in found.items()
        if count != 1
    )


def wanted(
    rows: Iterable[tuple[int, Mapping[str, str]]], tenant: Tenant, policy: MappingPolicy
) -> Wanted:
    """Judge rows by line number; the targets of `tenant` must have been read."""
    faults: list[str] = []
    asked: dict[str, tuple[int, str]] = {}
    for line, row in rows:
        source, target = (text_of(row[name].strip()) for name in needed(policy))
        wrong = _source_fault(source, target, asked, tenant, policy)
        column = policy.columns[0]
        if wrong is None and target:
            wrong, column = _target_fault(target, tenant, policy), policy.columns[2]
        if wrong is not None:
            faults.append(f"line {line}, column {column}: {wrong}")
        elif target:
            asked[source] = (line, target)
    mapped = tenant.mapped(policy.kind)
    changed = [(s, target) for s, (_, target) in asked.items() if mapped.get(s) != target]
    return Wanted(tuple(changed), tuple(faults))


def _source_fault(
    source: str,
    target: str,
    asked: Mapping[str, tuple[int, str]],
    tenant: Tenant,
    policy: MappingPolicy,
) -> str | None:
    if not source:
        return f"expected a {policy.source}'s id, found nothing"
    if not target:
        return None
    if source in asked:
        return f"{source} stands on line {asked[source][0]} already"
    shown = tenant.sources_of(policy.kind)
    # A word that is mapped before MediaOS says it is none that it has to have shown.
    if not policy.words and source not in {*shown, *tenant.mapped(policy.kind)}:
        return f"MediaOS has shown no {policy.source} {source}"
    return None


def _target_fault(target: str, tenant: Tenant, policy: MappingPolicy) -> str | None:
    entry = tenant.targets_of(policy.kind).get(target)
    if entry is None:
        return f"QuickBooks has no {policy.target} {target}"
    if entry.unsold:
        return f"{policy.target} {target} ({entry.name}) is a {entry.unsold} of QuickBooks"
    if unusable(tenant, policy.kind, target):
        return f"{policy.target} {target} ({entry.name}) is inactive in QuickBooks"
    return None
