"""Do the rows follow from each partition's records alone, whoever reads them, when, and how often?

What a partition makes of a row is found out by folding it as if there were no other; which of them
counts is chosen here anew, as a person would.  Facts of all kinds are said of few things, by lanes
of two tenants: each in its own partition, or, as somebody who may write the journal might have it,
in any.  Some are made up field by field, others belong together.  Workers freeze for long, stop,
start anew and take over; lanes load what they look at; and while the store is asked, any of it
happens.
"""

from random import Random

import pytest
from msgspec.structs import replace

from schemas.changes import Change
from schemas.facts import Linked, Regenerated, Seen, Settled
from schemas.lane_facts import HomeChanged
from schemas.rows import BearersRow, DocumentRow, RecordOwnerRow, SeenRow
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.simulated.clock import START
from tests.testing.simulated.store import OwnStore
from tests.testing.simulated.two_workers import TwoWorkers, Worker
from tests.unit.journal.any_lives import THINGS, belonging_together
from tests.unit.rules.fold.test_any_facts import somebody_said
from tests.unit.rules.records import INVOICE, QBO_INVOICE

PARTITIONS, PLAYS, ACTS = 3, 6, 40
LANES = (
    *("t1/mediaos/42", "t1/mediaos/43", "t1/qbo/500"),
    *("t2/mediaos/42", "t1", "t2", "t2/qbo/500"),
)
NOT_OURS = b'{"term":"%s","lane":"t1","at":"2026-03-01T09:00:00Z","facts":[{"type":"of-tomorrow"}]}'


class StoppingWorkers(TwoWorkers):
    """Workers that go on beside a partition that stops, as the product's do."""

    async def _started(self, owns):
        worker = await super()._started(owns)
        worker._reader._on_stopped = lambda *_: None
        return worker


def made_up(chance, lanes):
    """Return what facts say that are made up, where it can be read."""
    record = somebody_said(chance, lanes)
    return [] if record is None else [(record.lane, record.facts)]


def any_journal(chance, *, anywhere, said=made_up):
    return [
        [
            record
            for _ in range(chance.randrange(12))
            for record in said(chance, LANES if anywhere else LANES[own::PARTITIONS])
        ]
        for own in range(PARTITIONS)
    ]


async def words_of(workers, partition):
    """Return what a partition makes of the rows for whoever reads no other."""
    worker = Worker(workers.topic, OwnStore(), set(), 1_000)
    worker._reader._on_stopped = lambda *_: None
    await worker.start()
    for _ in workers.topic.records[partition]:
        await worker.read(partition)
    return dict(worker.fold.rows.under(""))


def as_people_have_it(key, words):
    """Return whose word counts: the last that a person said, else the smaller one's."""
    if not key.startswith(("home:", "where:")):
        return words[min(words)]
    last = max((each.since for each in words.values() if each.since), default=None)
    said = {
        each.lane: each for _, each in sorted(words.items(), reverse=True) if each.since == last
    }
    return said[min(said)]


async def expected(workers):
    said = {}
    for partition in range(PARTITIONS):
        for key, state in (await words_of(workers, partition)).items():
            said.setdefault(key, {})[partition] = state
    return {key: as_people_have_it(key, words) for key, words in said.items()}


class Meanwhile:
    """What happens while somebody asks the store: a little of anything, and within it again."""

    def __init__(self, chance, workers):
        self._chance, self._workers, self._depth = chance, workers, 0
        workers.between = self.happens

    async def happens(self):
        if self._depth < 2 and self._chance.random() < 0.3:
            self._depth += 1
            act = self._chance.choice(["read", "read", "flush", "flush", "work"])
            await somebody_acts(self._chance, self._workers, act, self._chance.randrange(2))
            self._depth -= 1


async def somebody_acts(chance, workers, act, who):
    if act == "work":
        records = [each for said in chance.sample(THINGS, 2) for each in said.records]
        place = chance.randrange(len(LANES))
        await workers.workers[who].work(place % PARTITIONS, LANES[place], records)
    else:
        await workers.act(who, act, chance.choices(range(PARTITIONS), k=chance.randrange(6)))


async def play(chance, workers):
    """Have both workers do anything; return the rows of each, and of some who began meanwhile.

    Now and then one is frozen, and the other goes on alone.
    """
    Meanwhile(chance, workers)
    await workers.begin()
    found, awake = [], (0, 1)
    for _ in range(ACTS):
        if chance.random() < 0.15:
            awake = chance.choice([(0, 1), (0,), (1,)])
        act = chance.choice(
            [*["read"] * 5, *["flush"] * 4, *["work"] * 3, "restart", "stop", "take"]
        )
        await somebody_acts(chance, workers, act, chance.choice(awake))
        if act == "flush" and chance.random() < 0.4:
            found.append(await workers.begun_anew())
    return [*found, *[await each.rest() for each in workers.workers]]


@pytest.mark.parametrize("said", [made_up, belonging_together])
@pytest.mark.parametrize("anywhere", [False, True], ids=["each in its own", "anywhere"])
@pytest.mark.parametrize("seed", range(3))
async def test_rows_are_what_each_partition_says_for_everybody(seed, anywhere, said):
    chance = Random(seed)
    for _ in range(PLAYS):
        journal, store = any_journal(chance, anywhere=anywhere, said=said), OwnStore()
        workers = TwoWorkers(journal, store, rows=chance.choice([0, 2, 10, 1_000]))
        whole = await expected(workers)
        for rows in await play(chance, workers):
            assert rows == whole
        assert await workers.differences() == []
        store.close()


@pytest.mark.parametrize("seed", range(4))
async def test_what_stops_one_partition_changes_nothing_of_the_others(seed):
    chance = Random(seed)
    for _ in range(PLAYS):
        workers = StoppingWorkers(any_journal(chance, anywhere=False), OwnStore(), rows=2)
        partition = chance.randrange(PARTITIONS)
        workers.topic.keep(partition, b"t1", NOT_OURS % f"t{partition}".encode())
        _moved(workers.topic.records[partition], chance.randint(1, 6))
        whole = await expected(workers)
        for rows in await play(chance, workers):
            assert rows == whole


def _moved(records, place):
    """Put the last record of a partition somewhere before."""
    last = records.pop()
    records.insert(min(place, len(records)), last)
    records[:] = [each._replace(offset=offset) for offset, each in enumerate(records)]


LANE, NAME = "t1/mediaos/42", "mediaos/invoice/136"


def shown(number):
    change = Change(
        event=f"e{number}",
        tenant="t1",
        side=Side.MEDIAOS,
        kind=Kind.INVOICE,
        id="136",
        customer="42",
        revision=Revision(deleted=False, number=number),
        at=START,
        record=INVOICE,
    )
    return Seen(document=NAME, change=change, order=1)


LINKED = (
    Linked(kind=Kind.INVOICE, document=NAME, mediaos="136", qbo="7", home=LANE),
    Settled(document=NAME, fields=("memo",), mediaos=INVOICE, qbo=QBO_INVOICE),
)


async def test_what_the_store_knows_already_is_not_mixed_with_what_memory_has_of_before():
    """It was linked, was shown again, and was unlinked: the last of it is in the store alone."""
    gone = (RecordRef(Side.QBO, Kind.INVOICE, "7"),)
    again = Regenerated(document=NAME, generation=2, gone=gone)
    steps = [(shown(1),), LINKED, (shown(2),), (again,)]
    workers = TwoWorkers([[(LANE, facts) for facts in steps], [], []], OwnStore(), rows=0)
    await workers.begin()
    owner, behind = workers.workers
    bearers = str(BearersRow("t1", NAME, 0))
    lease = behind.fold.rows.lease()
    for each in (owner, behind):
        for _ in range(3):
            await each.read(0)
        await each.flush()
    await behind._reader.loader.loaded((bearers,), lease)
    for _ in range(2):
        await owner.read(0)
    await owner.flush()
    assert bearers in behind.fold.rows
    assert str(DocumentRow(LANE, NAME)) not in behind.fold.rows

    assert await behind.rest() == await workers.whole(range(PARTITIONS))


async def test_a_record_that_the_store_knows_already_has_rows_loaded_that_only_a_later_one_hides():
    """It was linked since: of what is not, it would be noted whose record was shown."""
    of_quickbooks = replace(shown(2).change, event="q2", side=Side.QBO, id="7", customer="500")
    steps = [(shown(1),), LINKED, (Seen(document=NAME, change=of_quickbooks, order=2),)]
    workers = TwoWorkers([[(LANE, facts) for facts in steps], [], []], OwnStore(), rows=0)
    await workers.begin()
    owner, behind = workers.workers
    for each in (owner, behind):
        for _ in range(3):
            await each.read(0)
        await each.flush()
    await owner.read(0)
    await owner.flush()
    lease = behind.fold.rows.lease()
    await behind._reader.loader.loaded((str(DocumentRow(LANE, NAME)),), lease)
    assert str(SeenRow("t1", "qbo/invoice/7", 0)) not in behind.fold.rows

    assert await behind.rest() == await workers.whole(range(PARTITIONS))


async def test_rows_are_loaded_that_a_record_asks_for_only_since_its_own_first_fact():
    """It is not linked any more by then, so it is noted again which lanes have it."""
    again = Regenerated(document=NAME, generation=2, gone=(RecordRef(Side.QBO, Kind.INVOICE, "7"),))
    steps = [(shown(1),), LINKED, (again, shown(2))]
    workers = TwoWorkers([[(LANE, facts) for facts in steps], [], []], OwnStore(), rows=0)
    await workers.begin()
    reader, _ = workers.workers
    for _ in range(3):
        await reader.read(0)
    await reader.flush()
    lease = reader.fold.rows.lease()
    await reader._reader.loader.loaded((str(DocumentRow(LANE, NAME)),), lease)
    assert str(BearersRow("t1", NAME, 0)) not in reader.fold.rows

    assert await reader.rest() == await workers.whole(range(PARTITIONS))


DELETED = replace(shown(1).change, event="q2", side=Side.QBO, id="7", record=None)
GONE = Seen(document=NAME, change=replace(DELETED, revision=Revision(deleted=True, number=2)))
#: What came before, what says by no document's name what it changes, and a row of these.
UNTOLD = [
    ([(shown(1),)], [(HomeChanged(home="t1/mediaos/43", event="e1"),)], BearersRow("t1", NAME, 0)),
    (
        [(shown(1),), LINKED],
        [(GONE,), (Regenerated(document=NAME, generation=2),)],
        RecordOwnerRow("t1", "qbo/invoice/7"),
    ),
]


@pytest.mark.parametrize(("known", "since", "changed"), UNTOLD, ids=["moved", "made anew"])
async def test_rows_have_in_them_what_only_the_rows_before_it_told_of(known, since, changed):
    """The store knows it already: what the fact does not say by itself is not there any more."""
    steps = [(LANE, facts) for facts in (*known, *since)]
    workers = TwoWorkers([steps, [], []], OwnStore(), rows=0)
    await workers.begin()
    owner, behind = workers.workers
    for each in (owner, behind):
        for _ in range(1 + len(known)):
            await each.read(0)
        await each.flush()
    lease = behind.fold.rows.lease()
    await behind._reader.loader.loaded_under(str(changed), lease)
    for _ in since:
        await owner.read(0)
    await owner.flush()
    assert str(changed) in behind.fold.rows
    assert str(DocumentRow(LANE, NAME)) not in behind.fold.rows

    assert await behind.rest() == await workers.whole(range(PARTITIONS))


async def test_lanes_that_two_partitions_speak_of_are_what_each_says_in_any_order():
    said = [[(LANE, (shown(1),)), (LANE, LINKED)], [(LANE, (shown(1),))], []]
    workers = TwoWorkers(said, OwnStore(), rows=10)
    orders = [(0, 1, 2), (1, 0, 2)]

    one, other = [await workers.whole(order) for order in orders]

    assert one == other == await expected(workers)
