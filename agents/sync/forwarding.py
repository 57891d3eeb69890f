"""Which lane speaks for a customer that both sides know, and how do others reach it?

The lane that made the link is home.  The other customer's lane hands over what it holds, once, and
from then on only forwards, event ids unchanged; nobody waits for another lane.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from agents.rules.wording import lane_called
from agents.view.lane_context import LaneContext
from schemas.catalog import encode
from schemas.changes import Change, HandedOver
from schemas.facts import Fact, OnOneSide, Released
from schemas.identity import event_id
from schemas.lane_facts import HomeChanged, LaneWaited
from schemas.rows import record_of
from schemas.state import Document, WaitReason
from schemas.values import RecordRef, Side
from streams.ports import Outbox
from streams.topics import INTAKE

#: What people are told of a lane that may be about to learn where its home is.
CREATING = "a customer of this tenant is being created"
#: Kafka takes a record of 1 MB.
LARGEST_PARCEL = 300_000
#: So many names of documents are given up in one fact.
MOST_NAMES = 5_000


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Forwarding and hand-over."""

    outbox: Outbox

    async def pass_on(self, context: LaneContext, home: str, changes: tuple[Change, ...]) -> bool:
        """Send changes on to the home lane, after all that this lane still holds itself."""
        lane = context.lane
        if (lane.order or lane.held) and not await self.hand_over(context, home):
            return False
        for change in changes:
            await self.outbox.send(INTAKE.name, home.encode(), encode(change))
        return True

    async def hand_over(self, context: LaneContext, home: str) -> bool:
        """Give the home lane all that this lane knows and holds; False when our term is over."""
        event = f"{context.key}>{home}"
        documents = await context.documents()
        shown = _shown(context, (document for _, document in documents))
        for number, changes in enumerate(_parcels((*shown, *context.lane.held))):
            handed = HandedOver(event=f"{event}/{number}", origin=context.key, changes=changes)
            await self.outbox.send(INTAKE.name, home.encode(), encode(handed))
        for names, more in _parts([name for name, _ in documents]):
            if not await context.write(
                HomeChanged(home=home, event=event, documents=names, more=more)
            ):
                return False
        return True

    async def redirect(self, lane: str, change: Change) -> None:
        """Send a change of a record that changed its customer to the lane that has the record."""
        await self.outbox.send(INTAKE.name, lane.encode(), encode(change))

    async def pass_on_moved(self, context: LaneContext) -> bool:
        """Give up documents that another lane has linked; False when our term is over.

        Two lanes come to hold one record when it changes its customer before it has crossed.
        """
        for name in context.waiting.moved:
            await context.turn_to(record_of(name))
            document = context.document(name)
            if document is None:
                continue
            for change in filter(None, (_change(context, document, side) for side in Side)):
                other = await context.linked_elsewhere(change.name)
                if other is None:
                    continue
                await self.redirect(other, change)
                if not await context.write(*_given_up(name, document, lane_called(other))):
                    return False
        return True

    async def must_wait(self, context: LaneContext) -> bool:
        """Tell whether a lane that knows no home yet must wait to learn of one."""
        if not context.may_be_twin or context.lane.order:
            return False
        await context.journal.caught_up()
        await context.loaded()
        return context.home is None and context.creating()

    @staticmethod
    def waits() -> LaneWaited:
        """Return the fact that such a lane waits, for as long as the creation has no answer."""
        return LaneWaited(reason=WaitReason.CREATING, why=CREATING, until=None)


def _given_up(name: str, document: Document, other: str) -> tuple[Fact, ...]:
    """Return that a document is another lane's: whoever waits for it here is judged again.

    What QuickBooks alone showed is listed no more: MediaOS has it.
    """
    left = OnOneSide(document=name, reason=f"it changed its customer, and {other} speaks for it")
    if document.mediaos is not None:
        return (left,)
    return (left, Released(document=name, why=f"{other} speaks for it"))


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


def _parts(names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Divide the names that a lane gives up into facts that Kafka takes, and say which is last."""
    for start in range(0, max(len(names), 1), MOST_NAMES):
        end = start + MOST_NAMES
        yield tuple(names[start:end]), end < len(names)


def _shown(context: LaneContext, documents: Iterable[Document]) -> list[Change]:
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
