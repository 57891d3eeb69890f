"""What does a document keep of what a side shows?"""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from agents.rules.mappings.taxes import PERCENT
from schemas.changes import Change
from schemas.records import CreditMemo, Invoice, Line, Record, Refund
from schemas.state import Document, Snapshot
from schemas.values import Side


def put_shown(document: Document, side: Side, shown: Snapshot | None) -> Document:
    """Return the document as it stands where a side shows this of it, or nothing (None)."""
    if side is Side.MEDIAOS:
        return replace(document, mediaos=shown)
    return replace(document, qbo=shown)


def take_over(document: Document, side: Side, shown: Snapshot) -> Document:
    """Take over what a side shows; of another one it is not known that it is not as asked."""
    before = document.shown(side)
    if side is Side.QBO and document.unlike and _said(before) != _said(shown):
        document = replace(document, unlike=())
    if side is Side.MEDIAOS:
        shown = replace(shown, record=_unassumed(shown.record, document.reckoned))
    return put_shown(document, side, shown)


def _unassumed(record: Record | None, reckoned: tuple[Decimal, ...]) -> Record | None:
    """Return what MediaOS shows, where a tax that QuickBooks reckoned says nothing of its lines."""
    if not reckoned or not isinstance(record, Invoice | CreditMemo | Refund):
        return record
    if record.tax not in reckoned or any(line.tax.endswith(PERCENT) for line in record.lines):
        return record
    lines = tuple(_as_ticked(line) for line in record.lines)
    return replace(record, lines=lines)


def _as_ticked(line: Line) -> Line:
    return replace(line, taxable=False, assumed=False, tax="") if line.assumed else line


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


def _said(shown: Snapshot | None) -> tuple[Any, ...]:
    """Return what QuickBooks may have made otherwise than it was asked."""
    record = shown.record if shown is not None else None
    names = ("lines", "as_shown", "account", "class_id", "location", "term")
    return tuple(getattr(record, name, ()) for name in names)
