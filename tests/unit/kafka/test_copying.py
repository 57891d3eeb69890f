"""Whoever reads a topic and stops in its midst closes the connection it reads by there and then."""

from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaError

from streams.cluster import Cluster
from streams.kafka.copying import Copying, NotSameError
from streams.kafka.minutes import MinuteBook

RECORDS = 3


class Consumer:
    """Gives the same few records of whatever it is asked for."""

    def __init__(self, value):
        self.value, self.left = value, []

    async def end_offsets(self, tps):
        return dict.fromkeys(tps, RECORDS)

    def assign(self, tps):
        self.left = list(tps)

    def seek(self, _tp, _at):
        pass

    def pause(self, _tp):
        pass

    async def getmany(self, **_):
        found, self.left = self.left, []
        return {tp: [self._record(tp, at) for at in range(RECORDS)] for tp in found}

    def _record(self, tp, offset):
        return SimpleNamespace(
            topic=tp.topic,
            partition=tp.partition,
            offset=offset,
            key=b"k",
            value=self.value(tp, offset),
            timestamp=1,
            headers=(),
        )


class Producer:
    async def send(self, *_, **__):
        raise KafkaError("away")


class Read(Copying):
    """Counts the connections that are open."""

    def __init__(self, value=lambda _tp, _offset: b"no entry"):
        super().__init__(Cluster(brokers="kafka.test:9092"))
        self.value, self.open = value, 0

    @asynccontextmanager
    async def _consumer(self):
        self.open += 1
        try:
            yield Consumer(self.value)
        finally:
            self.open -= 1

    @asynccontextmanager
    async def _producer(self):
        yield Producer()


async def test_entries_that_make_no_sense_leave_no_connection_open():
    copying = Read()

    with pytest.raises(ValueError, match="JSON"):
        await MinuteBook(copying, "aside", 3).read()

    assert copying.open == 0


async def test_nor_does_a_copy_that_fails():
    copying = Read()

    with pytest.raises(KafkaError):
        await copying.copy("journal", "aside", {0: (0, RECORDS)})

    assert copying.open == 0


async def test_nor_do_two_that_are_not_the_same():
    copying = Read(lambda tp, offset: f"{tp.topic if offset else ''}".encode())

    with pytest.raises(NotSameError):
        await copying.compare("journal", "aside", [RECORDS])

    assert copying.open == 0
