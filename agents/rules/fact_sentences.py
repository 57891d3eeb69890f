"""What happened, in plain sentences?  For whoever keeps books, without an id of ours.

A command is named in the fact that decides it and by its id afterwards, so a story is told in its
order, by one who remembers.  `isthmus explain --raw` has every fact as the journal says it.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import singledispatchmethod
from typing import Any

from agents.rules.value_words import in_words
from agents.rules.waiting_words import customer_waits, locked, parked, whole, with_stop
from agents.rules.wording import Called, fields_called, lane_called
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
from schemas.commands import Command, Create, Remove, Update
from schemas.conflict_facts import Conceded, ConflictResolved
from schemas.erasure_facts import Erased
from schemas.facts import (
    Asked,
    LinkAsked,
    Linked,
    LinkTargetShown,
    OnOneSide,
    Parked,
    Regenerated,
    Released,
    RequestTaken,
    Seen,
    Settled,
    UnlinkAsked,
    Unlinked,
)
from schemas.kinds import number_of
from schemas.lane_facts import (
    Held,
    HomeChanged,
    LaneWaited,
    LaneWentOn,
    LockedOut,
    LockoutEnded,
    Taken,
)
from schemas.money_words import money_words
from schemas.note_facts import Noted
from schemas.outcomes import Fault, Verdict
from schemas.records import Record
from schemas.values import RecordRef

#: Of a field of a newer release.
NOT_KNOWN = "not known to this release"


#: Facts that say the same each time.
_FIXED: dict[type, str] = {
    Released: "It waits no more.",
    UnlinkAsked: "A person says that both sides of it are not one.",
    Regenerated: "What was made of it is not there, which is proved: it may be made anew.",
    Taken: "The turn of that change has come.",
    LaneWentOn: "Work of this customer goes on.",
}


class Narrator:
    """Tells facts in their order.

    `called` is how people call a record, `moment` a time.
    """

    def __init__(self, called: Called, moment: Callable[[datetime], str]) -> None:
        self._called = called
        self._moment = moment
        self._commands: dict[str, Command] = {}

    @singledispatchmethod
    def tell(self, fact: Any) -> str:
        """Return what a fact says in sentences; blank where it says nothing to an accountant."""
        return _FIXED.get(type(fact), "")

    @tell.register
    def _(self, fact: Seen) -> str:
        change = fact.change
        named = _named(change)
        if change.record is None:
            return f"{change.side.called} has {named} no more: it was deleted."
        what = "shows" if not fact.again else "was read once more and shows"
        worth = self._worth(change.record)
        return f"{change.side.called} {what} {named}{worth}, {self._changed(change)}."

    @tell.register
    def _(self, fact: Decided) -> str:
        self._commands[fact.command.id] = fact.command
        there = fact.command.side.called
        match fact.command:
            case Create(kind=kind, record=record):
                number = getattr(record, "number", None)
                numbered = f" as {number}" if number else ""
                return (
                    f"Decided: make this {kind.called} in {there}{numbered}{self._worth(record)}."
                )
            case Remove(how=how):
                return f"Decided: {how} it in {there}."
            case Update(record=record, fields=fields):
                values = "".join(
                    f"\n{name}: {value}" for name, value in self._values(record, fields)
                )
                return f"Decided: change it in {there}.{values}"

    @tell.register
    def _(self, fact: Attempted) -> str:
        return f"Sent again, for the {_nth(fact.number)} time; it is done once at most."

    @tell.register
    def _(self, fact: Unanswered) -> str:
        return (
            f"No answer came{self._from(fact.command)}: {fact.detail}. It may have been done, so "
            "it is asked for under the same id again."
        )

    @tell.register
    def _(self, fact: Declined) -> str:
        return f"{_refusal(fact.fault)} That is for now: it is asked for again."

    @tell.register
    def _(self, fact: Answered) -> str:
        return f"It was done{self._from(fact.command)}; what stands there now is read next."

    @tell.register
    def _(self, fact: CommandApplied) -> str:
        named = self._called(RecordRef(fact.side, fact.kind, fact.id))
        match self._commands.get(fact.command):
            case Create():
                done = "found there already, from an earlier try" if fact.adopted else "made"
            case Remove(how=how):
                done = "voided" if how == "void" else "deleted"
            case _:
                done = "changed"
        return (
            f"Done: {named} is {done} in {fact.side.called} ({fact.kind.called} {fact.id} there)."
        )

    @tell.register
    def _(self, fact: Refused) -> str:
        if fact.verdict is Verdict.UNSENT:
            return f"It was not sent: {fact.fault.detail}."
        return _refusal(fact.fault)

    @tell.register
    def _(self, fact: Linked) -> str:
        kind = fact.kind.called
        return (
            f"From here on {kind} {fact.mediaos} of MediaOS and {kind} {fact.qbo} of QuickBooks "
            "are one."
        )

    @tell.register
    def _(self, fact: Settled) -> str:
        return f"Both sides agree on {fields_called(fact.fields)}."

    @tell.register
    def _(self, fact: Parked) -> str:
        return parked(fact.park, self._called)

    @tell.register
    def _(self, fact: Asked) -> str:
        return "It was pushed." if fact.pushed else "It is to be judged again."

    @tell.register
    def _(self, fact: RequestTaken) -> str:
        who = fact.by or "Isthmus itself"
        return f"{who} asked: {with_stop(fact.detail)}"

    @tell.register
    def _(self, fact: Noted) -> str:
        note = f" {with_stop(fact.note)}" if fact.note else ""
        if fact.dismissed:
            return f"Nobody has to see to it until something new happens.{note}"
        return f"{fact.owner or 'Nobody'} sees to it.{note}"

    @tell.register
    def _(self, fact: Erased) -> str:
        return f"{fact.by} erased from the journal what it was called, and all texts, before then."

    @tell.register
    def _(self, fact: ConflictResolved) -> str:
        there, here = fact.keep.other.called, fact.keep.called
        if fact.lost is None:
            return f"A person decided: it stands as {here} has it, and is made anew in {there}."
        goes = "".join(f"\n{there} had {n}: {v}" for n, v in self._values(fact.lost, fact.fields))
        return f"A person decided: what {here} has stands.{goes}"

    @tell.register
    def _(self, fact: Conceded) -> str:
        return f"What was decided against of {fields_called(fact.fields)} counts as known."

    @tell.register
    def _(self, fact: LinkAsked) -> str:
        return f"A person says that it is {fact.target} of QuickBooks."

    @tell.register
    def _(self, fact: LinkTargetShown) -> str:
        return f"QuickBooks shows {fact.shown.id}, with which it is to be linked."

    @tell.register
    def _(self, fact: Unlinked) -> str:
        kind = fact.kind.called
        return (
            f"{kind.capitalize()} {fact.mediaos} of MediaOS and {kind} {fact.qbo} of QuickBooks "
            "are two from here on."
        )

    @tell.register
    def _(self, fact: OnOneSide) -> str:
        return f"It stays on one side: {with_stop(fact.reason)}"

    @tell.register
    def _(self, fact: Held) -> str:
        return f"A change of it waits for its turn: {with_stop(fact.why)}"

    @tell.register
    def _(self, fact: LaneWaited) -> str:
        return whole(customer_waits(fact.why, fact.until, self._moment))

    @tell.register
    def _(self, fact: HomeChanged) -> str:
        return f"From here on it is worked on with {lane_called(fact.home)}."

    @tell.register
    def _(self, fact: LockedOut) -> str:
        return whole(locked(fact.reason, fact.until, self._moment))

    @tell.register
    def _(self, fact: LockoutEnded) -> str:
        return f"The lock is over: {with_stop(fact.why)}"

    def _changed(self, change: Change) -> str:
        return f"changed there {self._moment(change.at)}"

    def _worth(self, record: Record | None) -> str:
        for name in ("total", "amount"):
            if (amount := getattr(record, name, None)) is not None:
                currency = getattr(record, "currency", "") or ""
                return f", {money_words(amount, currency)}"
        return ""

    def _values(self, record: Record, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name in names:
            value = getattr(record, name, NOT_KNOWN)
            yield fields_called((name,)), in_words(value)

    def _from(self, command: str) -> str:
        known = self._commands.get(command)
        return f" from {known.side.called}" if known is not None else ""


def _named(change: Change) -> str:
    """Return how its own side calls it: by its number or name, or by its id."""
    name = number_of(change.record) or getattr(change.record, "name", None) or change.id
    return f"{change.kind.called} {name}"


def _refusal(fault: Fault) -> str:
    return (
        f"{fault.side.called} refused it: {with_stop(fault.detail or fault.message or 'no reason')}"
    )


def _nth(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
