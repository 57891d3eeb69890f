"""A sweep looks at very many rows, and none of them stays in memory for it."""

from datetime import timedelta

from agents.sweep.books import Found
from agents.sweep.finds import Finds
from agents.sweep.mediaos import MediaosSweep
from agents.view.folding import Folding
from agents.view.lane_context import LaneContext
from agents.view.record_lookup import RecordLookup
from agents.worker.step_journal import StepJournal
from schemas.catalog import encode
from schemas.rows import DocumentRow, RecordOwnerRow
from schemas.state import Document, Owner
from schemas.values import Kind, RecordRef, Revision, Side
from streams.journal.fold import Checkpoint
from streams.journal.journal import Journal
from streams.journal.row_cache import NotLoadedError
from streams.journal.store import Store
from streams.journal.store_writes import Batch, Change
from streams.ports import Reading
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic
from tests.unit.rules.records import ADVERTISER, AT, CUSTOMER, shown

MANY, ROW_LIMIT = 200, 10


class Silent:
    """Takes nothing: what is known is no news."""

    async def send(self, topic, key, value):
        raise AssertionError((topic, key, value))


class Lists:
    """MediaOS's lists, in which nothing is new."""

    async def list_all(self, tenant, kind, **_filters):
        if kind is not Kind.CUSTOMER:
            return ()
        return tuple(
            Reading(
                kind=kind,
                id=str(number),
                revision=Revision(deleted=False, number=1),
                customer=str(number),
                record=ADVERTISER,
                at=AT - timedelta(days=1_000),
                began=AT,
            )
            for number in range(MANY)
        )


async def inline(function, *args):
    return function(*args)


def linked_rows():
    """Return the rows of customers that are on both sides, under the same ids."""
    for number in range(MANY):
        lane, mediaos = f"t1/mediaos/{number}", f"mediaos/customer/{number}"
        document = Document(
            kind=Kind.CUSTOMER,
            mediaos=shown(ADVERTISER, str(number)),
            qbo=shown(CUSTOMER, str(number)),
        )
        yield str(DocumentRow(lane, mediaos)), document
        for side in Side:
            name = str(RecordRef(side, Kind.CUSTOMER, str(number)))
            owner = Owner(lane=lane, document="" if name == mediaos else mediaos)
            yield str(RecordOwnerRow("t1", name)), owner


async def in_memory_after(work):
    """Return how many of these rows are in memory once the work is done, within its step."""
    store, clock, topic = Store("sqlite://"), SimulatedClock(), SimulatedTopic(1)
    log = SimulatedLog(topic)
    await log.append(0, b"", b"not ours")
    rows = dict(linked_rows())
    changes = [Change(key, 0, encode(state), False) for key, state in rows.items()]
    batch = Batch(
        partition=0, believed=Checkpoint(), checkpoint=Checkpoint(position=1), rows=changes
    )
    store.save([batch])
    journal = Journal(
        log,
        Folding(),
        store,
        clock,
        new_term=lambda: "t",
        partitions=1,
        row_limit=ROW_LIMIT,
        in_thread=inline,
    )
    await journal.start()
    context = LaneContext(StepJournal(journal, lambda _partition: None), 0, "t1")
    await work(journal, context)
    await journal.flush()
    here = sum(is_here(journal, key) for key in rows)
    await journal.stop()
    return here


def is_here(journal, key):
    try:
        return journal.state(key) is not None
    except NotLoadedError:
        return False


async def test_what_quickbooks_showed_leaves_memory_while_the_sweep_goes_on():
    rows = tuple(
        {
            "Id": str(number),
            "SyncToken": "1",
            "DisplayName": f"Client {number}",
            "MetaData": {"LastUpdatedTime": "2026-03-02T09:00:00Z"},
        }
        for number in range(MANY)
    )

    async def work(journal, context):
        found = Found(rows=rows, began=AT, realm="1", at=AT)
        finds = Finds(Silent(), RecordLookup(journal))
        assert await finds.publish(context, Kind.CUSTOMER, found) == 0

    assert await in_memory_after(work) <= ROW_LIMIT


async def test_what_mediaos_listed_leaves_memory_while_the_sweep_goes_on():
    async def work(journal, context):
        clock = SimulatedClock()
        sweep = MediaosSweep(Lists(), Silent(), clock, RecordLookup(journal))
        finished = await sweep.sweep(context, clock.now() - timedelta(hours=1))
        assert finished is not None
        assert finished.published == 0

    assert await in_memory_after(work) <= ROW_LIMIT
