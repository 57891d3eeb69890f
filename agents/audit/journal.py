"""What does the journal say that counts?  Read whole, from Kafka, by a plain consumer.

The rule of terms is applied here anew: a record whose term is not the latest claim of its partition
never happened.  Nor did one that makes no sense and is not of that term: whoever may write the
topic may write nonsense, which workers go past too.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from agents.audit.books import LedgerUnreadableError
from agents.audit.hearing import Hear, silent
from schemas.catalog import NotUnderstoodError, decode_journal
from schemas.envelope import Envelope, JournalRecord, envelope_of

RECORDS_A_READ = 2000
#: So long a broker that is alive needs at most for the next records.
SILENT_SECONDS = 30.0
#: Behind the journal's name, where it stands while it is rewritten; and what helps then.
ASIDE = "-rewritten"
TO_ITS_END = (
    "run `isthmus erase` again as it was begun, to its end (`isthmus doctor` says how), then check "
    "again."
)


class Terms:
    """The latest claim of each partition, as its records come by."""

    def __init__(self) -> None:
        self._latest: dict[int, str] = {}
        #: Records that are none of ours.
        self.passed_over = 0

    def decoded(self, partition: int, value: bytes) -> JournalRecord | None:
        """Return the record that comes next; None, and counted, when it is none of ours.

        NotUnderstoodError when it is of the latest term or a claim: it may be a newer release's.
        """
        try:
            return decode_journal(value)
        except NotUnderstoodError:
            envelope = envelope_of(value)
            if envelope is not None and self._is_ours(partition, envelope):
                raise
        self.passed_over += 1
        return None

    def count(self, partition: int, record: JournalRecord) -> bool:
        """Tell whether a record counts; records come in the order of their partition."""
        if record.claim is not None:
            self._latest[partition] = record.claim
        return self._is_ours(partition, record)

    def _is_ours(self, partition: int, record: JournalRecord | Envelope) -> bool:
        return record.claim is not None or record.term == self._latest.get(partition)


async def read_journal(
    kafka: Mapping[str, Any], topic: str, terms: Terms, hear: Hear = silent
) -> AsyncGenerator[JournalRecord, None]:
    """Yield what counts, of every partition up to its present end; `terms` counts what is not ours.

    `kafka` is what aiokafka's clients take: `bootstrap_servers`, and how to log in there.

    LedgerUnreadableError when no Kafka answers, the topic is missing, or a record makes no sense.
    """
    consumer = AIOKafkaConsumer(**kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        partitions = await _partitions(kafka, topic)
        await consumer.start()
        async for record in _all(consumer, partitions, terms, hear):
            yield record
    except (KafkaError, OSError) as fault:
        brokers = kafka["bootstrap_servers"]
        raise LedgerUnreadableError(
            f"No journal can be read from Kafka at {brokers} ({type(fault).__name__}): "
            "see that it runs and that the address is right, then check again."
        ) from fault
    finally:
        await consumer.stop()


async def _partitions(kafka: Mapping[str, Any], topic: str) -> list[TopicPartition]:
    # A consumer knows the partitions of what it has subscribed to and of nothing else.
    client = AIOKafkaAdminClient(**kafka)
    try:
        await client.start()
        shapes = {each["topic"]: each["partitions"] for each in await client.describe_topics()}
    finally:
        await client.close()
    # What stands aside has one partition more, for what is known of it.
    rewritten = len(shapes.get(f"{topic}{ASIDE}", ())) - 1
    if rewritten > 0 and len(shapes.get(topic, ())) != rewritten:
        raise LedgerUnreadableError(f"{topic} is away, since it is being rewritten: {TO_ITS_END}")
    if topic in shapes:
        return [TopicPartition(topic, one["partition"]) for one in shapes[topic]]
    raise LedgerUnreadableError(f"Kafka has no topic {topic}: make it by `isthmus topics create`.")


async def _all(
    consumer: AIOKafkaConsumer, partitions: list[TopicPartition], terms: Terms, hear: Hear
) -> AsyncIterator[JournalRecord]:
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    ends = await consumer.end_offsets(partitions)
    done, total = 0, sum(ends.values())
    while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
        found = await _more(consumer)
        done += sum(map(len, found.values()))
        hear("the journal's records", min(done, total), total)
        for tp, records in found.items():
            for read in records:
                if (read.partition, read.offset) == (0, 0):
                    _refuse_half(read.value or b"", ends)
                record = _record(terms, read) if read.offset < ends[tp] else None
                if record is not None and terms.count(tp.partition, record):
                    yield record


def _refuse_half(first: bytes, ends: Mapping[TopicPartition, int]) -> None:
    """Refuse a journal that was made anew and lacks records, as its first one says."""
    envelope = envelope_of(first)
    found = {tp.partition: end for tp, end in ends.items()}
    for partition, least in enumerate(envelope.whole if envelope is not None else ()):
        if found.get(partition, 0) < least:
            raise LedgerUnreadableError(
                f"The journal is half: its partition {partition} ends at "
                f"{found.get(partition, 0)} of {least} records: {TO_ITS_END}"
            )


async def _more(consumer: AIOKafkaConsumer) -> dict[TopicPartition, list[ConsumerRecord]]:
    try:
        async with asyncio.timeout(SILENT_SECONDS):
            while True:
                found = await consumer.getmany(timeout_ms=1000, max_records=RECORDS_A_READ)
                if found:
                    return dict(found)
    except TimeoutError as fault:
        raise LedgerUnreadableError(
            "Kafka stopped answering while the journal was read: see that it runs, "
            "then check again."
        ) from fault


def _record(terms: Terms, read: ConsumerRecord) -> JournalRecord | None:
    try:
        return terms.decoded(read.partition, read.value or b"")
    except NotUnderstoodError as fault:
        raise LedgerUnreadableError(
            f"The journal's record at {read.partition}/{read.offset} cannot be read ({fault}): "
            "check with the release that wrote it."
        ) from fault
