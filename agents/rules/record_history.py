"""Which facts of the journal are about one record?

A fact names a document, a command, an event or a request; what ties these to the record is in the
facts before, so a story is told from the beginning.  Its lane's waits belong to it only while the
record itself is what is held or in work.
"""

from typing import Any

from schemas.changes import Change
from schemas.command_facts import (
    Answered,
    Attempted,
    CommandApplied,
    Decided,
    Declined,
    Refused,
    Unanswered,
)
from schemas.conflict_facts import ConflictResolved
from schemas.facts import Asked, Fact, LinkAsked, RequestTaken, UnlinkAsked
from schemas.identity import tenant_of
from schemas.lane_facts import (
    Held,
    HomeChanged,
    LaneWaited,
    LaneWentOn,
    LockedOut,
    LockoutEnded,
    Taken,
)
from schemas.note_facts import Noted

OfCommand = Attempted | Unanswered | Declined | Answered | CommandApplied | Refused
OfLane = LaneWaited | LaneWentOn | HomeChanged | LockedOut


class Story:
    """The facts about the record that goes by these names; it hears the journal in order."""

    def __init__(self, tenant: str, names: frozenset[str]) -> None:
        self._tenant = tenant
        self._names = names
        self._lanes: set[str] = set()
        self._commands: set[str] = set()
        self._open: set[str] = set()
        self._held: set[str] = set()
        self._ids: set[str] = set()

    def hear(self, lane: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Return those facts of one record of the journal that belong to the story."""
        if tenant_of(lane) != self._tenant:
            return ()
        return tuple(fact for fact in facts if self._is_mine(lane, fact, facts))

    def _is_mine(self, lane: str, fact: Fact, beside: tuple[Fact, ...]) -> bool:
        match fact:
            case Held(change=change):
                return self._hold(lane, change)
            case Taken(event=event):
                return self._take(event)
            case _ if isinstance(fact, OfCommand):
                return self._of_command(fact)
            case LaneWaited() | LaneWentOn() | HomeChanged() | LockedOut():
                return self._of_lane(lane, fact, beside)
            case LockoutEnded(lockout=named) | RequestTaken(request=named):
                return named in self._ids
            case _:
                return self._of_document(lane, fact)

    def _of_document(self, lane: str, fact: Any) -> bool:
        if getattr(fact, "document", None) not in self._names:
            return False
        self._lanes.add(lane)
        if isinstance(fact, Decided):
            self._commands.add(fact.command.id)
            self._open.add(fact.command.id)
        if isinstance(fact, Asked | ConflictResolved | LinkAsked | UnlinkAsked | Noted):
            self._ids.add(fact.request)
        return True

    def _hold(self, lane: str, change: Change) -> bool:
        mine = str(change.name) in self._names
        if mine:
            self._lanes.add(lane)
            self._held.add(change.event)
        return mine

    def _take(self, event: str) -> bool:
        mine = event in self._held
        self._held.discard(event)
        return mine

    def _of_command(self, fact: OfCommand) -> bool:
        if isinstance(fact, CommandApplied | Refused):
            self._open.discard(fact.command)
        return fact.command in self._commands

    def _of_lane(self, lane: str, fact: OfLane, beside: tuple[Fact, ...]) -> bool:
        if lane not in self._lanes:
            return False
        if isinstance(fact, LockedOut) and self._open:
            self._ids.add(fact.lockout)
        mine = isinstance(fact, HomeChanged) or bool(self._open or self._held)
        if mine:
            # Somebody asked for this: who it was stands in the same step.
            self._ids.update(each.request for each in beside if isinstance(each, RequestTaken))
        return mine
