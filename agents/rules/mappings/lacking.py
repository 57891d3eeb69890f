"""Why does a document wait for a mapping, in words for a person?

Nobody has mapped what it names, or QuickBooks does not take what that is mapped to now.
"""

from collections.abc import Iterator, Mapping, Sequence

from agents.rules.mappings.policy import MappingPolicy, alternatives
from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import DecisionInput, mapping_key, source_named
from schemas.kinds import kind_of
from schemas.mapping_conditions import MappingUsable, TargetClear
from schemas.outcomes import Fault
from schemas.records import Record
from schemas.state import Park, ParkReason
from schemas.values import MappingKind


def unusable_sources(policy: MappingPolicy, record: Record, given: DecisionInput) -> Park | None:
    """Return what a record of MediaOS waits for of this kind, or None when it lacks nothing."""
    if None in policy.named(record) and policy.required("", given.settings, given.company):
        # Of what may be left out a setting says that it must not.
        waits_for = _waits_for(policy, ("",)) if policy.optional else ()
        return Park(reason=policy.unmapped, detail=policy.unnamed, waits_for=waits_for)
    lacking = [
        source
        for source in policy.sources(record)
        if given.target(policy.kind, source) is None
        and policy.required(source, given.settings, given.company)
    ]
    if not lacking:
        return None
    keys = {source: mapping_key(policy.kind, source) for source in lacking}
    names = {source: given.names.get(key, "") for source, key in keys.items()}
    inactive = {s: given.inactive[key] for s, key in keys.items() if key in given.inactive}
    unmapped = [_called(source, names) for source in lacking if source not in inactive]
    told = [*_told_unmapped(policy, unmapped, record), *_told_inactive(policy, inactive, names)]
    return Park(
        reason=policy.unmapped if unmapped else policy.inactive,
        detail="; ".join(told),
        waits_for=_waits_for(policy, lacking),
    )


def unclear_targets(policy: MappingPolicy, record: Record, given: DecisionInput) -> Park | None:
    """Return what a record of QuickBooks waits for: one thing of MediaOS for each that it names."""
    found = {target: given.source(policy.kind, target) for target in policy.sources(record)}
    unclear = {target: sources for target, sources in found.items() if len(sources) != 1}
    if not unclear:
        return None
    named = {t: given.names.get(mapping_key(policy.kind, t), "") for t in unclear}
    told = (_told_unclear(policy, t, sources, named) for t, sources in unclear.items())
    return Park(
        reason=policy.unmapped,
        detail=f"{'; '.join(told)}, and this {kind_of(record).called} follows by itself",
        waits_for=tuple(str(TargetClear(policy.kind, target)) for target in unclear),
    )


def _told_unclear(
    policy: MappingPolicy, target: str, sources: tuple[str, ...], names: Mapping[str, str]
) -> str:
    one = f"{policy.target} {_called(target, names)} of QuickBooks"
    if not sources:
        add = f"{policy.command} add {policy.source.upper()} {target}"
        return f"no {policy.source} of MediaOS is {policy.becomes} {one}: map one ({add})"
    found = [source_named(policy.kind, each) for each in sources]
    kind, source = found[0]
    add = f"{MAPPINGS[kind].command} add {source} {target} --default"
    return (
        f"{_told_kinds(found)} of MediaOS are {policy.becomes} {one}: say which of them it is "
        f"there ({add})"
    )


def _told_kinds(found: Sequence[tuple[MappingKind, str]]) -> str:
    """Return them in words, kind by kind: `products 7, 8 and line item type 3`."""
    by_kind: dict[MappingKind, list[str]] = {}
    for kind, source in found:
        by_kind.setdefault(kind, []).append(source)
    return " and ".join(
        f"{MAPPINGS[kind].source}{'s' if len(named) > 1 else ''} {', '.join(named)}"
        for kind, named in by_kind.items()
    )


def made_inactive(gone: Mapping[MappingPolicy, Mapping[str, str]], fault: Fault) -> Park:
    """Return why QuickBooks refused what names something inactive: `gone` targets by source."""
    if not gone:
        return Park(
            reason=ParkReason.REFUSED,
            detail=f"{fault}; make it active in QuickBooks, then retry",
        )
    told = [text for policy, each in gone.items() for text in _told_inactive(policy, each, {})]
    return Park(
        reason=next(iter(gone)).inactive,
        detail="; ".join(told),
        waits_for=tuple(text for policy, each in gone.items() for text in _waits_for(policy, each)),
    )


def _waits_for(
    policy: MappingPolicy, sources: Sequence[str] | Mapping[str, str]
) -> tuple[str, ...]:
    return tuple(str(MappingUsable(policy.kind, source)) for source in sources)


def _told_unmapped(policy: MappingPolicy, named: Sequence[str], record: Record) -> Iterator[str]:
    if named:
        yield (
            f"{policy.source} {', '.join(named)} of MediaOS is not mapped to any {policy.target} "
            f"of QuickBooks: map it ({policy.command} add) and this {kind_of(record).called} "
            "follows by itself"
        )


def _told_inactive(
    policy: MappingPolicy, targets: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[str]:
    for source, target in targets.items():
        yield (
            f"{policy.target} {target}, which {policy.source} {_called(source, names)} is "
            f"{policy.becomes}, is inactive in QuickBooks: make it active there, or map the "
            f"{policy.source} to another {policy.target}"
        )


def _called(source: str, names: Mapping[str, str]) -> str:
    name = names.get(source)
    source = alternatives(source)[-1]
    return f"{source} ({name})" if name else source
