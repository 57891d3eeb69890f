"""How many bytes does one change add to the journal, as they lie on the broker's disk?

The steps are the engine's own, of customers that are made, invoiced and edited.  Each is counted
in a batch of its own, compressed as it is sent: what a quiet day writes, when nothing shares one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from agents.lab.bench.notebook import Notebook
from agents.process.clock import SystemClock
from schemas.catalog import encode
from schemas.envelope import JournalRecord

CUSTOMERS, INVOICES, EDITS = 20, 5, 3

#: One batch of Kafka, by far larger than a step may be.
BATCH_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSize:
    """Bytes per change of a side, compressed and as the facts are written."""

    changes: int
    bytes_per_change: float
    plain_bytes_per_change: float


async def measure() -> JournalSize:
    """Write some customers' days down, and weigh them."""
    records: list[JournalRecord] = []
    for number in range(CUSTOMERS):
        notebook = Notebook(SystemClock(), partition=0, term="4f1d0a6c9b3e4d58a1c7e2f09d6b8a35")
        await notebook.tell("bench", str(1001 + number), invoices=INVOICES, edits=EDITS)
        records += notebook.records
    changes = CUSTOMERS * (1 + INVOICES * (1 + EDITS))
    return JournalSize(
        changes=changes,
        bytes_per_change=sum(_batches(records)) / changes,
        plain_bytes_per_change=sum(len(encode(record)) for record in records) / changes,
    )


def _batches(records: Iterable[JournalRecord]) -> Iterable[int]:
    for record in records:
        batch = DefaultRecordBatchBuilder(
            magic=2,
            compression_type=DefaultRecordBatch.CODEC_ZSTD,
            is_transactional=0,
            producer_id=1000,
            producer_epoch=0,
            base_sequence=0,
            batch_size=BATCH_BYTES,
        )
        batch.append(0, int(record.at.timestamp() * 1000), record.lane.encode(), encode(record), [])
        yield len(batch.build())
