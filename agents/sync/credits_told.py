"""Is an invoice of MediaOS that a change tells of a credit?  One that was below zero as it crossed.

The lane alone knows as what it crossed, and it stays that, whatever it comes to later.  As long as
it waits its sign says what it is: one that turns it goes on under its other name.
"""

from functools import partial

from msgspec.structs import replace

from agents.rules.documents.newest import may_have_crossed
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from schemas.below_zero import credit_id, invoice_behind, turned
from schemas.changes import Change
from schemas.identity import event_id
from schemas.records import CreditMemo, Invoice, Record
from schemas.state import Document
from schemas.values import ZERO, Kind, RecordRef, Side, is_later
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import Reading


async def credit_told(effects: Effects, context: LaneContext, change: Change) -> Change | MustWait:
    """Return a change of an invoice as one of what it is, a credit or not; any other as it is.

    Or that the lane must wait for MediaOS, which alone can tell a credit as an invoice again.
    """
    invoice = invoice_behind(change.name)
    if invoice is None:
        return change
    credit = RecordRef(change.side, Kind.CREDIT_MEMO, credit_id(invoice.id))
    await context.turn_to(invoice, credit)
    is_credit = await context.at_hand(
        lambda: _is_credit(change.record, context.find(invoice), context.find(credit))
    )
    if change.name == (credit if is_credit else invoice):
        return change
    if is_credit or change.record is None:
        return _as(change, credit if is_credit else invoice)
    read = partial(effects.remote(invoice.side).read, context.tenant, invoice.kind, invoice.id)
    why = "reading an invoice that another lane took for a credit"
    reading = await read_or_wait(effects, context.tenant, invoice.side, read, why)
    return reading if isinstance(reading, MustWait) else _read(context, change, reading)


def _is_credit(told: Record | None, invoice: Document | None, credit: Document | None) -> bool:
    if credit is not None and may_have_crossed(credit):
        return True
    if invoice is not None and may_have_crossed(invoice):
        return False
    match told:
        case Invoice(total=total):
            return total < ZERO
        case CreditMemo(total=total):
            return total > ZERO
        case _:
            return _is_newer(credit, invoice)


def _is_newer(credit: Document | None, invoice: Document | None) -> bool:
    """Tell as what it was seen last, of one that is gone."""
    if credit is None or credit.mediaos is None:
        return False
    if invoice is None or invoice.mediaos is None:
        return True
    return is_later(Side.MEDIAOS, credit.mediaos.revision, invoice.mediaos.revision)


def _read(context: LaneContext, change: Change, reading: Reading) -> Change:
    told = change_of(context.tenant, Side.MEDIAOS, reading)
    return told if told.customer else replace(told, customer=change.customer)


def _as(change: Change, record: RecordRef) -> Change:
    """Return a change as one of what the record is here."""
    told = turned(change.record) if isinstance(change.record, Invoice) else None
    return replace(
        change,
        event=event_id(change.tenant, record, change.revision),
        kind=record.kind,
        id=record.id,
        record=told,
    )
