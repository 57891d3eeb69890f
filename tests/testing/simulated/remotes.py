"""Both systems as small as they can be: records with revisions, request ids that are replayed.

Each change, a person's or ours, is said on the intake as the real ones are after intake; a reply
can be lost after it was committed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from schemas.catalog import encode
from schemas.changes import Change
from schemas.commands import Command, Create, Remove, Update
from schemas.identity import event_id, lane_key
from schemas.kinds import KINDS, Anchor, customer_of
from schemas.outcomes import Answer, Done, Fault, No, TooLate, Unknown
from schemas.products import Product
from schemas.records import Invoice, Payment, Record
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side
from streams.ports import Reading, Source, Target
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.kafka import Mortal, SimulatedKafka

TENANT = "t1"


class SimulatedSide:
    """One system's book."""

    def __init__(self, side: Side, kafka: SimulatedKafka, clock: SimulatedClock) -> None:
        self.side = side
        self.clock = clock
        self.book: dict[tuple[Kind, str], tuple[int, Record | None]] = {}
        self.late: list[tuple[float, Command]] = []
        self.replies: dict[str, Done] = {}
        self.carried_out: Counter[str] = Counter()
        self.lose_replies = 0
        #: What those who ask for a place have to wait, one after the other.
        self.waits: list[float] = []
        self.commit_late_seconds: float | None = None
        self.outage_after_commit = False
        self.refuse: list[Fault] = []
        self.refuse_about: dict[str, Fault] = {}
        #: Of which commands it says each time that it failed, and whether it does them even so.
        self.fails: Callable[[Command], bool] = lambda _command: False
        self.fails_after_commit = False
        #: Tenants of whom nothing goes, and the fault that says so.
        self.shut: dict[str, Fault] = {}
        self.asked: Counter[str] = Counter()
        self.webhooks = True
        #: What things of MediaOS can be mapped to besides items: names by kind and id.
        self.lists: dict[MappingKind, dict[str, str]] = {
            kind: {} for kind in MappingKind if kind.listed_as is not MappingKind.PRODUCT
        }
        #: What MediaOS lists and publishes nothing of, by kind.
        self.catalogs: dict[MappingKind, tuple[Source, ...]] = {}
        self._whose: dict[tuple[Kind, str], str] = {}
        if side is Side.QBO:
            items = {"19": "Print insertion", "20": "Newsletter"}
            self.book = {
                (Kind.PRODUCT, item): (1, Product(name=name)) for item, name in items.items()
            }
        self._kafka = kafka
        self._ids = 1 if side is Side.MEDIAOS else 1001

    async def person_creates(
        self, kind: Kind, record: Record, record_id: str | None = None, tenant: str = TENANT
    ) -> str:
        created = record_id or self._next_id()
        self._whose[kind, created] = tenant
        await self._put(kind, created, record)
        return created

    async def person_edits(self, kind: Kind, record_id: str, **changes: object) -> None:
        await self._put(kind, record_id, replace(self.book[kind, record_id][1], **changes))

    async def person_deletes(self, kind: Kind, record_id: str) -> None:
        await self._delete(kind, record_id)

    async def person_restores(self, kind: Kind, record_id: str, record: Record) -> None:
        """Bring a deleted record back; one that stands is left as it is."""
        if self.book[kind, record_id][1] is None:
            await self._put(kind, record_id, record)

    def of(self, kind: Kind) -> dict[str, Record]:
        return {
            i: record
            for (k, i), (_, record) in self.book.items()
            if k is kind and record is not None
        }

    def forget_requests(self) -> None:
        """As a side may after a time that it does not tell."""
        self.replies.clear()

    async def carry_out(self, tenant: str, command: Command) -> Answer:
        self.asked[tenant] += 1
        if tenant in self.shut:
            return No(fault=self.shut[tenant])
        if self.outage_after_commit and not self.lose_replies:
            return Unknown(detail="no answer")
        if command.request_id in self.replies:
            return self.replies[command.request_id]
        refused = self._refused(command)
        if refused is not None:
            return refused
        if self.commit_late_seconds is not None:
            due = self.clock.monotonic() + self.commit_late_seconds
            self.late.append((due, command))
            self.commit_late_seconds = None
            return Unknown(detail="timed out, and is still at it")
        fails = self.fails(command)
        if not fails or self.fails_after_commit:
            done = await self._commit(command, tenant)
        failed = Unknown(detail="QuickBooks answered 500 10000: System Failure", failed=True)
        return failed if fails else done

    def _refused(self, command: Command) -> No | None:
        if self.refuse:
            return No(fault=self.refuse.pop(0))
        fault = self.refuse_about.pop(str(command.about), None)
        return None if fault is None else No(fault=fault)

    async def commit_what_is_due(self) -> None:
        now = self.clock.monotonic()
        due = [command for at, command in self.late if at <= now]
        self.late = [(at, command) for at, command in self.late if at > now]
        for command in due:
            await self._commit(command)

    async def _commit(self, command: Command, tenant: str = TENANT) -> Answer:
        if not isinstance(command, Create):
            number, record = self.book[command.kind, command.target]
            if record is None:
                return No(fault=self._gone())
            if command.based_on != Revision(False, number):
                return No(fault=self._stale())
            target = command.target
        else:
            target = self._next_id()
            self._whose[command.kind, target] = tenant
        self.carried_out[command.request_id] += 1
        if isinstance(command, Remove):
            record = None
            number = await self._delete(command.kind, target)
        else:
            record = command.record if isinstance(command, Create) else _after(record, command)
            number = await self._put(command.kind, target, record)
            record = self.book[command.kind, target][1]
        revision = Revision(record is None, number)
        done = Done(id=target, revision=revision, record=record, at=self.clock.now())
        self.replies[command.request_id] = done
        if self.lose_replies:
            self.lose_replies -= 1
            return Unknown(detail="timed out after commit")
        return done

    def reading(self, kind: Kind, record_id: str) -> Reading:
        number, record = self.book.get((kind, record_id), (0, None))
        return Reading(
            kind=kind,
            id=record_id,
            revision=Revision(record is None, number),
            customer=_customer(kind, record_id, record),
            record=record,
            at=self.clock.now(),
            began=self.clock.now(),
        )

    def targets(self, kind: MappingKind) -> Collection[str]:
        """Return the ids of what things of MediaOS can be mapped to."""
        items = kind.listed_as is MappingKind.PRODUCT
        return self.of(Kind.PRODUCT) if items else self.lists[kind]

    def target(self, kind: MappingKind, target_id: str) -> Target:
        if kind.listed_as is not MappingKind.PRODUCT:
            name = self.lists[kind].get(target_id)
            gone = Revision(name is None, 0)
            return Target(id=target_id, name=name or "", active=name is not None, revision=gone)
        shown = self.reading(Kind.PRODUCT, target_id)
        record = shown.record or Product(name="", active=False)
        return Target(id=target_id, name=record.name, active=record.active, revision=shown.revision)

    async def _delete(self, kind: Kind, record_id: str) -> int:
        number, record = self.book[kind, record_id]
        self.book[kind, record_id] = (number + 1, None)
        await self._say(kind, record_id, _customer(kind, record_id, record))
        return number + 1

    async def _put(self, kind: Kind, record_id: str, record: Record) -> int:
        number = self.book[kind, record_id][0] + 1 if (kind, record_id) in self.book else 1
        if self.side is Side.QBO and isinstance(record, Invoice):
            # What else stands on its lines, of which nobody here types anything.
            record = replace(record, as_shown=("{}",) * len(record.lines))
        self.book[kind, record_id] = (number, record)
        await self._say(kind, record_id)
        if self.side is Side.QBO and isinstance(record, Payment):
            for part in record.applied:
                await self._put(
                    Kind.INVOICE, part.invoice, self.book[Kind.INVOICE, part.invoice][1]
                )
        return number

    async def _say(self, kind: Kind, record_id: str, customer: str | None = None) -> None:
        if not self.webhooks:
            return
        reading = self.reading(kind, record_id)
        customer = customer or reading.customer or ""
        tenant = self._whose.get((kind, record_id), TENANT)
        change = Change(
            event=event_id(tenant, RecordRef(self.side, kind, record_id), reading.revision),
            tenant=tenant,
            side=self.side,
            kind=kind,
            id=record_id,
            customer=customer,
            revision=reading.revision,
            at=reading.at,
            record=reading.record,
        )
        key = lane_key(tenant, self.side, customer).encode()
        await self._kafka.send("isthmus-intake", key, encode(change))

    def _next_id(self) -> str:
        self._ids += 1
        return str(self._ids)

    def _gone(self) -> Fault:
        if self.side is Side.QBO:
            return Fault(side=self.side, status=400, code="610", detail="Object Not Found")
        return Fault(side=self.side, status=404, code="record_deleted")

    def _stale(self) -> Fault:
        if self.side is Side.QBO:
            return Fault(side=self.side, status=400, code="5010", detail="Stale Object Error")
        return Fault(side=self.side, status=412, code="row_version_mismatch")


class SimulatedRemote:
    """A process's way to one side."""

    def __init__(self, side: SimulatedSide, mortal: Mortal) -> None:
        self._side = side
        self._mortal = mortal

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        return self._side.waits.pop(0) if self._side.waits else 0.0

    async def carry_out(self, tenant: str, command: Command, not_after: datetime) -> Answer:
        if self._side.clock.now() > not_after:
            return TooLate()
        return await self._called("carry out", lambda: self._side.carry_out(tenant, command))

    async def read(self, tenant: str, kind: Kind, record_id: str) -> Reading | No | Unknown:
        async def work() -> Reading:
            return self._side.reading(kind, record_id)

        return await self._called("read", work)

    async def target(self, tenant: str, kind: MappingKind, target_id: str) -> Target | No | Unknown:
        async def work() -> Target:
            return self._side.target(kind, target_id)

        return await self._called("read", work)

    async def deposited_on(self, tenant: str, deposit: str) -> No | Unknown:
        return Unknown(detail=f"{tenant} has no deposit {deposit}")

    async def targets(self, tenant: str, kind: MappingKind) -> tuple[Target, ...] | No | Unknown:
        async def work() -> tuple[Target, ...]:
            return tuple(self._side.target(kind, i) for i in self._side.targets(kind))

        return await self._called("list", work)

    async def sources(self, tenant: str, kind: MappingKind) -> tuple[Source, ...] | No | Unknown:
        async def work() -> tuple[Source, ...]:
            return self._side.catalogs.get(kind, ())

        return await self._called("list", work)

    async def look(self, tenant: str, command: Create) -> tuple[Reading, ...] | No | Unknown:
        async def work() -> tuple[Reading, ...] | Unknown:
            await asyncio.sleep(0)
            if self._side.outage_after_commit:
                return Unknown(detail="no answer")
            kind = command.kind
            found = [i for i, record in self._side.of(kind).items() if _same(record, command)]
            return tuple(self._side.reading(kind, i) for i in found)

        return await self._called("look", work)

    async def _called(self, name: str, work: Callable[[], object]) -> Any:
        return await self._mortal.call(f"{name} {self._side.side}", work)


def _after(record: Record, command: Update) -> Record:
    return replace(record, **{name: getattr(command.record, name) for name in command.fields})


def _same(record: Record, command: Create) -> bool:
    """Marker, and QuickBooks' number or name: what a look asks for."""
    names = ("marker", "name" if command.kind is Kind.CUSTOMER else "number")
    asked = [(name, getattr(command.record, name, None)) for name in names]
    return any(value and getattr(record, name, None) == value for name, value in asked)


def _customer(kind: Kind, record_id: str, record: Record | None) -> str | None:
    if KINDS[kind].anchor is Anchor.ITSELF:
        return record_id
    return customer_of(record)
