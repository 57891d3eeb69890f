"""What does a state store look like after years?  Customers whose documents are all linked.

One customer is told by the engine's own steps; its rows, with other ids in them, are all others.
So they have the shapes and sizes of real ones, and a million of them take a minute.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from aiokafka import AIOKafkaProducer

from agents.lab.bench.books import customer_id
from agents.lab.bench.notebook import Notebook
from agents.process.clock import SystemClock
from agents.rules.fold.rows import is_open
from agents.view.folding import Folding
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.identity import lane_key, tenant_lane
from schemas.values import Side
from streams.cluster import Cluster
from streams.journal.fold import Checkpoint
from streams.journal.store import Store
from streams.journal.store_writes import Batch, Change
from streams.kafka.partitions import partition_of
from streams.topics import JOURNAL

#: A customer and its invoices are so many documents.
INVOICES = 9
DOCUMENTS = INVOICES + 1
#: The id of the customer that is told; nothing else in its rows reads so.
MODEL = "8888777766"
#: Who wrote the journal of before, of which only this claim is left.
TERM = "years-ago"
#: Customers whose rows are written at once.
AT_ONCE = 2_000

Say = Callable[[str], None]


async def write_journal(cluster: Cluster, partitions: int) -> None:
    """Write the one record of each partition that a store of `fill` has seen."""
    claim = JournalRecord(term=TERM, claim=TERM, lane="", at=SystemClock().now())
    async with AIOKafkaProducer(**cluster.client) as producer:
        for partition in range(partitions):
            await producer.send_and_wait(
                cluster.named(JOURNAL.name), encode(claim), partition=partition
            )


async def model(tenant: str) -> list[Change]:
    """Return the rows of one customer, and of its tenant."""
    notebook = Notebook(SystemClock(), partition=0, term=TERM)
    await notebook.tell(tenant, MODEL, invoices=INVOICES, edits=0)
    dump = Folding().dump
    return [Change(key, 0, dump(key, state), is_open(state)) for key, state in notebook.rows("")]


def fill(path: Path, tenant: str, rows: list[Change], *, customers: int, partitions: int) -> None:
    """Write a store with so many customers; blocks for as long as that takes."""
    store, checkpoints = Store(f"sqlite:///{path}"), dict.fromkeys(range(partitions), Checkpoint())
    of_customer = [row for row in rows if MODEL in row.key]
    of_tenant = [row for row in rows if MODEL not in row.key]
    for first in range(0, customers, AT_ONCE):
        by_partition: defaultdict[int, list[Change]] = defaultdict(list)
        if not first:
            by_partition[partition_of(tenant_lane(tenant), partitions)] += of_tenant
        for number in range(first, min(first + AT_ONCE, customers)):
            customer = customer_id(number)
            partition = partition_of(lane_key(tenant, Side.MEDIAOS, customer), partitions)
            by_partition[partition] += _named(of_customer, customer)
        for partition, checkpoint in checkpoints.items():
            # Every partition stands behind its claim, one without a customer as well.
            after = Checkpoint(position=1, term=TERM)
            store.save([_batch(partition, checkpoint, after, by_partition[partition])])
            checkpoints[partition] = after
    store.close()


def _batch(partition: int, before: Checkpoint, after: Checkpoint, rows: list[Change]) -> Batch:
    return Batch(partition=partition, believed=before, checkpoint=after, rows=rows)


def _named(rows: list[Change], customer: str) -> Iterator[Change]:
    model, name = MODEL.encode(), customer.encode()
    for key, position, body, is_open_row in rows:
        made = body.replace(model, name) if body is not None else None
        yield Change(key.replace(MODEL, customer), position, made, is_open_row)
