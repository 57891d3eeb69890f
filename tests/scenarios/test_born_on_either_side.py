"""A customer may be born on either side: one lane speaks for it, and the other side's finds it.

Today's policy has customers made in MediaOS only; these stories change that one line of it.
"""

from dataclasses import replace as with_
from datetime import date
from decimal import Decimal

import pytest

from agents.rules.kinds.policy import BOTH
from agents.rules.kinds.table import POLICIES
from schemas.records import Customer, Payment
from schemas.requests import SetMapping
from schemas.values import Kind
from tests.testing.simulated.story import given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import World


@pytest.fixture
def born_on_both(monkeypatch):
    policy = POLICIES[Kind.CUSTOMER]
    monkeypatch.setitem(POLICIES, Kind.CUSTOMER, with_(policy, born=BOTH))


async def test_a_customer_of_mediaos_has_a_home_that_its_lane_in_quickbooks_knows():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()

    [made] = world.qbo.of(Kind.CUSTOMER)
    journal = worker.engine.journal
    assert journal.state(f"home:t1/qbo/{made}").lane == "t1/mediaos/42"
    assert journal.state("home:t1/mediaos/42") is None


async def test_a_customer_of_quickbooks_has_a_home_that_its_lane_in_mediaos_knows(born_on_both):
    world = World()
    worker = await world.worker()
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    await world.run()

    [made] = world.mediaos.of(Kind.CUSTOMER)
    journal = worker.engine.journal
    assert journal.state(f"home:t1/mediaos/{made}").lane == "t1/qbo/58"
    assert journal.state("home:t1/qbo/58") is None
    assert worker.lane(f"t1/mediaos/{made}").documents == {}


async def test_what_mediaos_says_of_such_a_customer_reaches_the_lane_that_speaks_for_it(
    born_on_both,
):
    world = World()
    worker = await world.worker()
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    await world.run()
    [made] = world.mediaos.of(Kind.CUSTOMER)

    await world.mediaos.person_edits(Kind.CUSTOMER, made, email="ads@tide.example")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(made), "136")
    await world.run()

    assert world.qbo.of(Kind.CUSTOMER)["58"].email == "ads@tide.example"
    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert crossed.customer == "58"
    assert worker.lane("t1/qbo/58").documents.keys() >= {"qbo/customer/58", "mediaos/invoice/136"}
    assert len(world.mediaos.of(Kind.CUSTOMER)) == len(world.qbo.of(Kind.CUSTOMER)) == 1


async def test_a_lane_of_mediaos_waits_while_its_customer_may_be_the_one_being_made(born_on_both):
    world = World()
    worker = await world.worker()
    world.mediaos.outage_after_commit = True
    world.mediaos.lose_replies = 1
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    await world.run(5)

    [made] = world.mediaos.of(Kind.CUSTOMER)
    assert worker.lane(f"t1/mediaos/{made}").documents == {}
    assert len(worker.lane(f"t1/mediaos/{made}").held) == 1

    world.mediaos.outage_after_commit = False
    await world.run(900)
    assert len(world.mediaos.of(Kind.CUSTOMER)) == len(world.qbo.of(Kind.CUSTOMER)) == 1
    assert worker.lane(f"t1/mediaos/{made}").held == ()


async def test_a_payment_waits_for_no_customer_that_mediaos_will_never_have():
    world = World()
    await world.worker()
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    paid = Payment(customer="58", amount=Decimal(5), received=date(2026, 3, 9))
    await world.qbo.person_creates(Kind.PAYMENT, paid)
    await world.run()

    assert world.mediaos.of(Kind.CUSTOMER) == {}
    assert world.mediaos.of(Kind.PAYMENT) == {}
