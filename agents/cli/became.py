"""What became of documents that were sent by hand?

That a push was taken says nothing of that: the journal is read on until each document is across or
waits again, for a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from agents.cli.fact_text import park_words
from agents.cli.formatting import moment
from agents.cli.journal_state import State
from agents.rules.documents.pushing import is_listed
from agents.rules.tenant.pausing import told
from agents.rules.waiting_words import customer_waits, locked
from schemas.asked_conditions import ASKED, OVERWRITE, PUSHED
from schemas.conditions import condition_of
from schemas.identity import tenant_of
from schemas.state import Document
from schemas.values import Side
from streams.ports import Clock

#: How long all of them together are waited for.
PATIENCE = timedelta(seconds=15)
BY_HAND = {ASKED, PUSHED, OVERWRITE}


class End(StrEnum):
    """How a document stands."""

    ACROSS = "across"
    WAITS = "waits"
    #: It is being sent, or waits for its turn.
    UNDER_WAY = "under-way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of one document, in words for a person."""

    document: str
    end: End
    detail: str

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.document}: {self.detail}"


async def became(state: State, clock: Clock, documents: Sequence[tuple[str, str]]) -> list[Became]:
    """Return what became of documents, each given by its lane and its name there."""
    until = clock.now() + PATIENCE
    while True:
        found = [_became(state, lane, name) for lane, name in documents]
        if clock.now() >= until or all(each.end is not End.UNDER_WAY for each in found):
            return found
        await state.more()


def _became(state: State, lane: str, name: str) -> Became:
    document = state.document(lane, name)
    if document is None:
        return Became(document=name, end=End.ACROSS, detail="another lane has it now")
    park = document.park
    asked = park is not None and BY_HAND & {condition_of(text) for text in park.waits_for}
    if asked and (held := _held_by_tenant(state, lane)) is not None:
        return Became(document=name, end=End.WAITS, detail=held)
    if document.in_flight is not None or asked:
        held_by = f"{_held_by(state, lane, document)}; `isthmus explain` says what becomes of it"
        return Became(document=name, end=End.UNDER_WAY, detail=held_by)
    if park is not None:
        return Became(document=name, end=End.WAITS, detail=park_words(park))
    if is_listed(document) and document.unplaced is not None:
        return Became(document=name, end=End.WAITS, detail=document.unplaced)
    shown = (document.shown(side) for side in Side)
    on = ", ".join(f"{document.kind.called} {each.id}" for each in shown if each is not None)
    return Became(document=name, end=End.ACROSS, detail=f"nothing of it waits ({on})")


def _held_by_tenant(state: State, lane: str) -> str | None:
    """Return why nothing of a tenant goes, which no waiting here ends; None where it does."""
    tenant = state.tenant(tenant_of(lane))
    if tenant.paused is not None:
        return f"its tenant is {told(tenant.paused)}"
    if tenant.suspended is not None:
        return f"its tenant is suspended: {tenant.suspended.detail}"
    return None


def _held_by(state: State, lane: str, document: Document) -> str:
    """Return what is waited for, of what is not decided yet."""
    known = state.lane(lane)
    waits = known.waits if known is not None else None
    found = [each for each in state.lockouts().values() if each.lane == lane]
    if (held := _held_by_tenant(state, lane)) is not None:
        return held
    if found:
        return locked(found[0].reason, found[0].until, moment)
    if waits is not None:
        return customer_waits(waits.why, waits.until, moment)
    if document.in_flight is not None:
        there = document.in_flight.command.side.called
        return f"it was sent to {there}, whose answer is awaited"
    return "it is on its way: others of its customer are first"
