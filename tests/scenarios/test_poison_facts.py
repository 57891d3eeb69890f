"""Stories of facts that nobody of ours would say, under the term that counts, while work goes on.

Whoever may write the journal may write them; what can be read stops no partition and no worker.
"""

from random import Random

import msgspec
import pytest

from schemas.catalog import decode_journal
from schemas.rows import RecordOwnerRow
from schemas.values import Kind
from tests.fuzz.samples import AT
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice
from tests.testing.simulated.world import World
from tests.unit.rules.fold.test_any_facts import FACTS, somebody_says

pytestmark = pytest.mark.few_rows

TIMES = (
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-01T09:00:00", AT),
    *("9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00+10:00"),
)
TEXTS = ("", "\0", "x" * 5_000, "\u202e", "1e400", "a/b/c", "\x1f")
NUMBERS = (0, -1, 10**17, 10**9)
#: None of them is one that a story goes by.
LANES = (
    *("t9/mediaos/42", "t9/nobody/4", "t9/", "/", "", "\x1f", "x" * 3_000, "t9/mediaos/42/43"),
    *("t9/mediaos/42\x1f", "t9"),
)
JOURNAL = "isthmus-journal"
WHOSE = str(RecordOwnerRow("t9", "qbo/customer/500"))


async def given_work(world):
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    return worker


def says(world, worker, lane, told, partition=None):
    """Append a record as if the partition's owner had said it; False where it cannot be read."""
    key = lane.encode()
    partition = world.kafka.partition_of(key) if partition is None else partition
    step = {"term": worker.engine.journal.term(partition), "lane": lane, "at": AT}
    value = msgspec.json.encode({**step, **told})
    try:
        decode_journal(value)
    except ValueError:
        return False
    world.kafka.topics[JOURNAL].keep(partition, key, value)
    return True


async def goes_on(world, worker):
    """Tell that an edit crosses, and that no partition stopped."""
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(30)
    assert worker.engine.journal.stopped() == {}
    assert worker.engine.journal._failure is None
    assert {each.memo for each in world.qbo.of(Kind.INVOICE).values()} == {"April"}


@pytest.mark.parametrize("at", TIMES)
@pytest.mark.parametrize("before", [None, *TIMES])
async def test_a_time_of_any_spelling_is_one_and_stops_nothing(at, before):
    world = World()
    worker = await given_work(world)
    linked = {"type": "linked", "kind": "customer", "home": "t9/mediaos/42"}
    named = {"document": "mediaos/customer/42", "mediaos": "42", "qbo": "500"}
    first = {} if before is None else {"at": before}
    assert says(world, worker, "t9/mediaos/42", {"facts": [{**linked, **named, **first}]})
    assert says(
        world, worker, "t9/mediaos/42", {"at": at, "facts": [{**linked, **named, "at": at}]}
    )

    await goes_on(world, worker)


#: As earlier releases said them, of the lane's open command.
UNNAMED = [
    {"type": "attempted", "command": "x#1", "number": 2, "at": AT},
    {"type": "unanswered", "command": "x#1", "number": 1, "detail": "x"},
]


@pytest.mark.parametrize("fact", UNNAMED, ids=["attempted", "unanswered"])
async def test_an_attempt_that_names_no_document_ends_no_worker(fact):
    world = World()
    await given_work(world)
    worker = await world.worker()
    await world.run(5)
    assert not worker.engine.journal._fold.rows.complete, "some rows are in the store alone"
    assert says(world, worker, LANE, {"facts": [fact]})

    await goes_on(world, worker)


@pytest.mark.parametrize("lane", LANES)
async def test_a_lane_that_is_nobodys_waits_and_keeps_nothing_else_up(lane, caplog):
    world = World()
    worker = await given_work(world)
    waits = {"type": "lane-waited", "why": "x", "reason": "time", "until": AT}
    assert says(world, worker, lane, {"facts": [waits]}, world.kafka.partition_of(LANE.encode()))
    heir = await world.worker()
    await world.run(5)

    await goes_on(world, heir)
    assert "handler failed" not in caplog.text, "its partition is opened again and again"


#: A lock is what it says, whoever said it, and one that lasts is released by people.
SAID = [fact for fact in FACTS if fact["type"] != "locked-out"]


def spoilt(chance, value):
    if isinstance(value, dict):
        return {key: spoilt(chance, each) for key, each in value.items()}
    if isinstance(value, list):
        return [spoilt(chance, each) for each in value]
    if value == AT or (isinstance(value, str) and value.startswith("2026-03-01T")):
        return chance.choice(TIMES)
    if isinstance(value, str) and chance.random() < 0.04:
        return chance.choice(TEXTS)
    if type(value) is int and chance.random() < 0.1:
        return chance.choice(NUMBERS)
    return value


@pytest.mark.parametrize("seed", range(6))
async def test_facts_of_all_kinds_with_anything_in_them_stop_nothing(seed):
    chance, world = Random(seed), World()
    worker = await given_work(world)
    said = 0
    for _ in range(60):
        facts = [spoilt(chance, somebody_says(chance, chance.choice(SAID)))]
        said += says(world, worker, chance.choice(LANES), {"facts": facts})
        await world.run(0.5)
        # A claim of its own ends a term, as it does among workers.
        assert all(worker.engine.journal.term(each) for each in range(3))
    assert said > 30

    await goes_on(world, worker)
    heir = await world.worker()
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="March")
    await world.run(30)
    assert heir.engine.journal.stopped() == {}
    assert {each.memo for each in world.qbo.of(Kind.INVOICE).values()} == {"March"}
