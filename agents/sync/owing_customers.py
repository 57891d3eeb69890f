"""What is waited for when QuickBooks keeps a customer active that MediaOS deleted, since it owes?

What MediaOS deleted with it is voided by a way of its own, and counted before: so the customer
waits until the last of that has gone.  Otherwise any invoice or payment of it may be what helps.
"""

from agents.rules.documents.ended import to_follow
from agents.view.lane_context import LaneContext
from schemas.kinds import is_customer
from schemas.lane_conditions import TELLING, News
from schemas.outcomes import Fault
from schemas.rows import record_of
from schemas.state import InFlight, ParkReason
from schemas.values import RecordRef, Side

#: QuickBooks makes nobody inactive who has an open balance (quickbooks-online.md 3.3).
HAS_BALANCE = "6220"


def owes(in_flight: InFlight, fault: Fault) -> bool:
    """Tell whether a customer was not made inactive for an open balance."""
    return (
        fault.code == HAS_BALANCE and fault.side is Side.QBO and is_customer(in_flight.command.kind)
    )


async def paid_up(context: LaneContext) -> News:
    """Return what the customer of a lane is waited for with."""
    leaving = await _last_leaving(context)
    return News(leaving if leaving is not None and leaving.kind in TELLING else None)


async def _last_leaving(context: LaneContext) -> RecordRef | None:
    """Return the record that stands of the last document that goes once it is counted."""
    going = {
        name: each.order
        for name, each in context.waiting.parked.items()
        if each.reason is ParkReason.REMOVALS and record_of(name).kind in TELLING
    }
    if not going:
        return None
    last = max(going, key=going.__getitem__)
    document = await context.at_hand(lambda: context.document(last))
    return to_follow(document) if document is not None else None
