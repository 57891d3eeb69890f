from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from agents.process.health import Health
from agents.worker.metrics_holds import Holds
from agents.worker.monitor import Watching
from schemas.catalog import encode
from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.requests import ChangeSettings, SetMapping
from schemas.rows import WAITING_ROWS
from schemas.tenant_state import BornInQuickbooks, TenantSettings
from schemas.values import Kind, Side
from streams.kafka.offsets import GroupOffsets, KafkaAwayError
from streams.ports import TopicPartition
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.outage import AWAY, Outage
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import World

LOCKED = Fault(side=Side.QBO, status=400, code="6000", detail="locked")


class SimulatedOffsets:
    """What the simulated Kafka knows."""

    def __init__(self, kafka):
        self.kafka = kafka
        self.away = False

    async def stretches(self, tps):
        if self.away:
            raise KafkaAwayError("TimeoutError")
        return {tp: self._stretch(tp) for tp in tps}

    def _stretch(self, tp):
        records = self.kafka.topics[tp.topic].records[tp.partition]
        return GroupOffsets(end=len(records), committed=self.kafka.committed.get(tp), beginning=0)


class NoTenants:
    async def show(self, owned):
        pass


async def watching(world, worker):
    """Watch this worker, from now on."""
    engine = worker.engine
    made = Watching(
        engine=engine,
        offsets=SimulatedOffsets(world.kafka),
        instruments=worker.tools,
        health=Health(world.clock.monotonic),
        holds=Holds(engine.journal.state, engine.partition_of),
        tenants=NoTenants(),
        clock=world.clock,
    )
    made.begin()
    await made.started()
    return made


def figures(watched, name):
    """Return a metric's values by its labels' values."""
    found = Counter()
    for family in text_string_to_metric_families(watched.metrics.text().decode()):
        for sample in family.samples:
            if sample.name == name:
                found[tuple(sample.labels.values())] = sample.value
    return dict(found)


async def test_a_day_of_work_is_counted_once():
    world = World()
    watched = await watching(world, await world.worker())
    await given_a_customer_with_an_invoice(world)
    await world.run(30)

    effects = figures(watched, "isthmus_effects_total")
    assert effects == {
        ("customer", "applied", "qbo", "t1"): 1,
        ("invoice", "applied", "qbo", "t1"): 1,
        ("invoice", "applied", "mediaos", "t1"): 1,
    }, "the last one tells MediaOS the number"
    assert figures(watched, "isthmus_events_total")[("done", "isthmus-intake")] >= 2
    assert figures(watched, "isthmus_partitions_owned") == {(): 3}
    assert sum(figures(watched, "isthmus_lag_records").values()) == 0
    assert figures(watched, "isthmus_kafka_reachable") == {(): 1}
    assert watched.health.dead() == ()
    assert watched.health.unready() == ()


async def test_our_own_write_that_comes_back_is_an_echo_and_an_edit_is_none():
    world = World()
    watched = await watching(world, await world.worker())
    await given_a_customer_with_an_invoice(world)
    await world.run(30)
    echoes = figures(watched, "isthmus_echoes_total")[()]
    assert echoes == 3, "the customer and the invoice that were created, and the number"
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(30)
    assert figures(watched, "isthmus_echoes_total")[()] == 4, "the edit's write, not the edit"


async def test_a_second_worker_counts_nothing_of_what_the_first_has_done():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(30)
    watched = await watching(world, await world.worker())
    await world.run(30)
    assert figures(watched, "isthmus_effects_total") == {}
    assert figures(watched, "isthmus_changes_total") == {}


async def test_what_waits_is_told_by_its_reason_and_no_more_when_it_goes_on():
    world = World()
    watched = await watching(world, await world.worker())
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(30)
    assert figures(watched, "isthmus_parked_records") == {("unmapped-product", "t1"): 1}
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run(30)
    assert figures(watched, "isthmus_parked_records") == {}


async def test_what_is_on_one_side_alone_is_not_loaded_by_a_start_and_is_counted_after_it():
    world = World()
    await world.worker()
    settings = TenantSettings(born_in_quickbooks=BornInQuickbooks.LIST)
    await world.ask("t1", ChangeSettings(id="r1", tenant="t1", settings=settings))
    await world.run(1)
    for number in range(300, 320):
        walk_in = Customer(name=f"Walk-in {number}")
        await world.qbo.person_creates(Kind.CUSTOMER, walk_in, str(number))
    await world.run(30)
    journal = (await world.worker()).engine.journal
    assert list(journal.open_rows(WAITING_ROWS)) == []
    watched = await watching(world, world.workers[-1])
    await world.run(30)
    assert figures(watched, "isthmus_unplaced_records") == {("t1",): 20}

    await world.qbo.person_deletes(Kind.CUSTOMER, "300")
    await world.run(30)
    assert figures(watched, "isthmus_unplaced_records") == {("t1",): 19}


async def test_a_lockout_is_shown_with_what_is_left_and_fails_no_health():
    world = World()
    watched = await watching(world, await world.worker())
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    world.qbo.refuse += [LOCKED]
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)
    for n in range(8):
        await world.mediaos.person_edits(Kind.INVOICE, "136", memo=f"May {n}")
    await world.run(600)

    partition = world.kafka.partition_of(LANE.encode())
    [(labels, left)] = figures(watched, "isthmus_lockout_left_seconds").items()
    assert labels == (str(partition),)
    assert 500 < left < 600
    assert figures(watched, "isthmus_lag_records")[(str(partition), "isthmus-intake")] > 0
    assert watched.health.dead() == ()
    await world.run(700)
    assert figures(watched, "isthmus_lockout_left_seconds") == {}


async def test_a_partition_whose_lane_hangs_fails_its_health_within_two_minutes():
    world = World()
    worker = await world.worker()
    watched = await watching(world, worker)

    class Hanging:
        async def handle(self, delivery):
            await world.clock.sleep(10**6)
            return True

    partition = TopicPartition("isthmus-intake", 0)
    worker.engine.lanes._gate.partitions[partition].handler.inner = Hanging()
    for number in range(40):
        await world.kafka.send("isthmus-intake", f"t1/mediaos/{number}".encode(), b"{}")
    await world.run(60)
    assert watched.health.dead() == ()
    await world.run(60)
    [reason] = [r for r in watched.health.dead() if "isthmus-intake/0" in r]
    assert "has done nothing" in reason
    assert figures(watched, "isthmus_oldest_event_seconds")[()] > 90


async def test_while_kafka_is_away_the_worker_is_alive_and_not_ready():
    world = World()
    watched = await watching(world, await world.worker())
    await world.run(10)
    watched.offsets.away = True
    await world.run(300)
    assert watched.health.dead() == ()
    assert watched.health.unready() == ("Kafka does not answer",)
    assert figures(watched, "isthmus_kafka_reachable") == {(): 0}


async def test_a_worker_whose_store_is_away_is_not_ready_and_is_not_ended_for_it(monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", 0)
    world = World()
    watched = await watching(world, await world.worker())
    await given_a_customer_with_an_invoice(world)
    await world.run(60)
    assert figures(watched, "isthmus_store_reachable") == {(): 1}
    outage = Outage(monkeypatch, world.kept.store)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(200)
    assert figures(watched, "isthmus_store_reachable") == {(): 0}
    assert watched.health.unready() == (AWAY,)
    assert watched.health.dead() == ()

    outage.end()
    await world.run(30)
    assert figures(watched, "isthmus_store_reachable") == {(): 1}
    assert watched.health.unready() == ()


async def test_a_stopped_partition_of_the_journal_is_named_and_the_others_go_on():
    world = World()
    worker = await world.worker()
    watched = await watching(world, worker)
    await given_a_customer_with_an_invoice(world)
    await world.run(30)
    partition = worker.engine.partition_of(LANE)
    journal = world.kafka.topics["isthmus-journal"]
    term = worker.engine.journal.term(partition)
    journal.keep(partition, b"", b"{nonsense")
    journal.keep(partition, b"", encode({"term": term, "facts": [{"type": "of a newer release"}]}))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    elsewhere = next(
        n for n in range(90) if worker.engine.partition_of(f"t1/mediaos/{n}") != partition
    )
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Quay Books"), str(elsewhere))
    await world.run(200)

    assert figures(watched, "isthmus_journal_junk_records") == {(): 1}
    assert figures(watched, "isthmus_journal_stopped") == {(str(partition),): 1}
    why, unclaimed = watched.health.unready()
    assert f"of partition {partition} cannot be folded" in why
    assert unclaimed == f"partitions that are not claimed yet: {partition}"
    assert watched.health.dead() == (), "a restart would not mend it"
    assert {each.name for each in world.qbo.of(Kind.CUSTOMER).values()} >= {"Quay Books"}
    assert world.kafka.values("isthmus-dead-letters") == []
    assert worker.engine.journal.term(partition) is None
