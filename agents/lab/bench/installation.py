"""What is an installation for a figure?  Workers, customers that are linked, and every call made.

Customers cross as any others do: each is published, created across, invoiced, and its invoice's
number comes back; only then is anything measured on them.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.lab.bench.books import (
    FIRST_EDIT,
    ITEM,
    PRODUCT,
    customer_event,
    customer_id,
    invoice_event,
    invoice_id,
)
from agents.lab.bench.child import Child
from agents.lab.bench.faults import BenchFault
from schemas.catalog import encode
from schemas.identity import lane_key
from schemas.requests import Request, SetMapping
from schemas.values import Side
from streams.cluster import Cluster
from streams.kafka.partitions import partition_of
from streams.outbox.kafka_producer import Producer
from streams.publisher import Change, Publisher
from streams.topics import MEDIAOS_CHANGES, REQUESTS, Layout

TENANT = "bench"
PARTITIONS = Layout().partitions
LINKED_WITHIN_SECONDS = 90.0
#: So many changes are on their way at once while customers are linked.
AT_ONCE = 20


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A command as a worker carried it out; `at` in this machine's monotonic seconds."""

    worker: str
    side: Side
    kind: str
    id: str
    memo: str | None
    at: float


class Installation:
    """Workers by name, on the topics of one Kafka; `calls` is what they did, as it happens."""

    def __init__(
        self,
        cluster: Cluster,
        folder: Path,
        *,
        group: str,
        customers: int,
        budgeted: bool = False,
        heard: Callable[[Call], None] | None = None,
    ) -> None:
        """Take where, and what; `heard` is told of every call besides the queue."""
        self.calls: asyncio.Queue[Call] = asyncio.Queue()
        self.invoices = {
            invoice_id(customer, 0): customer
            for customer in (customer_id(number) for number in range(customers))
        }
        self._cluster = cluster
        self._folder = folder
        self._group = group
        self._places = "budgeted" if budgeted else "free"
        self._heard = heard
        topic = cluster.named(MEDIAOS_CHANGES.name)
        self._publisher = Publisher(brokers=cluster.brokers, topic=topic)
        self._children: dict[str, Child] = {}
        self._listening: set[asyncio.Task[None]] = set()
        self._versions = dict.fromkeys(self.invoices, FIRST_EDIT)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self._publisher)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in list(self._children):
            await self.kill(name)
        await self._open.aclose()

    async def start(self, name: str) -> None:
        """Start a worker of the group."""
        log = self._folder / f"{name}.log"
        cluster = (self._cluster.brokers, self._cluster.prefix)
        arguments = (*cluster, self._group, name, str(self._folder), self._places)
        child = Child("agents.lab.bench.engine_worker", *arguments, log=log)
        self._children[name] = await child.__aenter__()
        listening = asyncio.create_task(self._listen(name, child))
        self._listening.add(listening)
        listening.add_done_callback(self._listening.discard)

    async def kill(self, name: str) -> None:
        """End a worker by SIGKILL."""
        await self._children.pop(name).kill()

    async def link(self) -> None:
        """Have every customer and its invoice cross; BenchFault when they do not in time."""
        await self._map_product()
        await self._publish_all(customer_event(TENANT, c) for c in self.invoices.values())
        await self._publish_all(invoice_event(TENANT, c, i) for i, c in self.invoices.items())
        missing = set(self.invoices)
        try:
            async with asyncio.timeout(LINKED_WITHIN_SECONDS):
                while missing:
                    call = await self.calls.get()
                    if call.side is Side.MEDIAOS:
                        missing.discard(call.id)
        except TimeoutError as late:
            raise BenchFault(
                f"{len(missing)} of {len(self.invoices)} invoices have not crossed after "
                f"{LINKED_WITHIN_SECONDS:g} s: look into the logs in {self._folder}."
            ) from late

    def partition_of(self, invoice: str) -> int:
        """Return the partition in which an invoice's lane works."""
        key = lane_key(TENANT, Side.MEDIAOS, self.invoices[invoice])
        return partition_of(key, PARTITIONS)

    def edit(self, invoice: str, memo: str) -> Change:
        """Say that somebody edits an invoice's memo once more."""
        version = self._versions[invoice]
        self._versions[invoice] += 1
        return invoice_event(TENANT, self.invoices[invoice], invoice, version=version, memo=memo)

    async def edit_steadily(
        self, memos: Iterable[str], per_second: float, sent: Callable[[str, float], None]
    ) -> None:
        """Edit the invoices in turn, an edit a memo, at that pace whatever becomes of them.

        `sent` hears of each memo at which monotonic second it is handed to the publisher.
        """
        invoices = list(self.invoices)
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number, memo in enumerate(memos):
                change = self.edit(invoices[number % len(invoices)], memo)
                await asyncio.sleep(max(began + number / per_second - time.monotonic(), 0))
                sent(memo, time.monotonic())
                group.create_task(self._publisher.publish(change))

    async def edit_at_once(
        self, memos: Sequence[str], at_once: int, invoices: Sequence[str] = ()
    ) -> None:
        """Edit these invoices (or all) in turn, as fast as Kafka takes it, in the memos' order."""
        among = list(invoices or self.invoices)
        changes = (self.edit(among[n % len(among)], memo) for n, memo in enumerate(memos))
        await self._publish_all(changes, at_once)

    async def ask(self, key: str, request: Request) -> None:
        """Ask something of the engine, as the CLI does."""
        outbox = Producer(self._cluster)
        await outbox.start()
        await outbox.send(REQUESTS.name, key.encode(), encode(request))
        await outbox.stop()

    async def end(self, topic: str, partition: int) -> int:
        """Return the offset that the next record of a partition will get."""
        tp = TopicPartition(self._cluster.named(topic), partition)
        async with AIOKafkaConsumer(**self._cluster.client) as consumer:
            return int((await consumer.end_offsets([tp]))[tp])

    def resident_mb(self, name: str) -> float:
        """Return how much memory a worker has, in megabytes."""
        return self._children[name].resident_mb()

    def cpu_seconds(self, name: str) -> float:
        """Return how long a worker has had a processor."""
        return self._children[name].cpu_seconds()

    async def _map_product(self) -> None:
        request = SetMapping(id="bench-map", tenant=TENANT, source=PRODUCT, target=ITEM)
        await self.ask(TENANT, request)

    async def _publish_all(self, changes: Iterable[Change], at_once: int = AT_ONCE) -> None:
        waiting = iter(changes)
        while some := list(itertools.islice(waiting, at_once)):
            await asyncio.gather(*(self._publisher.publish(change) for change in some))

    async def _listen(self, name: str, child: Child) -> None:
        said: dict[str, Any] | None
        while (said := await child.said()) is not None:
            call = msgspec.convert({**said, "worker": name}, Call)
            self.calls.put_nowait(call)
            if self._heard is not None:
                self._heard(call)
