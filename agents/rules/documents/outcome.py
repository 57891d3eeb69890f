"""What came true when a side did what we asked?

Facts: what it showed, the link of a create, and the fields on which both sides now agree.  A
record that was found instead of answered confirms only what the command asked for: any other
difference is a change that someone made there, and is treated as one.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from agents.rules.documents.adoption import belongs_elsewhere, stands_elsewhere
from agents.rules.documents.conversion import made_across
from agents.rules.documents.fitting import fitted
from agents.rules.documents.moving import made_anew
from agents.rules.documents.resting import parked
from agents.rules.kinds.merging import Halves
from agents.rules.kinds.table import POLICIES
from schemas.command_facts import CommandApplied
from schemas.commands import Command, Create, Remove
from schemas.decision_input import DecisionInput
from schemas.facts import Fact, Linked, Parked, Settled
from schemas.kinds import kind_of
from schemas.outcomes import Done
from schemas.records import Record
from schemas.state import Document, InFlight, Snapshot
from schemas.values import Kind, Side


def applied(
    in_flight: InFlight,
    document: Document,
    answer: Done,
    *,
    adopted: bool,
    home: str,
    twin: Snapshot | None = None,
    taken: bool = False,
) -> tuple[Fact, ...]:
    """Return the facts that close an open command with this answer.

    `twin` is what the side has shown of a created record while it was not known whose it was;
    `taken` says that another lane has linked it.
    """
    command, told = in_flight.command, _told(in_flight, answer, adopted=adopted)
    if isinstance(command, Remove) or document.link_to or document.unlinks:
        return (told, *made_anew(in_flight, document.generation))
    if not isinstance(command, Create) and document.agreed is None:
        # It was taken off what is to go, before it crossed.
        return (told,)
    if not isinstance(command, Create):
        written = POLICIES[command.kind].whole(command.fields)
        return (told, _agreement(in_flight, document, answer.record, written))
    if taken or answer.record is None or belongs_elsewhere(command, answer.record):
        return (told, _moved(command, in_flight.document, document, answer))
    half = _asked(command, answer.record) if adopted else answer.record
    mediaos, qbo = _ids(command, answer)
    named = in_flight.document
    linked = Linked(
        kind=command.kind, document=named, mediaos=mediaos, qbo=qbo, home=home, twin=twin
    )
    return (
        told,
        linked,
        _agreement(in_flight, document, half, tuple(POLICIES[command.kind].fields)),
    )


def _told(in_flight: InFlight, answer: Done, *, adopted: bool) -> CommandApplied:
    command = in_flight.command
    return CommandApplied(
        command=command.id,
        document=in_flight.document,
        side=command.side,
        kind=command.kind,
        id=answer.id,
        revision=answer.revision,
        record=answer.record,
        at=answer.at,
        adopted=adopted,
        unlike=answer.unlike,
    )


def adopted(
    document: Document, bearer_name: str, given: DecisionInput, home: str
) -> tuple[Fact, ...]:
    """Return the facts that make one document of a record of QuickBooks and its bearer.

    `given` is what is known of the bearer.  Both agree on what MediaOS shows, as far as QuickBooks
    has room for it: whatever that shows otherwise is a change that somebody made there.
    """
    bearer, shown = given.document, document.qbo
    if bearer.mediaos is None or shown is None or shown.record is None:
        raise ValueError("both sides show a record that is adopted")
    if bearer.mediaos.record is None:
        raise ValueError("what was deleted is not adopted")
    linked = Linked(
        kind=document.kind,
        document=bearer_name,
        mediaos=bearer.mediaos.id,
        qbo=shown.id,
        home=home,
        twin=shown,
    )
    asked = fitted(made_across(bearer.mediaos.record, Side.QBO, given), given, shown.record)
    fields = POLICIES[document.kind].fields
    names = [name for name, field in fields.items() if not field.mirror]
    rests = {rest: getattr(asked, rest) for rest in _rests(document.kind, names)}
    settled = Settled(
        document=bearer_name,
        fields=tuple(fields),
        mediaos=bearer.mediaos.record,
        qbo=replace(_as_asked(asked, shown.record, names), **rests),
    )
    return (linked, settled)


def _agreement(
    in_flight: InFlight, document: Document, showing: Record | None, fields: tuple[str, ...]
) -> Settled:
    side = in_flight.command.side
    source = document.shown(side.other)
    said = source.record if source is not None else None
    if said is None and showing is not None and document.agreed is not None:
        # What is deleted there agrees from now on with what it was deleted as.
        left = document.agreed.mediaos if side is Side.QBO else document.agreed.qbo
        said = replace(left, **{name: getattr(showing, name) for name in fields})
    if showing is None or said is None:
        raise ValueError("both sides show a record that was written")
    rests = (
        *_rests(in_flight.command.kind, fields),
        *_remembered(in_flight.command, document, fields),
    )
    taken = _taken(in_flight.command, showing, fields)
    halves = {side: _with_rests(in_flight.command, taken, rests), side.other: said}
    return Settled(
        document=in_flight.document,
        fields=(*fields, *rests),
        mediaos=halves[Side.MEDIAOS],
        qbo=halves[Side.QBO],
    )


def _taken(command: Command, showing: Record, fields: Iterable[str]) -> Record:
    """Return what is shown without what QuickBooks put there besides, unasked."""
    if isinstance(command, Remove) or command.side is not Side.QBO:
        return showing
    policies = POLICIES[command.kind].fields
    taken = {
        name: take(getattr(command.record, name), getattr(showing, name))
        for name in fields
        if name in policies and (take := policies[name].taken) is not None
    }
    return replace(showing, **taken)


def _remembered(command: Command, document: Document, fields: Iterable[str]) -> tuple[str, ...]:
    """Return what of a command to QuickBooks no side shows, where it is not known to be so."""
    if isinstance(command, Remove) or command.side is not Side.QBO:
        return ()
    half = document.agreed.qbo if document.agreed is not None else None
    return tuple(
        name
        for name, said_with in POLICIES[command.kind].remembered.items()
        if said_with.intersection(fields)
        and getattr(command.record, name) != getattr(half, name, False)
    )


def _rests(kind: Kind, fields: Iterable[str]) -> tuple[str, ...]:
    """Return what of a record tells which parts of these fields were left out.

    Whether a name is active is no field that is kept in step.
    """
    known = POLICIES[kind].fields
    return tuple(rest for name in fields if name in known and (rest := known[name].rest))


def _with_rests(command: Command, showing: Record, rests: Iterable[str]) -> Record:
    if isinstance(command, Remove):
        return showing
    return replace(showing, **{rest: getattr(command.record, rest) for rest in rests})


def _asked(command: Create, shown: Record) -> Record:
    """Return what was asked for, but for the fields that the side alone fills in."""
    policies = POLICIES[command.kind].fields.items()
    names = [
        name for name, policy in policies if not (policy.mirror and name not in command.fields)
    ]
    return _as_asked(command.record, shown, names)


def _as_asked(asked: Record, shown: Record, names: Iterable[str]) -> Record:
    """Return what is shown with these fields as they were asked for, in the side's own lines."""
    return replace(shown, **{name: _field_asked(asked, shown, name) for name in names})


def _field_asked(asked: Record, shown: Record, name: str) -> Any:
    wanted, there = getattr(asked, name), getattr(shown, name)
    merge = POLICIES[kind_of(asked)].fields[name].merge
    if merge is None:
        return wanted
    return merge(Halves(there, wanted), Halves(there, there), force=False).value


def _ids(command: Create, answer: Done) -> tuple[str, str]:
    if command.side is Side.QBO:
        return command.about.id, answer.id
    return answer.id, command.about.id


def _moved(command: Create, name: str, document: Document, answer: Done) -> Parked:
    return parked(name, document, stands_elsewhere(command, answer.id), answer.at)
