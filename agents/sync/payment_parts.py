"""Which changes does one change of a payment of QuickBooks tell?

It may be money, or a credit application, or both, which are two records here.  The lane takes it
apart, since it alone knows whether a payment without credits had some: one reading tells both, and
of the thousands that never had any nothing more is said.  One that brings no money is no payment.
"""

from msgspec.structs import replace

from agents.view.lane_context import LaneContext
from schemas.changes import Change
from schemas.credit_parts import application_of, credited_otherwise
from schemas.identity import event_id, marked_record
from schemas.records import Payment, Record
from schemas.values import Kind, RecordRef, Side


def part_in(record: RecordRef) -> RecordRef | None:
    """Return the credit application that is in a record, if it has any; only a payment has one."""
    if (record.side, record.kind) != (Side.QBO, Kind.PAYMENT):
        return None
    return RecordRef(record.side, Kind.CREDIT_APPLICATION, record.id)


async def told_by(context: LaneContext, change: Change) -> tuple[Change, ...]:
    """Return what a change tells, by record; all that it is the credit application first."""
    part = part_in(change.name)
    if part is None:
        return (change,)
    await context.turn_to(change.name, part)
    known = await context.at_hand(lambda: context.find(part) is not None)
    if not known and not _applies(context.tenant, change.record):
        return (change,)
    application = _application(change, part)
    paid = await context.at_hand(lambda: context.find(change.name) is not None)
    return (application, change) if paid or _brings_money(change.record) else (application,)


def _application(change: Change, part: RecordRef) -> Change:
    paid = change.record
    return replace(
        change,
        event=event_id(change.tenant, part, change.revision),
        kind=part.kind,
        record=application_of(paid) if isinstance(paid, Payment) else None,
    )


def _applies(tenant: str, record: Record | None) -> bool:
    """Tell whether a payment is a credit application, or was one of ours once."""
    if not isinstance(record, Payment):
        return False
    ours = marked_record(tenant, Kind.CREDIT_APPLICATION, record.marker)
    return bool(record.parts) or ours is not None


def _brings_money(record: Record | None) -> bool:
    """Tell whether a payment is more than its credit application."""
    if not isinstance(record, Payment):
        return False
    return bool(record.amount or record.returned or credited_otherwise(record))
