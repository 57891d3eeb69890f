"""Stories of a new tenant, which observes until it goes live."""

from datetime import date

import pytest
from msgspec.structs import replace

from schemas.records import Customer
from schemas.requests import ChangeSettings, ConnectTenant, GoLive
from schemas.tenant_state import Connected, Live, TenantSettings
from schemas.values import Kind
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice, payment
from tests.testing.simulated.world import SimulatedWorker, World

FIRST = Connected(version=1, realm="9130", environment="production", installation="here")


async def connect(world: World, connection: Connected = FIRST, **more: bool) -> None:
    request = f"connect-{connection.realm}-{connection.version}"
    asked = ConnectTenant(id=request, tenant="t1", connection=connection, **more)
    await world.ask("t1", asked)


async def go_live(world: World, *overruled: str) -> None:
    await world.ask("t1", GoLive(id="live", tenant="t1", by="Ada", overruled=overruled))


def intended(worker: SimulatedWorker) -> list[str]:
    documents = worker.lane(LANE).documents.values()
    return [each.park.detail for each in documents if each.park is not None]


async def given_a_new_tenant(world: World) -> SimulatedWorker:
    worker = await world.worker()
    await connect(world)
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(5)
    return worker


async def test_a_new_tenant_shows_each_intended_write_and_makes_none():
    world = World()
    worker = await given_a_new_tenant(world)
    assert world.qbo.asked["t1"] == world.mediaos.asked["t1"] == 0
    assert intended(worker) == [
        "would create this customer in QuickBooks",
        "would create this invoice in QuickBooks as MediaOS-136",
        "would create this invoice in QuickBooks as MediaOS-137",
        "would create this payment in QuickBooks",
    ]


async def test_going_live_decides_anew_and_in_order_and_stands_through_a_kill():
    world = World()
    await given_a_new_tenant(world)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="as it is now")
    await go_live(world, "books-not-empty")
    await world.run(5)
    crossed = world.qbo.of(Kind.INVOICE)
    told = [(each.number, each.memo) for _, each in sorted(crossed.items())]
    assert told == [("MediaOS-136", "as it is now"), ("MediaOS-137", None)]
    assert len(world.qbo.of(Kind.PAYMENT)) == 1
    assert set(world.qbo.carried_out.values()) == {1}

    heir = await world.worker()
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "43")
    await world.run(5)
    assert len(world.qbo.of(Kind.CUSTOMER)) == 2
    live = heir.engine.journal.state("tenant:t1").live
    assert live.since is not None
    assert live == Live(realm="9130", by="Ada", overruled=("books-not-empty",), since=live.since)


async def test_a_tenant_set_to_observe_changes_nothing_on_either_side_until_it_goes_live_again():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    [made] = world.qbo.of(Kind.INVOICE)
    settings = TenantSettings(number_prefix="MediaOS-", observe=True)
    await world.ask("t1", ChangeSettings(id="r3", tenant="t1", settings=settings))
    await world.run(1)
    asked = world.qbo.asked["t1"], world.mediaos.asked["t1"]
    await world.mediaos.person_edits(Kind.CUSTOMER, "42", phone="555-0100")
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)

    assert (world.qbo.asked["t1"], world.mediaos.asked["t1"]) == asked
    assert intended(worker) == [
        "would change phone of this customer in QuickBooks",
        "would change memo of this invoice in QuickBooks",
    ]
    await world.qbo.person_edits(Kind.INVOICE, made, due=date(2026, 5, 1))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo=None)
    await world.run(5)
    assert (world.qbo.asked["t1"], world.mediaos.asked["t1"]) == asked
    assert intended(worker)[1] == "would change due date of this invoice in MediaOS"

    await go_live(world)
    await world.run(5)
    [customer] = world.qbo.of(Kind.CUSTOMER).values()
    assert customer.phone == "555-0100"
    assert world.mediaos.of(Kind.INVOICE)["136"].due == date(2026, 5, 1)


async def test_a_renewed_token_and_a_reconnect_leave_a_live_tenant_live_another_company_does_not():
    world = World()
    worker = await given_a_new_tenant(world)
    await go_live(world)
    await connect(world, replace(FIRST, version=2))
    await world.run(1)
    assert not worker.engine.journal.state("tenant:t1").observes

    moved = worker.engine.journal.state("tenant:t1")
    other = replace(moved, connection=replace(FIRST, version=3, realm="9131"))
    assert other.observes


async def the_beginning(world: World) -> None:
    await connect(world)
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(1)
    await go_live(world)
    await world.run(5)


async def until_all_is_settled(world: World) -> None:
    await world.run(150)


@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_while_it_observes_or_goes_live_writes_each_once(when):
    async for world, _, where in each_ending("dies", when, the_beginning, until_all_is_settled):
        made = [len(world.qbo.of(kind)) for kind in (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT)]
        assert made == [1, 1, 1], where
        assert set(world.qbo.carried_out.values()) == {1}, where
