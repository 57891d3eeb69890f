"""Is a row of which several partitions speak the same for every worker, and after each start?

What the fold of the whole journal says from its first record on is what the rows are.  Two workers
write one state store meanwhile, each the partitions that it owns, in any order.
"""

from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from schemas.facts import Linked, Regenerated, Unlinked
from schemas.rows import OwnerRow, RecordOwnerRow
from schemas.values import Kind, RecordRef, Side
from streams.journal import tables
from streams.journal.store import Store
from tests.testing.simulated.clock import START
from tests.testing.simulated.store import OwnStore
from tests.testing.simulated.two_workers import TwoWorkers

PARTITIONS = 3
LANES = ("t1/mediaos/42", "t1/mediaos/43", "t1/qbo/500")
CUSTOMERS, TARGETS = ("42", "43"), ("500", "501")


def at(minute):
    return None if minute is None else START + timedelta(minutes=minute)


def linked(lane, mediaos="42", qbo="500", minute=None, kind=Kind.CUSTOMER):
    name = str(RecordRef(Side.MEDIAOS, kind, mediaos))
    return Linked(kind=kind, document=name, mediaos=mediaos, qbo=qbo, home=lane, at=at(minute))


def unlinked(_lane, mediaos="42", qbo="500", minute=0):
    name = str(RecordRef(Side.MEDIAOS, Kind.CUSTOMER, mediaos))
    return Unlinked(
        kind=Kind.CUSTOMER, document=name, mediaos=mediaos, qbo=qbo, generation=1, at=at(minute)
    )


def sold(lane):
    return linked(lane, "136", "7", kind=Kind.INVOICE)


def again(_lane):
    gone = (RecordRef(Side.QBO, Kind.INVOICE, "7"), RecordRef(Side.QBO, Kind.CUSTOMER, "500"))
    return Regenerated(document="mediaos/invoice/136", generation=2, gone=gone)


#: What a lane may say; persons say it at minutes of their own, whose clocks may go otherwise.
SAID = st.one_of(
    st.builds(
        lambda mediaos, qbo, minute: lambda lane: linked(lane, mediaos, qbo, minute),
        st.sampled_from(CUSTOMERS),
        st.sampled_from(TARGETS),
        st.none() | st.integers(0, 4),
    ),
    st.builds(
        lambda mediaos, qbo, minute: lambda lane: unlinked(lane, mediaos, qbo, minute),
        st.sampled_from(CUSTOMERS),
        st.sampled_from(TARGETS),
        st.integers(0, 4),
    ),
    st.sampled_from((sold, again)),
)
JOURNALS = st.tuples(*(st.lists(st.lists(SAID, max_size=2), max_size=4) for _ in LANES))
#: Who does what, and with which partitions; a flush folds some while its write is under way.
ACTS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["read"] * 4 + ["flush"] * 4 + ["restart", "take"]),
        st.lists(st.integers(0, PARTITIONS - 1), max_size=4),
    ),
    max_size=25,
)


def told(journal):
    """Return the records of each partition, whose lane says all of it."""
    return [
        [(lane, tuple(say(lane) for say in facts)) for facts in records]
        for lane, records in zip(LANES, journal, strict=True)
    ]


async def look(workers, acts):
    """Play these acts; whoever starts anew after any of them has what the whole journal says."""
    whole = await workers.whole(range(PARTITIONS))
    await workers.begin()
    for act in acts:
        await workers.act(*act)
        if act[1] == "flush":
            assert await workers.begun_anew() == whole
    for worker in workers.workers:
        assert await worker.rest() == whole
    assert await workers.differences() == []


@given(JOURNALS, ACTS, st.sampled_from([0, 2, 1_000]))
async def test_whoever_starts_has_what_the_whole_journal_says(journal, acts, rows):
    store = OwnStore()
    await look(TwoWorkers(told(journal), store, rows=rows), acts)
    store.close()


@given(JOURNALS)
async def test_partitions_are_read_in_any_order(journal):
    workers = TwoWorkers(told(journal), OwnStore(), rows=1_000)
    first, *others = [await workers.whole(order) for order in permutations(range(PARTITIONS))]
    assert all(each == first for each in others)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request, tmp_path):
    sqlite = f"sqlite:///{tmp_path}/state.sqlite"
    postgres = request.param == "postgres"
    store = Store(request.getfixturevalue("postgres_database") if postgres else sqlite)
    yield store
    store.close()


TAKEN = [
    [("t1/mediaos/42", (linked("t1/mediaos/42"),)), ("t1/mediaos/42", (unlinked("", minute=1),))],
    [("t1/mediaos/43", (linked("t1/mediaos/43", "43", minute=2),))],
    [],
]
WHOSE = (str(OwnerRow("t1/qbo/500")), str(RecordOwnerRow("t1", "qbo/customer/500")))


@pytest.mark.parametrize("behind", [1, 2, 3])
async def test_who_is_behind_writes_nothing_over_a_later_word(store, behind):
    """The one partition's owner has not read the other's, nor its own to the end."""
    workers = TwoWorkers(TAKEN, store, rows=1_000)
    await workers.begin()
    await workers.act(1, "read", [1, 1])
    await workers.act(1, "flush", [])
    await workers.act(0, "read", [0] * behind)
    await workers.act(0, "flush", [])

    rows = await workers.begun_anew()

    assert [rows[each].lane for each in WHOSE] == ["t1/mediaos/43"] * 2
    assert rows == await workers.whole(range(PARTITIONS))


async def test_who_was_unlinked_is_not_forgotten_of_another_who_has_it_since(store):
    facts = (linked("t1/mediaos/42", minute=1), unlinked("", minute=2))
    other = "t1/qbo/500"
    linked_there = linked(other, minute=3)
    journal = [[("t1/mediaos/42", (each,)) for each in facts], [], [(other, (linked_there,))]]
    workers = TwoWorkers(journal, store, rows=1_000)
    await workers.begin()
    await workers.act(0, "take", [0])
    await workers.act(1, "take", [2])
    await workers.act(0, "read", [0, 0])
    await workers.act(0, "flush", [])
    await workers.act(1, "read", [2, 2])
    await workers.act(1, "flush", [])
    await workers.act(0, "read", [0])
    await workers.act(0, "flush", [])

    rows = await workers.begun_anew()

    assert rows[str(RecordOwnerRow("t1", "mediaos/customer/42"))].lane == other
    assert rows == await workers.whole(range(PARTITIONS))


@pytest.mark.parametrize("seed", range(8))
async def test_any_interleaving_in_a_database_that_is_shared(store, seed):
    chosen = Random(seed)
    for _ in range(5):
        workers = TwoWorkers(_any_journal(chosen), store, rows=chosen.choice([0, 2]))
        await look(workers, _acts(chosen))
        with store._engine.begin() as connection:
            for table in (tables.rows, tables.partitions):
                connection.execute(delete(table))


def _any_journal(chosen):
    return [_any_records(chosen, lane) for lane in LANES]


def _any_records(chosen, lane):
    return [(lane, _any_facts(chosen, lane)) for _ in range(chosen.randrange(5))]


def _any_facts(chosen, lane):
    said = chosen.choice((linked, linked, unlinked, sold, again))
    if said in {sold, again}:
        return (said(lane),)
    minutes = [0, 1, 2, 3] if said is unlinked else [None, 0, 1, 2, 3]
    ids = chosen.choice(CUSTOMERS), chosen.choice(TARGETS)
    return (said(lane, *ids, chosen.choice(minutes)),)


def _acts(chosen):
    for _ in range(25):
        what = chosen.choice(["read"] * 4 + ["flush"] * 4 + ["restart", "take"])
        partitions = chosen.choices(range(PARTITIONS), k=chosen.randrange(5))
        yield chosen.randrange(2), what, partitions
