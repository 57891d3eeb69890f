"""Which records does a document name, on either side, and which are its own?"""

from collections.abc import Callable

from schemas.identity import marked_record
from schemas.kinds import KINDS, marker_of
from schemas.records import Record
from schemas.state import Document
from schemas.values import SIDES, RecordRef, Side

#: Returns the document that a record belongs to, in whichever lane it is linked.
Find = Callable[[RecordRef], Document | None]
#: Returns the name of that document.
NameOf = Callable[[RecordRef], str]


def named_by(tenant: str, document: Document) -> tuple[RecordRef, ...]:
    """Return the customers and documents that a document names, on either side."""
    bearer, kind = bearer_of(tenant, document), KINDS[document.kind]
    named = (
        record
        for side in SIDES
        for half in halves(document, side)
        if half is not None
        for record in kind.documents(half, side)
        # What has no record across is named by no id, where somebody conceded that.
        if record.id
    )
    return tuple(dict.fromkeys((*((bearer,) if bearer is not None else ()), *named)))


def own_records(document: Document) -> tuple[RecordRef, ...]:
    """Return the document's record on each side that has shown it."""
    shown = ((side, document.shown(side)) for side in SIDES)
    return tuple(RecordRef(side, document.kind, each.id) for side, each in shown if each)


def bearer_of(tenant: str, document: Document) -> RecordRef | None:
    """Return the record of the other side whose id an unlinked one bears."""
    if document.agreed is not None or (document.mediaos and document.qbo):
        return None
    side = Side.QBO if document.mediaos is None else Side.MEDIAOS
    borne = marker_of(record_shown(document, side))
    named = marked_record(tenant, document.kind, borne) if side is Side.QBO else borne
    return RecordRef(side.other, document.kind, named) if named else None


def halves(document: Document, side: Side) -> tuple[Record | None, ...]:
    """Return what a side shows, and what it showed when both agreed: a link may be gone since."""
    agreed = document.agreed
    if agreed is None:
        return (record_shown(document, side),)
    return (record_shown(document, side), agreed.mediaos if side is Side.MEDIAOS else agreed.qbo)


def record_shown(document: Document, side: Side) -> Record | None:
    """Return the record that a side shows of a document, None where there is none."""
    shown = document.shown(side)
    return shown.record if shown else None
