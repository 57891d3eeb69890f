"""The journal on a real Kafka: its figures, its fence between processes, and a broker's restart."""

import asyncio
import os
import random
import secrets
import signal
import statistics
import sys
import time
from collections import defaultdict
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.lab.local import broker, ports
from agents.lab.local.place import Place
from streams.cluster import Cluster
from streams.journal.journal import Journal
from streams.journal.rebuild import compare, rebuild
from streams.journal.store import Store
from streams.journal.terms import Accepted, ClaimFailedError, Reason, Refused
from streams.kafka import probe
from streams.kafka.log import KafkaLog, RecordsGoneError
from streams.kafka.topic_faults import TopicMissingError
from streams.kafka.topic_shapes import Shape, Topics
from tests.testing.simulated.folding import WordFolding

PARTITIONS = 3
WORKER = Path(__file__).with_name("journal_worker.py")


class WallClock:
    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


@asynccontextmanager
async def journal_on(brokers, topic, store=None, **options):
    async with AsyncExitStack() as ends:
        log = KafkaLog(Cluster(brokers=brokers), topic, **options)
        ends.push_async_callback(log.stop)
        await log.start()
        own = store or ends.enter_context(closing(Store("sqlite://")))
        journal = Journal(
            log,
            WordFolding(),
            own,
            WallClock(),
            new_term=lambda: secrets.token_hex(8),
            partitions=PARTITIONS,
        )
        ends.push_async_callback(journal.stop)
        await journal.start()
        yield journal


@pytest.fixture
async def topic(topic_factory):
    return await topic_factory("journal", partitions=PARTITIONS)


async def timed(work, times):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - begun)
    # What waits, waits each time; what is slow now and then is a busy machine's.
    return statistics.quantiles(taken, n=4)[0], statistics.median(taken)


async def test_an_append_is_read_back_in_milliseconds(kafka, topic, record_property):
    async with journal_on(kafka, topic) as journal:
        term = await journal.claim(0)

        async def append():
            answer = await journal.append(0, "lane", [("r", "w")], term=term)
            assert isinstance(answer, Accepted)

        quarter, median = await timed(append, 200)

    record_property("append_and_read_back_p50_ms", round(median * 1000, 2))
    # 1 ms on a quiet machine; a waiting fetch or a linger would cost far more than this.
    assert quarter < 0.02


async def test_the_end_is_known_without_waiting_behind_a_fetch(kafka, topic):
    async with journal_on(kafka, topic) as journal:
        await journal.claim(0)

        # The tail's fetch waits half a second for records on this idle journal.
        quarter, _ = await timed(journal.caught_up, 20)
        assert quarter < 0.1


async def test_many_lanes_share_one_partition(kafka, topic, record_property):
    async with journal_on(kafka, topic) as journal:
        term = await journal.claim(0)

        async def lane(number):
            for _ in range(20):
                facts = [(f"r{number}", "w")]
                assert isinstance(await journal.append(0, "lane", facts, term=term), Accepted)

        begun = time.perf_counter()
        await asyncio.gather(*(lane(number) for number in range(100)))
        record_property("appends_per_s", round(2_000 / (time.perf_counter() - begun)))

        assert all(journal.state(f"0:r{number}") == ("w",) * 20 for number in range(100))


async def test_a_record_that_kafka_refuses_for_its_size_leaves_the_term_alone(kafka, topic):
    async with journal_on(kafka, topic) as journal:
        term = await journal.claim(0)

        with pytest.raises(ValueError, match="too large"):
            await journal.append(0, "lane", [("r", "x" * 2_000_000)], term=term)

        assert isinstance(await journal.append(0, "lane", [("r", "x")], term=term), Accepted)


async def test_a_missing_topic_is_named_with_the_remedy(kafka):
    log = KafkaLog(Cluster(brokers=kafka), "no-such-topic")
    with pytest.raises(TopicMissingError, match=r"no topic no-such-topic: make it with"):
        await log.start()
    await log.stop()


async def test_a_position_that_the_topic_has_not_is_never_skipped(kafka, topic):
    log = KafkaLog(Cluster(brokers=kafka), topic)
    await log.start()
    log.start_at({0: 5})

    with pytest.raises(RecordsGoneError, match="kept for ever"):
        await log.read(10)
    await log.stop()


class Processes:
    """Worker processes of this test's own, each with a store that outlives it."""

    def __init__(self, kafka, topic, folder):
        self._arguments = [kafka, topic, str(PARTITIONS)]
        self.folder = folder
        self._running = {}

    def store(self, name):
        return self.folder / f"{name}.sqlite"

    @property
    def notes(self):
        return self.folder / "accepted"

    async def start(self, name):
        self._running[name] = await asyncio.create_subprocess_exec(
            sys.executable,
            WORKER,
            *self._arguments,
            self.store(name),
            self.notes,
            env=os.environ | {"PYTHONPATH": str(WORKER.parents[2])},
            stdout=asyncio.subprocess.PIPE,
        )
        assert await self._running[name].stdout.readline() == b"begun\n"

    def signal(self, name, number):
        self._running[name].send_signal(number)

    async def ended(self, name):
        return await self._running.pop(name).wait()

    async def end(self):
        for name in list(self._running):
            self.signal(name, signal.SIGKILL)
            await self.ended(name)


@pytest.fixture
async def processes(kafka, topic, tmp_path):
    processes = Processes(kafka, topic, tmp_path)
    yield processes
    await processes.end()


async def history(kafka, topic):
    """Read the topic as the rule says, without any code of the journal."""
    log = KafkaLog(Cluster(brokers=kafka), topic)
    await log.start()
    log.start_at({})
    ends = await log.ends()
    terms, counted, dropped, seen = {}, {}, 0, defaultdict(int)
    while any(seen[partition] < end for partition, end in ends.items()):
        for read in await log.read(1):
            seen[read.partition] = read.offset + 1
            record = WordFolding().decode(read.value)
            if record.claim:
                terms[read.partition] = record.claim
            elif record.term == terms.get(read.partition):
                counted[read.partition, read.offset] = (record.term, record.facts[0][1])
            else:
                dropped += 1
    await log.stop()
    return counted, dropped


async def trouble(processes, rng):
    """Kill or freeze one of the two, and have it back."""
    name = rng.choice(["a", "b"])
    if rng.random() < 0.5:
        processes.signal(name, signal.SIGKILL)
        await processes.ended(name)
        await asyncio.sleep(0.3)
        await processes.start(name)
    else:
        processes.signal(name, signal.SIGSTOP)
        await asyncio.sleep(1.5)
        processes.signal(name, signal.SIGCONT)


async def test_two_processes_that_fence_each_other_write_one_history(
    kafka, topic, processes, tmp_path, record_property
):
    rng = random.Random(7)
    for name in ("a", "b"):
        await processes.start(name)
    for _ in range(8):
        await asyncio.sleep(rng.uniform(0.5, 1.5))
        await trouble(processes, rng)
    await asyncio.sleep(1)
    for name in ("a", "b"):
        processes.signal(name, signal.SIGTERM)
        assert await processes.ended(name) == 0

    counted, dropped = await history(kafka, topic)
    accepted = [line.split() for line in processes.notes.read_text().splitlines()]
    record_property("accepted", len(accepted))
    record_property("fenced", dropped)
    assert len(accepted) > 200
    assert dropped > 0
    for term, word, offset, partition in accepted:
        assert counted[int(partition), int(offset)] == (term, word)

    anew = Store(f"sqlite:///{tmp_path}/anew.sqlite")
    log = KafkaLog(Cluster(brokers=kafka), topic)
    await log.start()
    await rebuild(log, WordFolding(), anew, WallClock(), partitions=PARTITIONS)
    await log.stop()
    for name in ("a", "b"):
        store = Store(f"sqlite:///{processes.store(name)}")
        async with journal_on(kafka, topic, store) as journal:
            await journal.caught_up()
        assert list(compare(store, anew)) == []
        store.close()
    anew.close()


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_broker_that_restarts_ends_terms_and_loses_nothing(request, tmp_path):
    if os.environ.get("ISTHMUS_BROKERS"):
        pytest.skip("ISTHMUS_BROKERS is not ours to restart")
    port, controller_port = ports.free(2)
    place = Place(
        root=request.config.rootpath, folder=tmp_path, port=port, controller_port=controller_port
    )
    await broker.start(place, given=None, say=lambda _: None)
    try:
        await survive_a_restart(place, await made(place))
    finally:
        await broker.stop(place, given=None)


async def made(place):
    async with probe.admin(Cluster(brokers=place.bootstrap)) as client:
        shape = Shape(partitions=PARTITIONS, replication=1, config={})
        await Topics(client).make("journal", shape)
    return "journal"


async def survive_a_restart(place, topic):
    async with journal_on(place.bootstrap, topic, append_seconds=5) as journal:
        term = await journal.claim(0)
        await journal.append(0, "lane", [("r", "before")], term=term)
        await broker.stop(place, given=None)

        answer = await journal.append(0, "lane", [("r", "during")], term=term)
        assert answer == Refused(partition=0, reason=Reason.UNKNOWN)

        await broker.start(place, given=None, say=lambda _: None)
        term = await claimed(journal, 0)
        answer = await journal.append(0, "lane", [("r", "after")], term=term)
        assert isinstance(answer, Accepted)
        assert journal.state("0:r") in {("before", "after"), ("before", "during", "after")}


async def claimed(journal, partition):
    while True:
        try:
            return await journal.claim(partition)
        except ClaimFailedError:
            await asyncio.sleep(0.2)
