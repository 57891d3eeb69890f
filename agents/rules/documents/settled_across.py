"""What is what a document settles called on the other side, and by its number?"""

from agents.rules.documents.named_records import Find, halves, record_shown
from schemas.below_zero import credit_id
from schemas.decision_input import link_key
from schemas.kinds import number_of, settled_by, told_by
from schemas.state import Document
from schemas.values import Kind, RecordRef, Side


def ids_across(document: Document, find: Find) -> dict[str, str | None]:
    """Return, by its `link_key`, the record across of each that the document settles."""
    across: dict[str, str | None] = {}
    for side in Side:
        for half in halves(document, side):
            for record in settled_by(half, side):
                across[link_key(record)] = _id_across(find(record), side)
    return across


def _id_across(linked: Document | None, side: Side) -> str | None:
    if linked is None or linked.agreed is None:
        return None
    shown = linked.shown(side.other)
    return shown.id if shown else None


def numbers_of(document: Document, find: Find) -> dict[str, str]:
    """Return, by its `link_key` on either side, the number of each document that it settles."""
    named = (
        each
        for side in Side
        for look in (settled_by, told_by)
        for each in look(record_shown(document, side), side)
    )
    found = ((each, find(each)) for each in named)
    numbers = [(each, there, _number(there)) for each, there in found if there is not None]
    own = {link_key(each): number for each, _, number in numbers if number}
    across = {
        link_key(RecordRef(each.side.other, each.kind, shown.id)): number
        for each, there, number in numbers
        if number and (shown := there.shown(each.side.other)) is not None
    }
    return own | across


def _number(document: Document) -> str | None:
    shown = (record_shown(document, side) for side in (Side.QBO, Side.MEDIAOS))
    return next((number for each in shown if each and (number := number_of(each))), None)


def below_zero(document: Document, find: Find) -> tuple[str, ...]:
    """Return, by its `link_key`, what MediaOS' half settles that is a credit here, below zero."""
    named = settled_by(record_shown(document, Side.MEDIAOS), Side.MEDIAOS)
    return tuple(link_key(each) for each in named if _is_credit(each, find))


def _is_credit(record: RecordRef, find: Find) -> bool:
    invoice = find(record) if record.kind is Kind.INVOICE else None
    if record.kind is not Kind.INVOICE or (invoice is not None and invoice.unplaced is None):
        return False
    credit = find(RecordRef(record.side, Kind.CREDIT_MEMO, credit_id(record.id)))
    return credit is not None and credit.unplaced is None


def one_sided(document: Document, find: Find) -> dict[str, str]:
    """Return, by its `link_key`, what QuickBooks' half settles that never crosses, and why."""
    named = settled_by(record_shown(document, Side.QBO), Side.QBO)
    documents = ((record, find(record)) for record in named)
    return {
        link_key(record): found.unplaced
        for record, found in documents
        if found is not None and found.agreed is None and found.unplaced is not None
    }
