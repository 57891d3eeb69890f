"""How is the journal read and written on Kafka?

Three connections, since a broker answers one request of a connection at a time: appends, the tail
(whose fetches wait for records), and the question where the partitions end, which would wait
behind a fetch for up to half a second.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from streams.cluster import Cluster
from streams.journal.same_journal import refuse_half
from streams.kafka.needs import REWRITTEN
from streams.kafka.topic_faults import TopicMissingError, TopicsWrongError, being_rewritten
from streams.outbox.kafka_producer import Producer
from streams.ports import AppendUnknownError, LogRecord
from streams.topics import JOURNAL

#: So many are folded before others get a turn: about 10 ms of work.
RECORDS_A_READ = 500

#: An attempt is at most 10 s old when it is sent, so a later answer is of no use.
APPEND_SECONDS = 10.0

#: How long the first record may take, which says whether the journal is whole.
FIRST_SECONDS = 30.0

#: The journal is kept for ever, and a step repeats itself: a fifth is left of it.  Nobody but
#: Isthmus reads it, so its readers have the codec.
COMPRESSION = "zstd"


class RecordsGoneError(Exception):
    """The journal no longer has records that we must read; the text says what to do."""


class KafkaLog:
    """A topic as a Log; `start` before anything else, `stop` at the end."""

    def __init__(
        self, cluster: Cluster, topic: str, *, append_seconds: float = APPEND_SECONDS
    ) -> None:
        self._cluster, self._topic, self._named = cluster, topic, cluster.named(topic)
        self._append_seconds = append_seconds
        self._producer = Producer(cluster, compression=COMPRESSION)
        self._tail = _consumer(cluster)
        self._asker = _consumer(cluster)
        self._partitions: list[TopicPartition] = []
        #: Whether it is the journal, and is being rewritten, as far as we may see that.
        self.is_rewritten = False

    async def start(self) -> None:
        """Connect; TopicMissingError when it has not been made, JournalLostError while half is.

        TopicsWrongError where that is since it is being rewritten.
        """
        await self._producer.start()
        await self._tail.start()
        await self._asker.start()
        there = await self._asker.topics()
        is_journal = self._topic == JOURNAL.name
        self.is_rewritten = is_journal and self._cluster.named(REWRITTEN) in there
        if self._named not in there:
            if self.is_rewritten:
                raise TopicsWrongError(being_rewritten(self._cluster))
            raise TopicMissingError(self._cluster, self._named)
        numbers = await self._producer.partitions(self._topic)
        self._partitions = [TopicPartition(self._named, number) for number in sorted(numbers)]
        if is_journal:
            await self._refuse_half()

    async def stop(self) -> None:
        """Close all connections, whether `start` came to its end or not."""
        await self._asker.stop()
        await self._tail.stop()
        await self._producer.stop()

    async def append(self, partition: int, key: bytes, value: bytes) -> int:
        """Append one record and return its offset; AppendUnknownError when that is not known.

        ValueError, and nothing sent, when the record is larger than Kafka takes.
        """
        try:
            async with asyncio.timeout(self._append_seconds):
                kept = await self._producer.send(self._topic, key, value, partition=partition)
        except (KafkaError, TimeoutError) as fault:
            raise AppendUnknownError from fault
        # For a repeat that it no longer remembers, a broker says "kept" and not where.
        if kept.log_start_offset is None or kept.log_start_offset < 0:
            raise AppendUnknownError
        return int(kept.offset)

    async def read(self, timeout_seconds: float) -> Sequence[LogRecord]:
        """Return the next records; RecordsGoneError when the journal was shortened or made anew."""
        try:
            found = await self._tail.getmany(
                timeout_ms=int(timeout_seconds * 1000), max_records=RECORDS_A_READ
            )
        except OffsetOutOfRangeError as fault:
            raise RecordsGoneError(
                f"The topic {self._named} has not the records to go on from ({fault}): it must be "
                "kept for ever; if it was made anew, empty the state store as well."
            ) from fault
        return [
            LogRecord(record.partition, record.offset, record.key or b"", record.value or b"")
            for records in found.values()
            for record in records
        ]

    async def ends(self) -> Mapping[int, int]:
        """Return, by partition, the offset that the next record will get."""
        ends = await self._asker.end_offsets(self._partitions)
        return {tp.partition: end for tp, end in ends.items()}

    async def _refuse_half(self) -> None:
        """JournalLostError when a topic that was made anew has not all its records yet.

        TopicsWrongError while it has not even the first one, which says how many there must be.
        """
        ends = await self.ends()
        is_begun = bool(self._partitions and ends[self._partitions[0].partition])
        if self.is_rewritten and not is_begun:
            raise TopicsWrongError(being_rewritten(self._cluster))
        if is_begun:
            self._tail.assign(self._partitions[:1])
            self._tail.seek(self._partitions[0], 0)
            with suppress(OffsetOutOfRangeError):
                async with asyncio.timeout(FIRST_SECONDS):
                    first = await self._tail.getone(self._partitions[0])
                refuse_half(first.value or b"", ends)

    def start_at(self, positions: Mapping[int, int]) -> None:
        """Read every partition from these offsets on (0 where none is named)."""
        self._tail.assign(self._partitions)
        for tp in self._partitions:
            self._tail.seek(tp, positions.get(tp.partition, 0))


def _consumer(cluster: Cluster) -> AIOKafkaConsumer:
    # "none": to begin elsewhere than we asked for would leave out history, and silently.
    return AIOKafkaConsumer(**cluster.client, enable_auto_commit=False, auto_offset_reset="none")
