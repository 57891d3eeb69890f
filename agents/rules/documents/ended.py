"""Has a side deleted or voided its record, and is the other one to follow?"""

from decimal import Decimal

from agents.rules.documents.figures import is_voided
from schemas.records import CreditApplication, Record
from schemas.state import Document
from schemas.values import SIDES, ZERO, RecordRef, Side


def has_ended(document: Document, side: Side) -> bool:
    """Tell whether a side has shown that it deleted or voided its record, or emptied it."""
    shown = document.shown(side)
    if shown is None:
        return False
    return shown.record is None or is_voided(shown) or is_emptied(document, side)


def is_emptied(document: Document, side: Side) -> bool:
    """Tell whether all was taken off a credit application that a side shows.

    In QuickBooks its payment may stand.  What came back empty of our own write is none of that.
    """
    shown, agreed = document.shown(side), document.agreed
    record = shown.record if shown is not None else None
    if not is_empty(record) or agreed is None:
        return False
    half = agreed.mediaos if side is Side.MEDIAOS else agreed.qbo
    other = document.shown(side.other)
    return bool(getattr(half, "parts", ())) or other is None or other.record is None


def is_empty(record: Record | None) -> bool:
    """Tell whether a record is a credit application that applies nothing."""
    return isinstance(record, CreditApplication) and not record.parts


def to_follow(document: Document) -> RecordRef | None:
    """Return the record that stands of a linked document whose other one has ended, or None."""
    if document.agreed is None:
        return None
    standing = [side for side in SIDES if not has_ended(document, side)]
    if len(standing) != 1:
        return None
    shown = document.shown(standing[0])
    return RecordRef(standing[0], document.kind, shown.id) if shown is not None else None


def standing_side(document: Document) -> Side | None:
    """Return the first side that has a document's record, MediaOS before QuickBooks, or None."""
    shown = ((side, document.shown(side)) for side in Side)
    return next(
        (side for side, each in shown if each is not None and each.record is not None), None
    )


def currency_of(document: Document, home: str) -> str:
    """Return the currency that a side gives a document, blank for the home one."""
    shown = (document.shown(side) for side in Side)
    codes = (getattr(each.record, "currency", "") for each in shown if each is not None)
    code = next(filter(None, codes), "")
    return "" if code == home else code


def amount_of(document: Document, side: Side) -> Decimal:
    """Return what a side's record comes to; nothing of what has no money."""
    shown = document.shown(side)
    record = shown.record if shown is not None else None
    if isinstance(record, CreditApplication):
        return sum((part.amount for part in record.parts), ZERO)
    found = getattr(record, "total", None) or getattr(record, "amount", None)
    return found if isinstance(found, Decimal) else ZERO
