"""Has a side deleted or voided its record, and is the other one to follow?"""

from decimal import Decimal

from agents.rules.documents.figures import is_voided
from schemas.state import Document
from schemas.values import ZERO, RecordRef, Side


def has_ended(document: Document, side: Side) -> bool:
    """Tell whether a side has shown that it deleted or voided its record."""
    shown = document.shown(side)
    return shown is not None and (shown.record is None or is_voided(shown))


def to_follow(document: Document) -> RecordRef | None:
    """Return the record that stands of a linked document whose other one has ended, or None."""
    standing = [side for side in Side if not has_ended(document, side)]
    if document.agreed is None or len(standing) != 1:
        return None
    shown = document.shown(standing[0])
    return RecordRef(standing[0], document.kind, shown.id) if shown is not None else None


def amount_of(document: Document, side: Side) -> Decimal:
    """Return what a side's record comes to; nothing of what has no money."""
    shown = document.shown(side)
    record = shown.record if shown is not None else None
    found = getattr(record, "total", None) or getattr(record, "amount", None)
    return found if isinstance(found, Decimal) else ZERO
