"""Any play of one invoice that goes from customer to customer, while all sorts of things hold it.

A lane's partition is locked, the tenant is paused or observes, the product's mapping is missing, a
customer is not there yet, QuickBooks loses its reply, webhooks stay away, a worker dies at a call.
There are never two of it in QuickBooks, and once all that is over it is there as MediaOS has it, or
is listed; where it is there, it waits for nobody's hand.
"""

from itertools import count
from random import Random

import pytest

from schemas.records import Customer
from schemas.requests import (
    ChangeSettings,
    GoLive,
    ImposeLockout,
    PauseTenant,
    ResumeTenant,
    SetMapping,
)
from schemas.tenant_state import TenantSettings
from schemas.values import Kind
from tests.testing.simulated.story import invoice
from tests.testing.simulated.world import World

pytestmark = pytest.mark.few_rows

NAMES = {"42": "Harbour Books", "43": "Tide Press", "44": "Quay Books"}
INVOICE = "mediaos/invoice/136"
DEEDS = 14
DEED = (
    *["moves"] * 5,
    *["locked", "dies"] * 2,
    *("noted", "mapped", "unmapped", "paused", "resumed", "observes", "live", "starts_anew"),
    *("loses", "commits_late", "forgets", "webhooks", "comes", "long"),
)
PAUSES = (0, 0, 0.05, 1, 5, 40)


class Play:
    """One world, and what may be done in it; a deed is named as its method is."""

    deeds = DEED

    def __init__(self, seed):
        self.chance, self.world, self.numbers = Random(seed), World(), count()
        self.known = ["42", "43"]
        self.done = [f"seed {seed}"]

    async def begin(self):
        await self.world.worker()
        await self.settings(observe=False)
        if self.chance.random() < 0.7:
            await self.mapped()
        for each in self.known:
            await self.world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=NAMES[each]), each)
        await self.world.run(self.chance.choice((0.1, 5)))
        first = invoice(self.chance.choice(self.known))
        await self.world.mediaos.person_creates(Kind.INVOICE, first, "136")

    async def deed(self):
        name = self.chance.choice(self.deeds)
        self.done.append(name)
        await getattr(self, name)()
        await self.world.run(self.chance.choice(PAUSES))
        if self.world.workers[-1].mortal.dead.is_set() and self.chance.random() < 0.6:
            await self.starts_anew()
        assert len(self.world.qbo.of(Kind.INVOICE)) <= 1, self.done

    async def end(self):
        """End all that holds it up, and give it the time that it needs."""
        qbo = self.world.qbo
        qbo.webhooks, qbo.lose_replies, qbo.commit_late_seconds = True, 0, None
        await self.comes()
        await self.starts_anew()
        for deed in (self.mapped, self.live, self.resumed):
            await deed()
        for _ in range(5):
            await self.world.run(21 * 60)

    async def ask(self, key, request, **more):
        await self.world.ask(key, request(id=f"r{next(self.numbers)}", **more))

    async def settings(self, *, observe):
        settings = TenantSettings(number_prefix="MediaOS-", observe=observe)
        await self.ask("t1", ChangeSettings, tenant="t1", settings=settings)

    async def edited(self, **fields):
        await self.world.mediaos.person_edits(Kind.INVOICE, "136", **fields)

    async def moves(self):
        await self.edited(customer=self.chance.choice(list(NAMES)))

    async def noted(self):
        await self.edited(memo=f"memo {next(self.numbers)}")

    async def mapped(self, target="19"):
        await self.ask("t1", SetMapping, tenant="t1", source="7", target=target)

    async def unmapped(self):
        await self.mapped(None)

    async def locked(self):
        lane = f"t1/mediaos/{self.chance.choice(list(NAMES))}"
        await self.ask(lane, ImposeLockout, lane=lane, minutes=20, reason="locked")

    async def paused(self):
        await self.ask("t1", PauseTenant, tenant="t1", reason="the bank calls")

    async def resumed(self):
        await self.ask("t1", ResumeTenant, tenant="t1")

    async def observes(self):
        await self.settings(observe=True)

    async def live(self):
        await self.settings(observe=False)
        await self.ask("t1", GoLive, tenant="t1")

    async def starts_anew(self):
        await self.world.worker()

    async def dies(self):
        mortal = self.world.workers[-1].mortal
        moment = self.chance.choice(("dies_before", "dies_after"))
        setattr(mortal, moment, mortal.calls + self.chance.randrange(1, 12))

    async def loses(self):
        self.world.qbo.lose_replies = 1

    async def commits_late(self):
        self.world.qbo.commit_late_seconds = 20

    async def forgets(self):
        self.world.qbo.forget_requests()

    async def webhooks(self):
        self.world.qbo.webhooks = not self.world.qbo.webhooks

    async def comes(self):
        if "44" not in self.known:
            self.known.append("44")
            await self.world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=NAMES["44"]), "44")

    async def long(self):
        await self.world.run(1_300)

    def is_listed(self):
        """Tell whether people see that it waits, in whichever lane."""
        worker = self.world.workers[-1]
        lanes = [worker.lane(f"t1/mediaos/{each}") for each in NAMES]
        documents = [lane.documents.get(INVOICE) for lane in lanes]
        parked = any(each is not None and each.park is not None for each in documents)
        return parked or any(lane.waits is not None or lane.held for lane in lanes)

    def is_right(self):
        """Tell whether QuickBooks has it as MediaOS does."""
        qbo, [made] = self.world.qbo, self.world.qbo.of(Kind.INVOICE).values()
        truth = self.world.mediaos.of(Kind.INVOICE)["136"]
        whose = qbo.of(Kind.CUSTOMER)[made.customer].name
        return (whose, made.memo) == (NAMES[truth.customer], truth.memo)


@pytest.mark.parametrize("seed", range(12))
async def test_it_is_there_once_or_listed(seed):
    play = Play(seed)
    await play.begin()
    for _ in range(DEEDS):
        await play.deed()
    await play.end()

    qbo = play.world.qbo
    assert sorted(each.name for each in qbo.of(Kind.CUSTOMER).values()) == sorted(NAMES.values())
    made = qbo.of(Kind.INVOICE)
    assert len(made) <= 1, play.done
    assert play.is_right() if made else play.is_listed(), play.done
