"""What does a fact change of a document?

A fact that is told twice, or that is about something already over, changes nothing: each step
first looks whether it still applies.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from agents.rules.fold import command_facts, conflict_facts, link_facts, rest_facts
from agents.rules.fold.shown import put_shown, snapshot_of, take_over
from schemas.facts import Fact, Linked, Seen
from schemas.lane_facts import HomeChanged
from schemas.state import Document, Snapshot
from schemas.values import is_later


def evolve_document(document: Document | None, name: str, fact: Fact) -> Document | None:
    """Return the document called `name` after one fact that concerns it, or None."""
    match fact:
        case HomeChanged():
            return None
        case Linked() if name != fact.document:
            return None
        case Seen():
            return _seen(document, fact)
        case _:
            return None if document is None else _STEPS[type(fact)](document, fact)


def _seen(document: Document | None, fact: Seen) -> Document:
    change = fact.change
    if document is None:
        document = Document(kind=change.kind, order=fact.order)
    known = document.shown(change.side)
    if known is not None and not _says_more(fact, known):
        if change.merged_into is None or known.id != change.id:
            return document
        return put_shown(document, change.side, replace(known, merged_into=change.merged_into))
    document = take_over(document, change.side, snapshot_of(change, known))
    if fact.again:
        # Decisions go on being counted: a count that began anew for an event of old would give
        # out the ids of commands a second time.
        return document
    return replace(document, event=change.event, decisions=0, failures=0)


def _says_more(fact: Seen, known: Snapshot) -> bool:
    if fact.again and fact.change.id == known.id:
        return not is_later(fact.change.side, known.revision, fact.change.revision)
    return is_later(fact.change.side, fact.change.revision, known.revision)


_STEPS: Mapping[type, Callable[[Document, Any], Document]] = {
    **command_facts.STEPS,
    **rest_facts.STEPS,
    **link_facts.STEPS,
    **conflict_facts.STEPS,
}
