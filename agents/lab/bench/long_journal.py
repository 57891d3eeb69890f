"""What does a journal of some years look like?  Written here as the engine would, but at once.

Every customer is made, invoiced and edited by the engine's own rules, and its records go to the
journal partition of its lane, each partition after a claim.
"""

import asyncio
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaProducer

from agents.lab.bench.books import customer_id
from agents.lab.bench.notebook import Notebook
from agents.process.clock import SystemClock
from schemas.catalog import encode
from schemas.envelope import JournalRecord

INVOICES, EDITS = 5, 3


async def write(brokers: str, journal: str, *, partitions: int, facts: int) -> int:
    """Write at least so many facts, whole customers at a time; return how many."""
    written = 0
    producer = AIOKafkaProducer(bootstrap_servers=brokers, linger_ms=5, max_batch_size=2**18)
    async with producer:
        for partition in range(partitions):
            async for record in _records(partition, facts // partitions + 1):
                written += len(record.facts)
                key = record.lane.encode()
                await producer.send(journal, encode(record), key=key, partition=partition)
        await producer.flush()
    return written


async def _records(partition: int, facts: int) -> AsyncIterator[JournalRecord]:
    clock, term = SystemClock(), f"term-{partition}"
    yield JournalRecord(term=term, claim=term, lane="", at=clock.now())
    number = 0
    while facts > 0:
        notebook = Notebook(clock, partition=partition, term=term)
        # A tenant's own row belongs to one partition, so each partition has a tenant.
        tenant, customer = f"bench-{partition}", customer_id(number)
        await notebook.tell(tenant, customer, invoices=INVOICES, edits=EDITS)
        for record in notebook.records:
            facts -= len(record.facts)
            yield record
        number += 1
        await asyncio.sleep(0)
