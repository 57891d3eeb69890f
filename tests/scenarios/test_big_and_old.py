"""A long random story on a kept store with room for few rows: rows, and both books, at its end."""

import asyncio
import os
import random
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.outcomes import Fault
from schemas.records import Allocation, Customer, Payment
from schemas.requests import Retry, SetMapping
from schemas.state import ParkReason
from schemas.values import Kind, Side
from streams.journal import write_behind
from streams.journal.fold import Checkpoint
from streams.journal.store_writes import Batch
from streams.journal.store_writes import Change as Stored
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.replay import differences
from tests.testing.simulated.store import OwnStore
from tests.testing.simulated.story import LINE, invoice
from tests.testing.simulated.world import World

SEEDS = [int(s) for s in os.environ.get("SEEDS", "1,2,3").split(",")]
CLOSED = Fault(side=Side.QBO, status=400, code="6210", detail="closed")


async def differing(world, worker):
    return await differences(world.kafka, worker.engine.journal, world.kept.store, world.clock)


def slowly(draw):
    """A store that answers after some turns of the loop, as a thread does."""

    def in_thread(kept, mortal):
        async def call(work, *args):
            await mortal.awake()
            if mortal.dead.is_set():
                await mortal.die()
            for _ in range(draw.randint(0, 4)):
                await asyncio.sleep(0)
            done = work(*args)
            for _ in range(draw.randint(0, 4)):
                await asyncio.sleep(0)
            if mortal.dead.is_set():
                await mortal.die()
            return done

        return call

    return in_thread


class Teller:
    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.world = World()
        self.requests = 0
        self.invoices, self.customers, self.payments = [], [], 0
        self.worker = None
        self.copy = None

    async def maps(self, product, item):
        self.requests += 1
        await self.world.ask(
            "t1", SetMapping(id=f"m{self.requests}", tenant="t1", source=product, target=item)
        )

    async def new_customer(self):
        n = str(40 + len(self.customers))
        self.customers.append(n)
        if self.draw.random() < 0.7:
            await self.world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=f"C{n}"), n)

    async def late_customer(self):
        for n in self.customers:
            if (Kind.CUSTOMER, n) not in self.world.mediaos.book:
                await self.world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=f"C{n}"), n)
                return

    async def new_invoice(self):
        if not self.customers:
            return
        n = str(100 + len(self.invoices))
        self.invoices.append(n)
        lines = tuple(
            replace(LINE, product=str(self.draw.randint(1, 4)))
            for _ in range(self.draw.randint(1, 2))
        )
        await self.world.mediaos.person_creates(
            Kind.INVOICE, invoice(self.draw.choice(self.customers), lines=lines), n
        )

    async def new_payment(self):
        if not self.invoices:
            return
        of = self.draw.choice(self.invoices)
        self.payments += 1
        paid = Payment(
            customer=self.world.mediaos.of(Kind.INVOICE)[of].customer,
            amount=Decimal("1.00"),
            received=invoice().issued,
            applied=(Allocation(invoice=of, amount=Decimal("1.00")),),
        )
        await self.world.mediaos.person_creates(Kind.PAYMENT, paid, f"p{self.payments}")

    async def new_payment_in_qbo(self):
        made = list(self.world.qbo.of(Kind.INVOICE).items())
        if not made:
            return
        of, record = self.draw.choice(made)
        paid = Payment(
            customer=record.customer,
            amount=Decimal("2.00"),
            received=invoice().issued,
            applied=(Allocation(invoice=of, amount=Decimal("2.00")),),
        )
        await self.world.qbo.person_creates(Kind.PAYMENT, paid)

    async def edit_invoice(self):
        if self.invoices:
            n = self.draw.choice(self.invoices)
            await self.world.mediaos.person_edits(
                Kind.INVOICE, n, memo=f"memo {self.draw.random()}"
            )

    async def edit_in_qbo(self):
        made = list(self.world.qbo.of(Kind.INVOICE))
        if made:
            await self.world.qbo.person_edits(
                Kind.INVOICE, self.draw.choice(made), memo=f"theirs {self.draw.random()}"
            )

    async def mapping(self):
        await self.maps(str(self.draw.randint(1, 4)), self.draw.choice(["19", "20", None]))

    async def lost_reply(self):
        self.world.qbo.lose_replies = self.draw.randint(0, 2)

    async def refused(self):
        if self.invoices:
            self.world.qbo.refuse_about[f"mediaos/invoice/{self.draw.choice(self.invoices)}"] = (
                CLOSED
            )

    async def restart(self):
        self.worker = await self.world.worker()

    async def kill_soon(self):
        self.worker.mortal.dies_after = self.worker.mortal.calls + self.draw.randint(1, 12)
        await self.world.run(self.draw.choice([0.2, 2.0]))
        if self.worker.mortal.dead.is_set():
            self.worker = await self.world.worker()
        else:
            self.worker.mortal.dies_after = None

    async def dies_while_it_starts(self):
        for _ in range(self.draw.randint(1, 3)):
            starting = asyncio.create_task(self.world.worker())
            for _ in range(self.draw.randint(0, 60)):
                await asyncio.sleep(0)
            self.world.workers[-1].kill()
            starting.cancel()
        self.worker = await self.world.worker()

    def keeps_a_copy(self):
        """What a backup of the state file would hold."""
        store = self.world.kept.store
        self.copy = (store.checkpoints(), list(store.each_row()))

    async def on_an_old_store(self):
        if self.copy is None or self.draw.random() < 0.5:
            self.keeps_a_copy()
            return
        checkpoints, rows = self.copy
        store = OwnStore()
        store.save(
            Batch(
                partition=partition,
                believed=Checkpoint(),
                checkpoint=checkpoint,
                rows=[
                    Stored(row.key, row.position, row.body, row.open)
                    for row in rows
                    if row.partition == partition
                ],
            )
            for partition, checkpoint in checkpoints.items()
        )
        for worker in self.world.workers:
            worker.kill()
        self.world.kept = KeptStore()
        self.world.kept.store = store
        self.worker = await self.world.worker()

    async def time(self):
        await self.world.run(self.draw.choice([0.0, 0.1, 0.6, 3.0]))

    async def tell(self, steps):
        self.worker = await self.world.worker()
        deeds = [
            *[self.new_invoice] * 6,
            self.new_customer,
            self.late_customer,
            *[self.new_payment] * 2,
            self.new_payment_in_qbo,
            *[self.edit_invoice] * 2,
            self.edit_in_qbo,
            *[self.mapping] * 4,
            self.lost_reply,
            self.refused,
            self.restart,
            self.dies_while_it_starts,
            self.on_an_old_store,
            *[self.kill_soon] * 2,
            *[self.time] * 4,
        ]
        await self.new_customer()
        for _ in range(steps):
            await self.draw.choice(deeds)()
        self.world.qbo.lose_replies = 0
        self.world.qbo.refuse_about.clear()
        for _ in self.customers:
            await self.late_customer()
        await self.restart()
        for product in "1234":
            await self.maps(product, "19")
        await self.world.run(60)
        for n in self.invoices:
            lane = f"t1/mediaos/{self.world.mediaos.of(Kind.INVOICE)[n].customer}"
            document = self.worker.lane(lane).documents.get(f"mediaos/invoice/{n}")
            if (
                document is not None
                and document.park is not None
                and document.park.reason is ParkReason.REFUSED
            ):
                await self.world.ask(
                    lane, Retry(id=f"r{n}", lane=lane, document=f"mediaos/invoice/{n}")
                )
        await self.world.run(60)
        await self.world.sleep_through(180)
        await self.world.run(60)


@pytest.mark.parametrize("seed", SEEDS)
async def test_rows_are_those_of_a_fold_and_the_books_agree(seed, monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", 2 + seed % 9)
    monkeypatch.setattr(write_behind, "FLUSH_ROWS", 1 + seed % 4)
    monkeypatch.setattr(KeptStore, "in_thread", slowly(random.Random(seed)))
    teller = Teller(seed)
    await teller.tell(120)
    world, worker = teller.world, teller.worker

    assert await differing(world, worker) == []
    ours, theirs = world.mediaos.of(Kind.INVOICE), world.qbo.of(Kind.INVOICE)
    parked = {
        (lane, name): d.park
        for lane in (f"t1/mediaos/{n}" for n in teller.customers)
        for name, d in worker.lane(lane).documents.items()
        if d.park
    }
    assert parked == {}
    assert len(theirs) == len(ours) == len(teller.invoices)
    assert set(world.qbo.carried_out.values()) <= {1}
    assert set(world.mediaos.carried_out.values()) <= {1}
    assert sorted(i.memo or "" for i in ours.values()) == sorted(
        i.memo or "" for i in theirs.values()
    )
    assert len(world.qbo.of(Kind.PAYMENT)) == len(world.mediaos.of(Kind.PAYMENT))
    assert set(world.kafka.values("isthmus-dead-letters")) == set()
