"""What is to be done about a record that bears the other side's mark and is not linked?

One of QuickBooks that bears our marker is ours: it is never made anew in MediaOS, whatever the
journal thought of the write that made it.  It is the document whose marker it bears, unless that is
another record already: then somebody has copied it in QuickBooks, marker and all.
"""

from agents.rules.documents.figures import is_voided
from agents.rules.documents.named_records import bearer_of
from agents.rules.wording import by_document
from schemas.decision_input import DecisionInput
from schemas.decisions import Adopt, InStep, OnlyOnOneSide
from schemas.kinds import is_customer, marker_of
from schemas.state import Document, Park, ParkReason, Snapshot
from schemas.values import RecordRef, Side


def bears_our_marker(given: DecisionInput) -> Adopt | OnlyOnOneSide | InStep | None:
    """Return what it is, None where it bears no marker of ours."""
    named = bearer_of(given.tenant, given.document)
    if named is None:
        return None
    bearer, kind = given.bearer, given.document.kind
    told = f"it bears the marker of {kind.called} {named.id} of MediaOS, which"
    if bearer is None or bearer.mediaos is None:
        return OnlyOnOneSide(reason=f"{told} is not known here")
    if _stands_voided(given) and (bearer.voided or bearer.qbo or bearer.mediaos.record is None):
        return InStep(why=f"it was {kind.called} {named.id} of MediaOS once, and stands voided")
    if bearer.mediaos.record is None:
        return OnlyOnOneSide(reason=f"{told} was deleted there")
    if bearer.qbo is not None:
        return OnlyOnOneSide(
            reason=f"{told} is {_there(bearer, bearer.qbo)} in QuickBooks: a copy of it"
        )
    return Adopt(mediaos=named.id)


def _there(bearer: Document, shown: Snapshot) -> str:
    return by_document(RecordRef(Side.QBO, bearer.kind, shown.id), bearer)


def _stands_voided(given: DecisionInput) -> bool:
    shown = given.document.qbo
    return shown is not None and is_voided(shown)


def bears_their_id(given: DecisionInput) -> Park | None:
    """Return why a record of MediaOS is not made in QuickBooks that says which one it is there.

    It was made for that one, by a create that was given up and came late.
    """
    document = given.document
    shown = document.mediaos
    named = marker_of(shown.record) if shown is not None else None
    if shown is None or named is None or document.generation:
        return None
    kind, theirs = document.kind, given.bearer
    one = f"{kind.called} {shown.id}"
    other = by_document(RecordRef(Side.QBO, kind, named), theirs)
    if is_customer(kind):
        helps = (
            f"`isthmus link {one} {named}` links them; if it is another, take that id off it in "
            "MediaOS, then retry it"
        )
    elif theirs is not None and theirs.agreed is None and theirs.qbo is not None:
        helps = f"`isthmus retry {kind} {named} --side qbo` has the two found to be one"
    else:
        return None
    told = f"it bears the id of {other} and is not linked with it: {helps}"
    return Park(reason=ParkReason.NOT_LINKED, detail=told)
