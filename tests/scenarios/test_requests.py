"""Stories of what people ask for: each request is carried out once, whoever owns its partition."""

import hashlib
import json
import logging

import pytest
from aiokafka.errors import KafkaTimeoutError

from schemas.engine_requests import Resume
from schemas.facts import Parked, RequestTaken
from schemas.records import Customer
from schemas.requests import ConnectTenant, PauseTenant, Push, ResumeTenant, Retry, SetMapping
from schemas.rows import TenantRow
from schemas.tenant_facts import Mapped, TenantPaused
from schemas.values import Kind, MappingKind
from tests.scenarios.test_connection_facts import FIRST
from tests.testing.simulated.story import LANE, invoice
from tests.testing.simulated.world import World

OLD_TAKEN = {"type": "request-taken", "request": "asked-of-old", "done": True, "detail": "done"}


async def map_products(world: World, *products: str) -> None:
    for product in products:
        request = SetMapping(id=f"map-{product}", tenant="t1", source=product, target="19")
        await world.ask("t1", request)
    await world.run(1)


def taken(world: World) -> list[str]:
    return [fact.request for fact in world.told("t1") if isinstance(fact, RequestTaken)]


async def test_the_next_owner_reads_requests_on_from_where_the_last_one_was():
    world = World()
    await world.worker()
    await map_products(world, "7", "8")
    heir = await world.worker()
    await map_products(world, "9")

    assert taken(world) == ["map-7", "map-8", "map-9"]
    partition = world.kafka.partition_of(b"t1")
    assert heir.engine.journal.requests_prefix(partition) == 3


async def test_how_far_an_earlier_release_was_on_its_own_topic_passes_no_request_of_this_one():
    world = World()
    partition = world.kafka.partition_of(b"t1")
    journal = world.kafka.topics["isthmus-journal"]
    for said in (
        {"claim": "old"},
        {"lane": "t1", "prefix": 0, "commands_prefix": 500, "facts": [OLD_TAKEN]},
    ):
        record = {"term": "old", "lane": "", "at": "2026-03-02T08:00:00Z", **said}
        journal.keep(partition, b"t1", json.dumps(record).encode())
    worker = await world.worker()
    assert worker.engine.journal.requests_prefix(partition) is None
    await map_products(world, "7", "8")

    assert taken(world) == ["asked-of-old", "map-7", "map-8"]
    heir = await world.worker()
    assert heir.engine.journal.requests_prefix(partition) == 2


async def test_a_request_is_answered_from_all_that_who_asks_could_read_in_the_journal():
    world = World()
    worker = await world.worker()
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run(1)
    worker.journal_log.hold_reads()
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(1)
    assert any(isinstance(each, Parked) for each in world.told(LANE))

    await world.ask(LANE, Retry(id="r", lane=LANE, document="mediaos/invoice/136"))
    await world.run(1)
    worker.journal_log.let_reads_go()
    await world.run(1)

    [taken] = [each for each in world.told(LANE) if isinstance(each, RequestTaken)]
    assert (taken.detail, taken.done) == ("mediaos/invoice/136 is judged again", True)


def no_leader(world, worker, partition):
    """Have nobody tell where a partition of the journal ends."""
    del world, partition

    async def ends():
        raise KafkaTimeoutError

    worker.journal_log.ends = ends


def no_records(world, worker, partition):
    """Have a partition of the journal end behind what can be read of it."""
    records = world.kafka.topics["isthmus-journal"].records

    async def ends():
        told = {number: len(each) for number, each in enumerate(records)}
        return told | {partition: told[partition] + 1}

    worker.journal_log.ends = ends


@pytest.mark.parametrize("away", [no_leader, no_records])
async def test_a_tenant_is_paused_though_a_partition_of_the_journal_that_is_anothers_is_away(away):
    world = World()
    worker = await world.worker()
    other = (world.kafka.partition_of(b"t1") + 1) % world.kafka.partitions
    away(world, worker, other)
    for number in range(10):
        await world.ask("t1", PauseTenant(id=f"p{number}", tenant="t1", reason="away"))
    await world.run(30)

    assert taken(world) == [f"p{number}" for number in range(10)]


@pytest.mark.parametrize("away", [no_leader, no_records])
async def test_who_connects_waits_for_a_partition_that_may_have_the_company_with_another(away):
    world = World()
    worker = await world.worker()
    asks = worker.journal_log.ends
    other = (world.kafka.partition_of(b"t1") + 1) % world.kafka.partitions
    neighbour = next(
        name
        for name in (f"n{number}" for number in range(100))
        if world.kafka.partition_of(name.encode()) == other
    )
    away(world, worker, other)
    await world.ask("t1", ConnectTenant(id="c", tenant="t1", connection=FIRST))
    await world.run(120)
    assert taken(world) == []

    worker.journal_log.ends = asks
    await world.ask(neighbour, PauseTenant(id="n", tenant=neighbour, reason="is back"))
    await world.run(30)

    assert taken(world) == ["c"]


async def test_who_asked_stands_in_the_journal_beside_what_came_of_it():
    world = World()
    await world.worker()
    mapping = SetMapping(id="m", tenant="t1", source="7", target="19", by="Ada")
    await world.ask("t1", mapping)
    await world.ask("t1", Resume(id="r", tenant="t1", suspension="none"))
    await world.run(1)

    told = [(each.request, each.by) for each in world.told("t1") if isinstance(each, RequestTaken)]
    assert told == [("m", "Ada"), ("r", "")]


async def test_who_asked_is_in_the_log_by_no_name(caplog):
    caplog.set_level(logging.DEBUG)
    world = World()
    await world.worker()
    await world.ask("t1", SetMapping(id="m", tenant="t1", source="7", target="19", by="Ada Stone"))
    await world.run(1)

    [line] = [vars(each) for each in caplog.records if each.msg == "request taken"]
    assert line["who"] == hashlib.sha256(b"Ada Stone").hexdigest()[:8]
    assert not any("Ada" in str(vars(each)) for each in caplog.records)


async def test_a_request_that_comes_in_twice_is_done_once_by_whoever_reads_it():
    """A pause that is sent again after somebody has resumed does not pause a second time."""
    world = World()
    await world.worker()
    pause = PauseTenant(id="p", tenant="t1", reason="month end", by="Ada")
    await world.ask("t1", pause)
    await world.ask("t1", ResumeTenant(id="q", tenant="t1", by="Bob"))
    await world.run(1)
    await world.ask("t1", pause)
    heir = await world.worker()
    await world.run(1)
    await world.ask("t1", pause)
    await world.run(1)

    assert heir.engine.journal.state(str(TenantRow("t1"))).paused is None
    said = [each.detail for each in world.told("t1") if isinstance(each, RequestTaken)]
    assert said[2:] == ["it was asked for before, and is not done twice"] * 2
    assert sum(isinstance(each, TenantPaused) for each in world.told("t1")) == 1


async def test_another_request_under_the_id_of_one_is_refused_by_name_whoever_reads_it():
    """A service counts its requests from one again: what it asks for is not called done."""
    world = World()
    await world.worker()
    await world.ask("t1", PauseTenant(id="1", tenant="t1", reason="month end", by="Ada"))
    await world.ask("t1", ResumeTenant(id="1", tenant="t1", by="Ada"))
    await world.run(1)
    heir = await world.worker()
    await world.run(1)
    await world.ask("t1", PauseTenant(id="1", tenant="t1", reason="year end", by="Ada"))
    # Whoever says it, the same is asked for.
    await world.ask("t1", PauseTenant(id="1", tenant="t1", reason="month end", by="Bob"))
    await world.run(1)

    assert heir.engine.journal.state(str(TenantRow("t1"))).paused.reason == "month end"
    said = [(e.done, e.detail) for e in world.told("t1") if isinstance(e, RequestTaken)]
    another = (
        "this id was used for another request, so nothing was done: ask under an id of its own"
    )
    assert said[1:] == [
        (False, another),
        (False, another),
        (True, "it was asked for before, and is not done twice"),
    ]


async def test_a_request_that_makes_no_sense_is_passed_by_the_next_owner_too():
    world = World()
    await world.worker()
    await map_products(world, "7")
    await world.kafka.send("isthmus-requests", b"t1", b"no sense")
    await world.run(1)
    heir = await world.worker()
    await world.run(1)

    assert len(world.kafka.values("isthmus-dead-letters")) == 1
    assert heir.engine.journal.requests_prefix(world.kafka.partition_of(b"t1")) == 2
    assert taken(world) == ["map-7"]


async def test_a_request_that_changes_nothing_is_taken_once_as_well():
    world = World()
    await world.worker()
    lane = "t1/mediaos/42"
    await world.ask(lane, Push(id="p1", lane=lane, document="mediaos/invoice/136"))
    await world.run(1)
    await world.worker()
    await world.run(1)

    [fact] = world.told(lane)
    assert (fact.request, fact.done) == ("p1", False)


async def test_what_was_set_since_is_not_set_back_by_an_old_request_that_is_read_again():
    world = World()
    await world.worker()
    await map_products(world, "7")
    await world.ask("t1", SetMapping(id="unmap-7", tenant="t1", source="7", target=None))
    await world.run(1)
    heir = await world.worker()
    await world.run(1)

    mapped = [fact.target for fact in world.told("t1") if isinstance(fact, Mapped)]
    assert mapped == ["19", None]
    assert (
        world.kept.state(heir.engine.journal, str(TenantRow("t1"))).mapped(MappingKind.PRODUCT)
        == {}
    )
