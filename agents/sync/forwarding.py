"""Which lane speaks for a customer that both sides know, and how do others reach it?

The lane that made the link is home.  The other customer's lane hands over what it holds, once, and
from then on only forwards, event ids unchanged; nobody waits for another lane.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agents.holds.waiting_lanes import CREATING
from agents.view.lane_context import LaneContext
from schemas.catalog import encode
from schemas.changes import Change, HandedOver
from schemas.facts import HomeChanged, LaneWaited, OnOneSide
from schemas.identity import event_id
from schemas.state import Document, Lane, ParkReason
from schemas.values import RecordRef, Side
from streams.ports import Outbox
from streams.topics import INTAKE

#: Kafka takes a record of 1 MB.
LARGEST_PARCEL = 300_000


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Forwarding and hand-over."""

    outbox: Outbox

    async def pass_on(self, context: LaneContext, home: str, changes: tuple[Change, ...]) -> bool:
        """Send changes on to the home lane, after all that this lane still holds itself."""
        lane = context.lane
        if (lane.documents or lane.held) and not await self.hand_over(context, home):
            return False
        for change in changes:
            await self.outbox.send(INTAKE.name, home.encode(), encode(change))
        return True

    async def hand_over(self, context: LaneContext, home: str) -> bool:
        """Give the home lane all that this lane knows and holds; False when our term is over."""
        lane = context.lane
        event = f"{context.key}>{home}"
        for number, changes in enumerate(_parcels((*_shown(context, lane), *lane.held))):
            handed = HandedOver(event=f"{event}/{number}", origin=context.key, changes=changes)
            await self.outbox.send(INTAKE.name, home.encode(), encode(handed))
        return await context.write(HomeChanged(home=home, event=event))

    async def redirect(self, lane: str, change: Change) -> None:
        """Send a change of a record that changed its customer to the lane that has the record."""
        await self.outbox.send(INTAKE.name, lane.encode(), encode(change))

    async def pass_on_moved(self, context: LaneContext) -> bool:
        """Give up documents that another lane has linked; False when our term is over.

        Two lanes come to hold one record when it changes its customer before it has crossed.
        """
        for name, document in context.lane.documents.items():
            if document.park is None or document.park.reason is not ParkReason.CUSTOMER_CHANGED:
                continue
            for change in filter(None, (_change(context, document, side) for side in Side)):
                other = await context.elsewhere(change.name)
                if other is None:
                    continue
                await self.redirect(other, change)
                reason = f"it changed its customer, and {other} speaks for it"
                if not await context.write(OnOneSide(document=name, reason=reason)):
                    return False
        return True

    async def must_wait(self, context: LaneContext) -> bool:
        """Tell whether a lane of QBO that knows no home yet must wait to learn of one."""
        if context.side is not Side.QBO or context.lane.documents:
            return False
        await context.journal.caught_up()
        await context.loaded()
        return context.home is None and context.creating()

    @staticmethod
    def waits() -> LaneWaited:
        """Return the fact that such a lane waits, for as long as the creation has no answer."""
        return LaneWaited(why=CREATING, until=None)


def _parcels(changes: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    """Divide what is handed over into events that Kafka takes, in order."""
    parcel: list[Change] = []
    size = 0
    for change in changes:
        more = len(encode(change))
        if parcel and size + more > LARGEST_PARCEL:
            yield tuple(parcel)
            parcel, size = [], 0
        parcel.append(change)
        size += more
    if parcel:
        yield tuple(parcel)


def _shown(context: LaneContext, lane: Lane) -> list[Change]:
    documents = sorted(lane.documents.values(), key=lambda document: document.order)
    return [
        change
        for document in documents
        for side in Side
        if (change := _change(context, document, side)) is not None
    ]


def _change(context: LaneContext, document: Document, side: Side) -> Change | None:
    shown = document.shown(side)
    if shown is None:
        return None
    record = RecordRef(side, document.kind, shown.id)
    at: datetime = shown.at
    return Change(
        event=event_id(context.tenant, record, shown.revision),
        tenant=context.tenant,
        side=side,
        kind=document.kind,
        id=shown.id,
        customer=context.key.rsplit("/", 1)[-1],
        revision=shown.revision,
        at=at,
        record=shown.record,
    )
