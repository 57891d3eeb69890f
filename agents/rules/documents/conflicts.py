"""Is a document in conflict, and over what?  Both sides are a person's word, so a person decides.

Either both changed a field that nobody is set to win, or one side took away what the other changed.
"""

from dataclasses import dataclass

from agents.rules.documents.ended import to_follow
from agents.rules.documents.settle import edited
from schemas.state import Document, ParkReason
from schemas.values import Side

#: Why a document waits that one side has taken away and the other has changed.
_MET = frozenset({ParkReason.CONFLICT, ParkReason.VOIDED})


@dataclass(frozen=True, slots=True)
class Conflict:
    """The fields on which the sides are apart; `ended` is the side that took the record away."""

    fields: tuple[str, ...]
    ended: Side | None = None


def conflict_of(document: Document) -> Conflict | None:
    """Return over what a document waits for a person, None while it is in no conflict."""
    park = document.park
    if park is None or document.agreed is None:
        return None
    standing = to_follow(document)
    if standing is not None:
        changed = edited(document, standing.side) if park.reason in _MET else ()
        return Conflict(changed, standing.side.other) if changed else None
    if park.reason is not ParkReason.CONFLICT:
        return None
    # Earlier releases did not keep of which fields it was.
    theirs = edited(document, Side.QBO)
    both = tuple(name for name in edited(document, Side.MEDIAOS) if name in theirs)
    fields = park.fields or both
    return Conflict(fields) if fields else None
