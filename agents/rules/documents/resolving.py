"""What comes of a person's word on a conflict: whose value stands?

What was decided against is taken for what both had agreed on last, so that the other side's is the
one edit since and goes by the ordinary way.  Whoever edits again before it is written is not run
over: that is another change of the field, and the conflict is open again.
"""

from typing import Any

from msgspec.structs import replace

from agents.rules.documents.conflicts import Conflict, conflict_of
from agents.rules.documents.conversion import across
from agents.rules.documents.removal import may_be_made_anew
from agents.rules.kinds.merging import Halves
from agents.rules.kinds.table import POLICIES
from agents.rules.wording import fields_called
from schemas.conflict_facts import Conceded, ConflictResolved
from schemas.decision_input import DecisionInput
from schemas.records import Record
from schemas.requests import ResolveConflict
from schemas.state import Agreed, Document, Resolution
from schemas.values import Side

Answer = tuple[bool, str, tuple[ConflictResolved, ...]]


def resolved(document: Document | None, request: ResolveConflict, *, observes: bool) -> Answer:
    """Return whether a person's word is followed, in words, and the fact; else why it is not."""
    found = conflict_of(document) if document is not None else None
    if document is None or found is None:
        return _no(f"{request.document} is in no conflict: `isthmus conflicts list` shows what is")
    if observes:
        return _no("the tenant only observes: have it go live first")
    wrong = _moved(document, request) or _not_so(document, found, request)
    if wrong is not None:
        return _no(wrong)
    fields = request.fields or found.fields
    goes = document.shown(request.keep.other)
    fact = ConflictResolved(
        document=request.document,
        request=request.id,
        keep=request.keep,
        fields=fields,
        lost=goes.record if goes is not None and found.ended is not request.keep.other else None,
    )
    return True, f"{_kept(found, request.keep, fields)}: it goes by itself", (fact,)


def cannot_stand(document: Document, found: Conflict, keep: Side, fields: tuple[str, ...]) -> str:
    """Return why what a side shows cannot stand, and what to do; empty where it can."""
    there = keep.other.called
    if found.ended is not None:
        if keep is found.ended or may_be_made_anew(document):
            return ""
        return (
            f"what {there} deleted is not brought back from here: bring it back in {there}, and "
            f"the edit of {keep.called} goes there by itself"
        )
    known = POLICIES[document.kind].fields
    never = [name for name in fields if keep.other not in known[name].to]
    if not never:
        return ""
    return (
        f"{fields_called(never)} is never written to {there}: change it there to what "
        f"{keep.called} shows, or keep what {there} has"
    )


def conceded(name: str, given: DecisionInput) -> Conceded:
    """Return what both sides of a document are taken to have agreed on, once it was decided."""
    document = given.document
    resolution, agreed = document.resolution, document.agreed
    if resolution is None or agreed is None:
        raise ValueError("only a conflict that was decided is conceded")
    told = across(resolution.lost, resolution.keep, given)
    lost, fields = resolution.lost, POLICIES[document.kind].whole(resolution.fields)
    halves = (told, lost) if resolution.keep is Side.MEDIAOS else (lost, told)
    mediaos, qbo = (
        _with(half, said, fields)
        for half, said in zip((agreed.mediaos, agreed.qbo), halves, strict=True)
    )
    for field in resolution.fields:
        parts = _parts(given, agreed, resolution, field)
        if parts is not None:
            mediaos, qbo = replace(mediaos, **{field: parts[0]}), replace(qbo, **{field: parts[1]})
    return Conceded(document=name, fields=fields, mediaos=mediaos, qbo=qbo)


def _parts(
    given: DecisionInput, agreed: Agreed, resolution: Resolution, field: str
) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
    """Return both halves of a list of which only the parts that both changed are conceded."""
    document = given.document
    yields = POLICIES[document.kind].fields[field].yields
    here = document.mediaos.record if document.mediaos is not None else None
    if yields is None or here is None or resolution.keep is not Side.MEDIAOS:
        return None
    told = (across(each, Side.QBO, given) for each in (agreed.mediaos, here))
    mediaos = Halves(*(getattr(each, field) for each in told))
    qbo = Halves(getattr(agreed.qbo, field), getattr(resolution.lost, field))
    yielded = yields(mediaos, qbo)
    return yielded.put_into(getattr(agreed.mediaos, field)), yielded.qbo


def _with(half: Record, said: Record, fields: tuple[str, ...]) -> Record:
    return replace(half, **{name: getattr(said, name) for name in fields})


def _moved(document: Document, request: ResolveConflict) -> str | None:
    """Return that a side has changed it since whoever decides has looked at it, or None."""
    for side, seen in ((Side.MEDIAOS, request.mediaos), (Side.QBO, request.qbo)):
        shown = document.shown(side)
        if seen and shown is not None and str(shown.revision) != seen:
            return (
                f"{request.document} has changed in {side.called} since you looked: look again "
                "(`isthmus conflicts list`)"
            )
    return None


def _not_so(document: Document, found: Conflict, request: ResolveConflict) -> str | None:
    others = [name for name in request.fields if name not in found.fields]
    if others:
        return (
            f"{fields_called(others)} is in no conflict in {request.document}: "
            f"{fields_called(found.fields)} is"
        )
    if found.ended is not None and request.fields:
        return "one side took it away, so it stays or goes as a whole: name no field"
    fields = request.fields or found.fields
    return cannot_stand(document, found, request.keep, fields) or None


def _kept(found: Conflict, keep: Side, fields: tuple[str, ...]) -> str:
    if found.ended is None:
        return f"{fields_called(fields)} of {keep.called} stands"
    if keep is found.ended:
        return f"what {keep.called} took away is taken away in {keep.other.called} too"
    return f"what {keep.called} has stands, and is made anew in {keep.other.called}"


def _no(why: str) -> Answer:
    return False, why, ()
