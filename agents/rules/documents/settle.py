"""Who wins when the two sides no longer say the same about a linked document?

A three-way comparison, field by field, against what each side showed when they last agreed; so a
memo that the other side cut, a due date that it filled in or a tax that it computed is no edit.
The echo of our own write needs no rule of its own: it shows exactly its half of what is agreed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from agents.rules.kinds.merging import Halves
from agents.rules.kinds.owners import BY_KIND, Owners, owner_of
from agents.rules.kinds.policy import Field
from agents.rules.kinds.table import POLICIES
from schemas.records import Record
from schemas.state import Document
from schemas.values import SIDES, Side

Across = Callable[[Record, Side], Record]

#: What invoices of QuickBooks owe there, where none was read.
NOTHING_READ: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to be done about a document's fields, by what becomes of each."""

    agree: tuple[str, ...] = ()
    write: dict[Side, dict[str, Any]] = field(default_factory=dict)
    conflict: tuple[str, ...] = ()
    no_home: tuple[str, ...] = ()


def settle(
    document: Document,
    across: Across,
    *,
    over: Side | None = None,
    owed: Mapping[str, Decimal] = NOTHING_READ,
    returned: frozenset[str] = frozenset(),
    unsaid: frozenset[str] = frozenset(),
    owners: Owners = BY_KIND,
) -> Settlement:
    """Compare both sides of a linked document, neither of them deleted, with what was agreed.

    What `over` shows wins wherever either side has changed a field; `owed` is what invoices of
    QuickBooks owe there, of which that was read; `returned` are fields that MediaOS is to show as
    QuickBooks does, besides those that always go there, `unsaid` those that QuickBooks is to be
    told as MediaOS has them; `owners` who wins as the tenant has set it.
    """
    found = _Fields(returned)
    for name, policy, changed in _in_play(document, returned | unsaid):
        comes, owner = name in returned, owner_of(document.kind, name, owners)
        winner = (
            (Side.QBO if comes and _apart(document, name) else None)
            or (Side.MEDIAOS if name in unsaid else None)
            or _winner(changed, policy, over, owner)
            or _with_room(document, policy, changed, owed)
        )
        if winner is not None:
            forced = over is Side.MEDIAOS, owner is Side.MEDIAOS
            value, both_changed = _value(document, name, policy, winner, across, forced)
            if policy.fits is not None and winner is Side.MEDIAOS:
                value = policy.fits(value, getattr(record_of(document, Side.QBO), name), owed)
            found.conflict += [f"{name} ({what})" for what in both_changed]
            if winner is Side.QBO and not comes and _says_the_same(document, name, policy, across):
                found.agree.append(name)
            elif not both_changed:
                found.won(name, policy, winner.other, value, record_of(document, winner.other))
        elif changed == SIDES:
            (found.agree if _same(document, name, across) else found.conflict).append(name)
    return Settlement(tuple(found.agree), found.write, tuple(found.conflict), tuple(found.no_home))


@dataclass(slots=True)
class _Fields:
    """What has been found so far of a document's fields."""

    returned: frozenset[str]
    agree: list[str] = field(default_factory=list)
    write: dict[Side, dict[str, Any]] = field(default_factory=dict)
    conflict: list[str] = field(default_factory=list)
    no_home: list[str] = field(default_factory=list)

    def won(self, name: str, policy: Field, to: Side, value: Any, there: Record) -> None:
        """Take in what a side is to show of a field that the other one has won."""
        if (policy.shown or policy.same)(value, getattr(there, name)):
            if not policy.mirror:
                self.agree.append(name)
        elif to in policy.to or (to is Side.MEDIAOS and name in self.returned):
            self.write.setdefault(to, {})[name] = value
        else:
            self.no_home.append(name)


def _in_play(
    document: Document, asked: frozenset[str]
) -> Iterator[tuple[str, Field, tuple[Side, ...]]]:
    """Yield the fields that a side may win, and which sides have changed each.

    In most edits these are few: nobody wins what nobody has changed.
    """
    moved = _moved(document)
    for name, policy in POLICIES[document.kind].fields.items():
        if policy.once:
            continue
        changed = _changed_on(document, name, moved) if moved else ()
        if changed or name in asked or policy.mirror or policy.rest:
            yield name, policy, changed


def edited(document: Document, side: Side) -> tuple[str, ...]:
    """Return the fields that a side has changed since both sides of a document agreed."""
    shown = document.shown(side)
    if document.agreed is None or shown is None or shown.record is None:
        return ()
    fields = POLICIES[document.kind].fields.items()
    return tuple(n for n, policy in fields if _kept(policy) and _changed(document, n, side))


def _kept(policy: Field) -> bool:
    return not (policy.mirror or policy.once)


def _apart(document: Document, name: str) -> bool:
    """Tell whether MediaOS does not show what QuickBooks does of a field that returns as it is."""
    return bool(len({getattr(record_of(document, side), name) for side in SIDES}) > 1)


def _winner(
    changed: tuple[Side, ...], policy: Field, over: Side | None, owner: Side | None
) -> Side | None:
    if policy.mirror:
        return owner
    if changed and over is not None:
        return over
    if len(changed) == 1:
        return changed[0]
    if changed and policy.yields is not None:
        # What both changed of one part is told by the merge.
        return Side.MEDIAOS
    return owner if changed else None


def _with_room(
    document: Document, policy: Field, changed: tuple[Side, ...], owed: Mapping[str, Decimal]
) -> Side | None:
    """Return MediaOS where QuickBooks had no room for all that it asked, and has some now."""
    if not policy.rest or document.agreed is None or changed == SIDES:
        return None
    rest = getattr(document.agreed.qbo, policy.rest)
    return Side.MEDIAOS if any(owed.get(part.invoice) for part in rest) else None


def _value(
    document: Document,
    name: str,
    policy: Field,
    winner: Side,
    across: Across,
    forced: tuple[bool, bool],
) -> tuple[Any, tuple[str, ...]]:
    """Return what the other side is to show, and what of it both sides changed.

    `forced`: MediaOS has all of its own there, or of the parts that both changed.
    """
    if policy.mirror and name == "marker":
        shown = document.shown(winner)
        return (shown.id if shown else None), ()
    if policy.mirror:
        return getattr(record_of(document, winner), name), ()
    if policy.merge is not None and winner is Side.MEDIAOS and document.agreed is not None:
        told = (
            across(document.agreed.mediaos, Side.QBO),
            across(record_of(document, winner), Side.QBO),
        )
        mediaos = Halves(*(getattr(each, name) for each in told))
        shows = document.agreed.qbo, record_of(document, Side.QBO)
        qbo = Halves(*(getattr(each, name) for each in shows))
        whole, parts = forced
        if parts and policy.yields is not None:
            yielded = policy.yields(mediaos, qbo)
            mediaos = Halves(yielded.put_into(mediaos.agreed), mediaos.now)
            qbo = Halves(yielded.qbo, qbo.now)
        merged = policy.merge(mediaos, qbo, force=whole)
        return merged.value, merged.conflict
    return getattr(across(record_of(document, winner), winner.other), name), ()


def _moved(document: Document) -> tuple[Side, ...]:
    """Return the sides that do not show, whole, what they showed when both agreed."""
    agreed = document.agreed
    if agreed is None:
        return SIDES
    halves = {Side.MEDIAOS: agreed.mediaos, Side.QBO: agreed.qbo}
    return tuple(side for side, half in halves.items() if record_of(document, side) != half)


def _changed_on(document: Document, name: str, moved: tuple[Side, ...]) -> tuple[Side, ...]:
    return tuple(side for side in moved if _changed(document, name, side))


def _same(document: Document, name: str, across: Across) -> bool:
    told = getattr(across(record_of(document, Side.MEDIAOS), Side.QBO), name)
    same = POLICIES[document.kind].fields[name].same
    return same(told, getattr(record_of(document, Side.QBO), name))


def _says_the_same(document: Document, name: str, policy: Field, across: Across) -> bool:
    """Tell whether QuickBooks shows what MediaOS does of a field that does not go there."""
    goes = policy.mirror or Side.MEDIAOS in policy.to
    return not goes and _same(document, name, across)


def _changed(document: Document, name: str, side: Side) -> bool:
    if document.agreed is None:
        return True
    half = document.agreed.mediaos if side is Side.MEDIAOS else document.agreed.qbo
    policy, shown = POLICIES[document.kind], record_of(document, side)
    if policy.day is not None and name == policy.day.field:
        return not policy.day.stays(half, shown)
    return not policy.fields[name].same(getattr(shown, name), getattr(half, name))


def record_of(document: Document, side: Side) -> Record:
    """Return what a side shows of a document that it has; ValueError where it shows nothing."""
    shown = document.shown(side)
    if shown is None or shown.record is None:
        raise ValueError(f"{side} shows nothing to settle")
    return shown.record
