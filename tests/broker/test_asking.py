"""A request over a real broker: sent under its key, answered by a record in the journal."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaConsumer

from agents.cli.journal_state import fold
from agents.cli.send_request import Asker
from agents.process.clock import SystemClock
from schemas.catalog import decode_request, encode
from schemas.envelope import JournalRecord
from schemas.facts import RequestTaken
from schemas.requests import SetMapping
from schemas.tenant_facts import Mapped
from schemas.values import MappingKind
from streams.cluster import Cluster
from streams.kafka.log import KafkaLog
from streams.outbox.kafka_producer import Producer

pytestmark = pytest.mark.kafka

PARTITIONS = 3
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_a_request_is_answered_through_the_journal(kafka, topic_factory):
    journal = await topic_factory("journal", partitions=PARTITIONS)
    requests = await topic_factory("requests", partitions=PARTITIONS)
    request = SetMapping(id="r1", tenant="t1", source="7", target="19")
    async with AsyncExitStack() as stack:
        cluster = Cluster(brokers=kafka)
        log, producer = KafkaLog(cluster, journal), Producer(cluster)
        for each in (log, producer):
            stack.push_async_callback(each.stop)
            await each.start()
        for partition in range(PARTITIONS):
            claim = JournalRecord(term="w", claim="w", lane="", at=AT)
            await producer.send(journal, b"", encode(claim), partition=partition)
        worker = asyncio.create_task(answer_one(kafka, requests, journal))
        stack.callback(worker.cancel)

        state = await fold(log, SystemClock())
        asker = Asker(state=state, outbox=producer, clock=SystemClock(), topic=requests)
        answer = await asker.ask(request)

        assert answer == RequestTaken(request="r1", done=True, detail="mapped")
        assert state.tenant("t1").mapped(MappingKind.PRODUCT) == {"7": "19"}
        assert await worker == ("t1", request)
        again = [told async for told in state.again()]
        assert [fact for told in again for fact in told.record.facts][-1] == answer


async def answer_one(kafka, requests, journal):
    """Take one request, and write what a worker would write: to the partition of its number."""
    consumer = AIOKafkaConsumer(requests, bootstrap_servers=kafka, auto_offset_reset="earliest")
    log = KafkaLog(Cluster(brokers=kafka), journal)
    try:
        await consumer.start()
        await log.start()
        found = await consumer.getone()
        request = decode_request(found.value)
        facts = (
            Mapped(request=request.id, source=request.source, target=request.target),
            RequestTaken(request=request.id, done=True, detail="mapped"),
        )
        record = JournalRecord(term="w", lane=request.tenant, at=AT, facts=facts)
        await log.append(found.partition, found.key, encode(record))
        return found.key.decode(), request
    finally:
        await log.stop()
        await consumer.stop()
