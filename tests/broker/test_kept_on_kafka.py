"""Does a second command go on from what the first one kept, and notice a topic made anew?"""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from agents.cli.journal_state import fold_on
from agents.process.clock import SystemClock
from agents.view.kept_file import KeptFile
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.tenant_facts import Mapped
from schemas.values import MappingKind
from streams.cluster import Cluster
from streams.kafka.log import KafkaLog

pytestmark = pytest.mark.kafka

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@asynccontextmanager
async def opened(kafka, topic):
    log = KafkaLog(Cluster(brokers=kafka), topic)
    try:
        await log.start()
        yield log
    finally:
        await log.stop()


async def tell(kafka, topic, term, *products, claim=None):
    facts = tuple(Mapped(request="r", source=p, target="19") for p in products)
    record = JournalRecord(term=term, claim=claim, lane="" if claim else "t1", at=AT, facts=facts)
    async with opened(kafka, topic) as log:
        await log.append(1, b"", encode(record))


async def read(kafka, topic, kept):
    """Return the mapped products, and how many records were delivered to know them."""
    async with opened(kafka, topic) as log:
        delivered, reading = [], log.read

        async def counted(timeout_seconds):
            found = await reading(timeout_seconds)
            delivered.extend(found)
            return found

        log.read = counted
        state = await fold_on(kept, log, SystemClock())
        return set(state.tenant("t1").mapped(MappingKind.PRODUCT)), len(delivered)


async def test_a_second_command_reads_only_what_is_new(kafka, topic_factory, tmp_path):
    topic, kept = (
        await topic_factory("journal", partitions=2),
        KeptFile(tmp_path, Cluster(brokers=kafka)),
    )
    await tell(kafka, topic, "w", claim="w")
    for product in "1234":
        await tell(kafka, topic, "w", product)
    first = await read(kafka, topic, kept)
    nothing_new = await read(kafka, topic, kept)
    await tell(kafka, topic, "w", "5")

    assert first == (set("1234"), 5)
    assert nothing_new == (set("1234"), 1)
    assert await read(kafka, topic, kept) == (set("12345"), 2)

    anew = await topic_factory("journal", partitions=2)
    await tell(kafka, anew, "v", claim="v")
    for product in "6789abc":
        await tell(kafka, anew, "v", product)
    assert (await read(kafka, anew, kept))[0] == set("6789abc")
