"""The database is away for a while: readers wait, nothing is buried, and work goes on."""

from schemas.records import Customer
from schemas.requests import SetMapping
from schemas.values import Kind, MappingKind
from tests.testing.simulated.clock import settle
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.outage import AWAY, Outage
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import World


def buried(world):
    return world.kafka.values("isthmus-dead-letters")


async def test_an_event_of_a_lane_that_is_not_in_memory_waits_for_the_store(monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", 0)
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(60)
    outage = Outage(monkeypatch, world.kept.store)
    await world.mediaos.person_edits(Kind.CUSTOMER, "42", name="Harbour & Sons")
    await world.ask("t1", SetMapping(id="m9", tenant="t1", source="9", target="19"))
    await world.run(300)
    assert buried(world) == []
    assert worker.engine.journal.store_away == AWAY
    assert outage.asked < 1_000, "once a second, and not each lane for itself"

    outage.end()
    await world.run(30)
    assert buried(world) == []
    assert [each.name for each in world.qbo.of(Kind.CUSTOMER).values()] == ["Harbour & Sons"]
    assert worker.engine.journal.state("tenant:t1").mappings[MappingKind.PRODUCT]["9"] == "19"
    assert worker.engine.journal.store_away is None


async def test_a_lane_that_was_woken_while_the_store_was_away_is_looked_at(monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", 0)
    world = World()
    worker = await world.worker()
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(60)
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    outage = Outage(monkeypatch, world.kept.store)
    worker.engine.wake(worker.engine.partition_of(LANE), LANE)
    await world.run(60)
    assert not world.qbo.of(Kind.INVOICE)

    outage.end()
    await world.run(10)
    assert len(world.qbo.of(Kind.INVOICE)) == 1


async def test_a_partition_is_taken_while_the_store_is_away(monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", 0)
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(60)
    heir = await world.worker()
    outage = Outage(monkeypatch, world.kept.store)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(60)

    outage.end()
    await world.run(10)
    await settle()
    assert buried(world) == []
    assert [each.memo for each in world.qbo.of(Kind.INVOICE).values()] == ["April"]
    assert heir.engine.ownership.owned == (0, 1, 2)
