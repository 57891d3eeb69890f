"""What does a fact change of what waits in a lane?

The index changes only when a park comes or goes: an edit of what is linked leaves it as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from agents.rules.fold.before import twins
from agents.rules.fold.waiting_news import news_of, owing, woken
from schemas.command_facts import CommandApplied, Decided
from schemas.conditions import condition_of
from schemas.conflict_facts import ConflictResolved
from schemas.facts import (
    Asked,
    Fact,
    LinkAsked,
    Linked,
    OnOneSide,
    Parked,
    Released,
    Seen,
    Settled,
    UnlinkAsked,
)
from schemas.lane_conditions import News, OwesAgain, RecordLinked
from schemas.lane_facts import HomeChanged
from schemas.parts import part_of
from schemas.state import ParkReason
from schemas.waiting import NO_PART, ParkedEntry, Waiting, WaitingPart

Names = dict[str, int]
Index = dict[str, Names]


def evolve_waiting(waiting: Waiting | None, fact: Fact) -> Waiting | None:
    """Return what waits after one fact that may concern it; None where nothing does."""
    before = waiting.parts if waiting is not None else {}
    step, changed = _STEPS[type(fact)], {}
    for key in _parts_of(fact, before):
        part = before.get(key, NO_PART)
        after = _elsewhere(part, fact) if _is_elsewhere(key, fact) else step(part, fact)
        if after is not part:
            changed[key] = after
    if not changed:
        return waiting
    parts = {key: each for key, each in (before | changed).items() if each != NO_PART}
    return Waiting(parts=parts) if parts else None


def wakes(waiting: Waiting | None, fact: Seen | CommandApplied) -> bool:
    """Tell whether a fact that may say so wakes anything."""
    return waiting is not None and next(woken(waiting.parts, fact), None) is not None


def _parts_of(fact: Any, parts: Mapping[str, WaitingPart]) -> Iterable[str]:
    """Return the parts that a fact may change; a new home may concern any."""
    match fact:
        case HomeChanged():
            return tuple(parts)
        case Linked():
            return dict.fromkeys((*_waiting_for(_met(fact), parts), *map(part_of, twins(fact))))
        case OnOneSide():
            return dict.fromkeys((*_waiting_for(_stays(fact), parts), part_of(fact.document)))
        case Seen() | CommandApplied():
            return list(woken(parts, fact))
        case _:
            return (part_of(fact.document),)


def _is_elsewhere(key: str, fact: Any) -> bool:
    """Tell whether a part only waits for what a fact says of a document of another part."""
    return isinstance(fact, OnOneSide) and key != part_of(fact.document)


def _elsewhere(waiting: WaitingPart, fact: Any) -> WaitingPart:
    return _come(waiting, _stays(fact))


def _waiting_for(met: Mapping[str, None], parts: Mapping[str, WaitingPart]) -> Iterable[str]:
    return (key for key, part in parts.items() if not part.by_fact.keys().isdisjoint(met))


def _parked(waiting: WaitingPart, fact: Parked) -> WaitingPart:
    waiting = _without(waiting, fact.document)
    entry = ParkedEntry(order=fact.order, reason=fact.park.reason, lacks=fact.park.waits_for)
    waiting = replace(waiting, parked={**waiting.parked, fact.document: entry})
    if fact.park.reason is ParkReason.CUSTOMER_CHANGED:
        waiting = replace(waiting, moved={**waiting.moved, fact.document: fact.order})
    for text in entry.lacks:
        waiting = _indexed(waiting, text, lambda names: {**names, fact.document: fact.order})
    return waiting


def _asked(waiting: WaitingPart, fact: Asked | ConflictResolved | LinkAsked) -> WaitingPart:
    if fact.document not in waiting.parked:
        return waiting
    return _with_less(waiting, fact.document, lambda _text: True)


def _unlink_asked(waiting: WaitingPart, fact: UnlinkAsked) -> WaitingPart:
    waiting = _without(waiting, fact.document)
    entry = ParkedEntry(order=fact.order, reason=ParkReason.NOT_LINKED)
    return replace(
        waiting,
        parked={**waiting.parked, fact.document: entry},
        woken={**waiting.woken, fact.document: fact.order},
    )


def _linked(waiting: WaitingPart, fact: Linked) -> WaitingPart:
    return _gone(_come(waiting, _met(fact)), twins(fact))


def _come(waiting: WaitingPart, met: Mapping[str, None]) -> WaitingPart:
    names = [name for text in met for name in waiting.by_fact.get(text, ())]
    for name in names:
        waiting = _with_less(waiting, name, met.__contains__)
    return waiting


def _met(fact: Linked) -> dict[str, None]:
    # In the facts' order, as all here: a set's hangs on the process, and rows are compared by byte.
    return dict.fromkeys(str(RecordLinked(record)) for record in fact.records)


def _stays(fact: OnOneSide) -> dict[str, None]:
    """Return what has come of a record that will never cross: whoever waits for it need not."""
    side, _, rest = fact.document.partition("/")
    kind, _, record_id = rest.partition("/")
    # As RecordLinked words it; a name that is none of a record's is waited for by nobody.
    return {f"{side}-{kind}:{record_id}": None}


def _with_less(waiting: WaitingPart, name: str, has_come: Callable[[str], bool]) -> WaitingPart:
    """Take from a document what it lacked; with nothing left it is to be judged again."""
    entry = waiting.parked[name]
    lacks = tuple(text for text in entry.lacks if not has_come(text))
    for text in dict.fromkeys(text for text in entry.lacks if text not in lacks):
        waiting = _indexed(waiting, text, lambda names: _less(names, name))
    waiting = replace(waiting, parked={**waiting.parked, name: replace(entry, lacks=lacks)})
    return waiting if lacks else replace(waiting, woken={**waiting.woken, name: entry.order})


def _shown(waiting: WaitingPart, fact: Seen | CommandApplied) -> WaitingPart:
    """Wake what waits for news of a payment, and what is on account and may have room.

    Any of its invoices is enough for that.
    """
    waiting = _come(waiting, news_of(fact))
    names = [name for text in owing(waiting.conditions, fact) for name in waiting.conditions[text]]
    for name in dict.fromkeys(names):
        waiting = _with_less(waiting, name, lambda text: isinstance(condition_of(text), OwesAgain))
    return waiting


def _leaves(waiting: WaitingPart, fact: Decided | Released | Settled) -> WaitingPart:
    return _gone(waiting, (fact.document,))


def _one_sided(waiting: WaitingPart, fact: OnOneSide) -> WaitingPart:
    waiting = _come(waiting, _stays(fact))
    waiting = _without(waiting, fact.document)
    if fact.document in waiting.one_sided:
        return waiting
    return replace(waiting, one_sided={**waiting.one_sided, fact.document: 0})


def _home_changed(waiting: WaitingPart, fact: HomeChanged) -> WaitingPart:
    return _gone(waiting, fact.documents) if fact.more else NO_PART


def _gone(waiting: WaitingPart, names: Iterable[str]) -> WaitingPart:
    for name in names:
        waiting = _without(waiting, name)
        if name in waiting.one_sided:
            waiting = replace(waiting, one_sided=_less(waiting.one_sided, name))
    return waiting


def _without(waiting: WaitingPart, name: str) -> WaitingPart:
    """Take a document out that is parked no more."""
    entry = waiting.parked.get(name)
    if entry is None:
        return waiting
    for text in entry.lacks:
        waiting = _indexed(waiting, text, lambda names: _less(names, name))
    return replace(
        waiting,
        parked=_less(waiting.parked, name),
        woken=_less(waiting.woken, name),
        moved=_less(waiting.moved, name),
    )


def _indexed(waiting: WaitingPart, text: str, change: Callable[[Names], Names]) -> WaitingPart:
    if isinstance(condition_of(text), RecordLinked | News):
        return replace(waiting, by_fact=_changed(waiting.by_fact, text, change))
    return replace(waiting, conditions=_changed(waiting.conditions, text, change))


def _changed(index: Index, text: str, change: Callable[[Names], Names]) -> Index:
    names = change(index.get(text, {}))
    return {**index, text: names} if names else _less(index, text)


def _less(kept: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in kept:
        return kept
    left = dict(kept)
    del left[name]
    return left


_STEPS: Mapping[type, Callable[[WaitingPart, Any], WaitingPart]] = {
    Seen: _shown,
    CommandApplied: _shown,
    Parked: _parked,
    Asked: _asked,
    ConflictResolved: _asked,
    LinkAsked: _asked,
    UnlinkAsked: _unlink_asked,
    Linked: _linked,
    Decided: _leaves,
    Released: _leaves,
    Settled: _leaves,
    OnOneSide: _one_sided,
    HomeChanged: _home_changed,
}
