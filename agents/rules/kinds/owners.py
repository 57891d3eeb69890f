"""Whose value stands where both sides changed one field since they agreed?

Each kind has a rule of its own; a tenant may set another for a field, by its name: `invoice.memo`.
What only MediaOS says (a line, a tax) is never written there, so QuickBooks cannot win it.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from agents.rules.kinds.policy import Field
from agents.rules.kinds.table import POLICIES
from schemas.tenant_state import FieldOwner
from schemas.values import Kind, Side

Owners = Mapping[str, FieldOwner]

#: Each kind's own rule.
BY_KIND: Owners = MappingProxyType({})

_SIDES: Mapping[FieldOwner, Side | None] = {
    FieldOwner.MEDIAOS: Side.MEDIAOS,
    FieldOwner.QUICKBOOKS: Side.QBO,
    FieldOwner.PERSON: None,
}


def owner_of(kind: Kind, name: str, owners: Owners) -> Side | None:
    """Return the side that wins a field; None where both wait for a person."""
    policy = POLICIES[kind].fields[name]
    said = owners.get(field_name(kind, name)) if owners else None
    return policy.owner if said is None or policy.mirror else _SIDES[said]


def defaults() -> dict[str, FieldOwner]:
    """Return who wins each field that may be set, as its kind has it."""
    called = {side: owner for owner, side in _SIDES.items()}
    return {name: called[policy.owner] for name, policy in _fields()}


def choices(name: str) -> tuple[FieldOwner, ...]:
    """Return who may win a field: a side whose value is written to the other, or a person."""
    policy = dict(_fields())[name]
    return tuple(owner for owner, side in _SIDES.items() if side is None or side.other in policy.to)


def wrong_in(owners: Owners) -> str | None:
    """Return what is wrong in what a tenant would set, and what is right; None where nothing is."""
    known = dict(_fields())
    for name, owner in owners.items():
        if name not in known:
            near = next(iter(get_close_matches(name, known, n=1, cutoff=0.0)))
            return f"no kind has a field {name!r} that both sides can change: the nearest is {near}"
        offered = choices(name)
        if owner not in offered:
            told = f"{name} is never written to MediaOS, so QuickBooks cannot win it"
            return f"{told}: expected {' or '.join(offered)}, got {owner}"
    return None


def owner_changes(old: Owners, new: Owners) -> dict[str, tuple[FieldOwner, FieldOwner]]:
    """Return, by field, who won and who wins, where that is another one."""
    known = defaults()
    both = {name: (old.get(name, known[name]), new.get(name, known[name])) for name in known}
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


def field_name(kind: Kind, name: str) -> str:
    """Return a field's name in a tenant's settings."""
    return f"{kind}.{name}"


def _fields() -> Iterator[tuple[str, Field]]:
    """Yield the fields that both sides may come to show otherwise, by name."""
    for kind, policy in POLICIES.items():
        for name, field in policy.fields.items():
            if not (field.mirror or field.once):
                yield field_name(kind, name), field
