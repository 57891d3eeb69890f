"""What may lanes say of few things, so that one fact belongs to the next?  By chance.

Each is shown by either side, linked, settled, parked, moved, merged, deleted, unlinked and made
anew, in any order and some of it in one record; as today's releases say it, and as earlier ones
did, which left to the rows what a fact does not say.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from schemas.changes import Change
from schemas.command_facts import Attempted, CommandApplied, Decided, Refused
from schemas.commands import Create
from schemas.facts import (
    Linked,
    OnOneSide,
    Parked,
    Regenerated,
    Released,
    Seen,
    Settled,
    UnlinkAsked,
    Unlinked,
)
from schemas.identity import tenant_of
from schemas.lane_facts import Held, HomeChanged, LaneWaited, LaneWentOn, Taken
from schemas.outcomes import Fault, Verdict
from schemas.records import Record
from schemas.state import Park, ParkReason
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.simulated.clock import START
from tests.unit.rules.records import (
    ADVERTISER,
    CREDIT_MEMO,
    CUSTOMER,
    INVOICE,
    PAYMENT,
    QBO_INVOICE,
    given,
    linked_invoice,
)


class Thing(NamedTuple):
    """One record on both sides, or on one: what each calls it, and what each shows."""

    kind: Kind
    mediaos: str
    qbo: str
    here: Record
    there: Record

    def ref(self, side: Side) -> RecordRef:
        return RecordRef(side, self.kind, self.mediaos if side is Side.MEDIAOS else self.qbo)

    @property
    def records(self) -> tuple[RecordRef, RecordRef]:
        return self.ref(Side.MEDIAOS), self.ref(Side.QBO)


THINGS = (
    Thing(Kind.INVOICE, "136", "7", INVOICE, QBO_INVOICE),
    Thing(Kind.INVOICE, "136", "8", INVOICE, QBO_INVOICE),
    Thing(Kind.CREDIT_MEMO, "136", "7", CREDIT_MEMO, CREDIT_MEMO),
    Thing(Kind.PAYMENT, "9", "7", PAYMENT, PAYMENT),
    Thing(Kind.CUSTOMER, "42", "500", ADVERTISER, CUSTOMER),
)
CONDITIONS = ("product:7", "customer", "mediaos-invoice:136", "push", "qbo-invoice:7")
GIVEN = given(linked_invoice())


def belonging_together(chance: Any, lanes: Sequence[str]) -> list[tuple[str, tuple[Any, ...]]]:
    """Return what one record says of one thing in one of these lanes."""
    telling = Telling(chance, chance.choice(lanes))
    return [(telling.lane, tuple(telling.facts()))]


class Telling:
    """Says what may be said of one thing in one lane."""

    def __init__(self, chance: Any, lane: str) -> None:
        self._chance = chance
        self.lane = lane
        self.thing = chance.choice(THINGS[:2] if chance.random() < 0.6 else THINGS)
        side = Side.QBO if chance.random() < 0.3 else Side.MEDIAOS
        self.document = str(self.thing.ref(side))

    def facts(self) -> list[Any]:
        """Return what one record says: mostly of one thing, and of old now and then."""
        says = (
            *(self.seen,) * 8,
            *(self.linked, self.settled, self.agreed, self.again, self.unlinked) * 2,
            *(self.parked, self.released, self.moved, self.decided, self.attempted) * 2,
            *(self.applied, self.refused, self.held, self.taken, self.waited, self.went_on),
            *(self.on_one_side, self.unlink_asked),
        )
        many = self._chance.choice((1, 1, 1, 2, 3))
        return [fact for _ in range(many) for fact in self._chance.choice(says)()]

    def seen(self) -> list[Any]:
        side = self._chance.choice(tuple(Side))
        record = self.thing.here if side is Side.MEDIAOS else self.thing.there
        gone, merged = (self._chance.random() < 0.15 for _ in range(2))
        number = self._chance.randrange(9)
        change = Change(
            event=f"e{number}",
            tenant=tenant_of(self.lane),
            side=side,
            kind=self.thing.kind,
            id=self.thing.ref(side).id,
            customer="42",
            revision=Revision(deleted=gone, number=number),
            at=START,
            record=None if gone else record,
            merged_into="501" if merged and self.thing.kind is Kind.CUSTOMER else None,
        )
        return [Seen(document=self.document, change=change, order=self._order())]

    def linked(self) -> list[Any]:
        minute = self._chance.choice((None, 0, 1, 2))
        return [
            Linked(
                kind=self.thing.kind,
                document=self.document,
                mediaos=self.thing.mediaos,
                qbo=self.thing.qbo,
                home=self.lane,
                at=None if minute is None else START + timedelta(minutes=minute),
            )
        ]

    def settled(self) -> list[Any]:
        here, there = self.thing.here, self.thing.there
        return [Settled(document=self.document, fields=("memo",), mediaos=here, qbo=there)]

    def agreed(self) -> list[Any]:
        return [*self.linked(), *self.settled()]

    def again(self) -> list[Any]:
        gone = (self.thing.ref(Side.QBO),) if self._chance.random() < 0.8 else ()
        return [Regenerated(document=self.document, generation=self._some(), gone=gone)]

    def unlinked(self) -> list[Any]:
        return [
            Unlinked(
                kind=self.thing.kind,
                document=self.document,
                mediaos=self.thing.mediaos,
                qbo=self.thing.qbo,
                generation=self._some(),
                at=START + timedelta(minutes=self._chance.randrange(3)),
            )
        ]

    def parked(self) -> list[Any]:
        waits_for = tuple(self._chance.sample(CONDITIONS, self._chance.randrange(3)))
        reason = self._chance.choice((ParkReason.CUSTOMER_CHANGED, ParkReason.INVOICE_UNKNOWN))
        park = Park(reason=reason, detail="x", waits_for=waits_for)
        event, order = f"e{self._some()}", self._order()
        return [Parked(document=self.document, event=event, park=park, at=START, order=order)]

    def released(self) -> list[Any]:
        return [Released(document=self.document, why="it has come")]

    def on_one_side(self) -> list[Any]:
        return [OnOneSide(document=self.document, reason="only in QuickBooks")]

    def unlink_asked(self) -> list[Any]:
        return [UnlinkAsked(document=self.document, request="r1", order=self._order())]

    def moved(self) -> list[Any]:
        names = (self.document, str(self.thing.ref(Side.QBO)))
        documents = tuple(dict.fromkeys(names)) if self._chance.random() < 0.7 else ()
        return [HomeChanged(home="t1/mediaos/43", event="e1", documents=documents)]

    def decided(self) -> list[Any]:
        command = Create(
            id=f"e{self._some()}#1",
            request_id="r1",
            side=Side.QBO,
            kind=self.thing.kind,
            about=self.thing.ref(Side.MEDIAOS),
            record=self.thing.there,
            fields=("memo",),
        )
        event = command.id.partition("#")[0]
        return [
            Decided(
                decision=event,
                document=self.document,
                given=GIVEN,
                rules="x",
                command=command,
                at=START,
            )
        ]

    def attempted(self) -> list[Any]:
        said = self._said()
        return [Attempted(command=f"e{self._some()}#1", document=said, number=2, at=START)]

    def applied(self) -> list[Any]:
        return [
            CommandApplied(
                command=f"e{self._some()}#1",
                document=self._said(),
                side=Side.QBO,
                kind=self.thing.kind,
                id=self.thing.qbo,
                revision=Revision(deleted=False, number=self._some()),
                record=self.thing.there,
                at=START,
            )
        ]

    def refused(self) -> list[Any]:
        fault = Fault(side=Side.QBO, status=400, code="x", message="no")
        command, said = f"e{self._some()}#1", self._said()
        return [Refused(command=command, document=said, fault=fault, verdict=Verdict.PARK)]

    def held(self) -> list[Any]:
        [seen] = self.seen()
        return [Held(change=seen.change, why="the lane waits")]

    def taken(self) -> list[Any]:
        return [Taken(event=f"e{self._some()}")]

    def waited(self) -> list[Any]:
        unsent = self._chance.random() < 0.5
        said = self._said() if unsent else ""
        return [LaneWaited(why="x", until=None, unsent=unsent, document=said)]

    def went_on(self) -> list[Any]:
        return [LaneWentOn(why="x")]

    def _some(self) -> int:
        return self._chance.randrange(4)

    def _order(self) -> int:
        return self._chance.randrange(4)

    def _said(self) -> str:
        return self.document if self._chance.random() < 0.7 else ""
