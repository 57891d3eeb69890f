"""What does a document keep of what a side shows?"""

from typing import Any

from msgspec.structs import replace

from schemas.changes import Change
from schemas.state import Document, Snapshot
from schemas.values import Side


def put_shown(document: Document, side: Side, shown: Snapshot | None) -> Document:
    """Return the document as it stands where a side shows this of it, or nothing (None)."""
    if side is Side.MEDIAOS:
        return replace(document, mediaos=shown)
    return replace(document, qbo=shown)


def take_over(document: Document, side: Side, shown: Snapshot) -> Document:
    """Take over what a side shows; of other lines it is not known that they are not as asked."""
    before = document.shown(side)
    if side is Side.QBO and document.unlike and _lines(before) != _lines(shown):
        document = replace(document, unlike=())
    return put_shown(document, side, shown)


def snapshot_of(change: Change, known: Snapshot | None) -> Snapshot:
    """Return what a change shows; one that was merged away stays a part of the other."""
    merged = known.merged_into if known is not None and known.id == change.id else None
    return Snapshot(
        id=change.id,
        revision=change.revision,
        record=change.record,
        at=change.at,
        merged_into=change.merged_into or merged,
    )


def _lines(shown: Snapshot | None) -> tuple[Any, ...]:
    record = shown.record if shown is not None else None
    return getattr(record, "lines", ()), getattr(record, "as_shown", ())
