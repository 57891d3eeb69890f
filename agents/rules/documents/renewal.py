"""When is what was taken away made anew?  A person brings it back, or asks for it.

It is a new record of a new generation: QuickBooks gives nothing back that it deleted or voided.
"""

from agents.rules.documents.ended import has_ended, is_emptied, is_empty
from agents.rules.documents.removal import may_be_made_anew
from schemas.asked_conditions import ASKED, PUSHED
from schemas.changes import Change
from schemas.conditions import condition_of
from schemas.facts import Regenerated
from schemas.state import Document, Park, ParkReason
from schemas.values import RecordRef, Side

#: Why a document waits that a person may have made anew.
TAKEN_AWAY = frozenset({ParkReason.DELETED, ParkReason.VOIDED, ParkReason.CONFLICT})


def brought_back(name: str, document: Document | None, change: Change) -> tuple[Regenerated, ...]:
    """Return that a record is to be made anew on one side, since the other brings its own back.

    MediaOS restores what it deleted.  QuickBooks brings nothing back, but for a credit that is
    applied again in a payment from which it was taken off.
    """
    if document is None or document.agreed is None or change.record is None:
        return ()
    if not all(has_ended(document, side) for side in Side) or is_empty(change.record):
        return ()
    restored = document.mediaos is not None and document.mediaos.record is None
    here = change.side is Side.MEDIAOS and restored
    if here or is_emptied(document, change.side):
        return (_anew(name, document, change.side.other),)
    return ()


def asked_anew(name: str, document: Document, park: Park) -> tuple[Regenerated, ...]:
    """Return that a record is to be made anew, since somebody asks for one that was taken away.

    Not where somebody has decided that it stays so.
    """
    if document.resolution is not None:
        return ()
    asked = {ASKED, PUSHED} & {condition_of(text) for text in park.waits_for}
    if not asked or park.reason not in TAKEN_AWAY or not may_be_made_anew(document):
        return ()
    return (_anew(name, document, *Side),)


def _anew(name: str, document: Document, *sides: Side) -> Regenerated:
    """Return the next generation of a document, without what has ended on these sides."""
    ended = {side: document.shown(side) for side in sides if has_ended(document, side)}
    qbo = ended.get(Side.QBO)
    return Regenerated(
        document=name,
        generation=document.generation + 1,
        gone=tuple(RecordRef(s, document.kind, each.id) for s, each in ended.items() if each),
        voided=qbo is not None and qbo.record is not None,
    )
