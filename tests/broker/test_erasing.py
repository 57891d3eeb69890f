"""A customer's earlier data out of a journal on a real Kafka, whoever dies when."""

import asyncio
import itertools
import os
import sys
import tempfile
import uuid
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer

from agents.audit.books import LedgerUnreadableError
from agents.audit.journal import Terms, read_journal
from agents.cli.doctor import kafka_checks
from agents.cli.erasing.command import Erasing
from agents.cli.refusal import Refusal
from agents.cli.topics import ensure, topics_on
from schemas.values import Kind, RecordRef, Side
from streams.cluster import Cluster
from streams.journal.same_journal import JournalLostError
from streams.kafka import probe
from streams.kafka.log import KafkaLog
from streams.kafka.replacing import Replacing, UnderWayError
from streams.kafka.rewriting import rewriting_told
from streams.kafka.topic_check import check_counts
from streams.kafka.topic_faults import TopicMissingError, TopicsWrongError
from streams.kafka.topic_shapes import Topics
from streams.outbox.kafka_producer import Producer
from streams.topics import JOURNAL, TOPICS, aside_of
from tests.broker.recorded_journal import (
    CUSTOMER,
    LAYOUT,
    NOW,
    PARTITIONS,
    forget,
    is_erased,
    records,
    with_a_day,
)

pytestmark = pytest.mark.kafka


#: What everybody is told who asks what is to be done next.
NEXT = "`isthmus erase t1 1001`"


class KilledError(Exception):
    """The process has died."""


class Mortal:
    """Dies at its n-th call to the brokers, before it or right after it; None: never."""

    def __init__(self, at: int | None = None, *, after: bool = False) -> None:
        self.at, self.after, self.calls = at, after, 0

    def wrapped(self, call: Callable) -> Callable:
        async def mortal(*args, **named):
            self.calls += 1
            dies = self.calls == self.at
            if dies and not self.after:
                raise KilledError
            done = await call(*args, **named)
            if dies:
                raise KilledError
            return done

        return mortal


def wrap(of: object, names: str, mortal: Mortal) -> None:
    for name in names.split():
        setattr(of, name, mortal.wrapped(getattr(of, name)))


@pytest.fixture
async def cluster(kafka):
    """A place on Kafka with topics of its own, and a recorded day in its journal."""
    cluster = Cluster(brokers=kafka, prefix=f"erase-{uuid.uuid4().hex[:8]}.")
    await with_a_day(cluster)
    yield cluster
    await forget(cluster)


@asynccontextmanager
async def replacing_on(cluster, mortal=None, members=0):
    async with probe.admin(cluster) as client:
        topics = Topics(client)

        async def users():
            return members

        replacing = Replacing(cluster, JOURNAL.name, topics, users, uuid.uuid4().hex)
        if mortal is not None:
            wrap(topics, "make set delete grow", mortal)
            wrap(replacing.copying, "copy append compare", mortal)
        yield replacing


def erasing_on(cluster, replacing):
    folder = Path(tempfile.gettempdir()) / uuid.uuid4().hex
    return Erasing(cluster, replacing, folder, "ann", lambda _report: None)


async def erase(cluster, mortal=None, *, members=0, dry_run=False, tenant="t1", customer=CUSTOMER):
    async with replacing_on(cluster, mortal, members) as replacing:
        erasing = erasing_on(cluster, replacing)
        return await erasing.run(tenant, customer, dry_run=dry_run)


async def checked(cluster) -> int:
    """Return how many records the ledger check takes for the journal."""
    read = read_journal(cluster.client, cluster.named(JOURNAL.name), Terms())
    return len([each async for each in read])


async def starts(cluster) -> bool:
    """Tell whether a worker would begin to read this journal."""
    log = KafkaLog(cluster, JOURNAL.name)
    try:
        await check_counts(cluster, (each.name for each in TOPICS), PARTITIONS)
        await log.start()
    except (TopicsWrongError, TopicMissingError, JournalLostError):
        return False
    else:
        return True
    finally:
        await log.stop()


async def reads(cluster) -> bool:
    """Tell whether one would that may not see what stands aside."""
    log = KafkaLog(cluster, JOURNAL.name)
    try:
        await log.start()
        return len(await log.ends()) == PARTITIONS
    except (TopicsWrongError, TopicMissingError, JournalLostError):
        return False
    finally:
        await log.stop()


async def test_what_a_customer_was_called_goes_and_everything_else_stays(cluster):
    before = await records(cluster)

    counted = await erase(cluster, dry_run=True)
    assert not counted.done
    assert await records(cluster) == before
    report = await erase(cluster)

    assert report.done
    assert (report.records, report.strings) == (counted.records, counted.strings) != (0, 0)
    assert counted.stays == (NOW.decode(), "Harbour Books")
    is_erased(before, await records(cluster))
    assert await starts(cluster)
    async with probe.admin(cluster) as client:
        assert cluster.named(aside_of(JOURNAL.name)) not in await client.list_topics()
        shape = await Topics(client).shape(cluster.named(JOURNAL.name))
    assert shape.config["retention.ms"] == "-1"
    assert not shape.is_shut

    again = await erase(cluster)
    assert (again.done, again.records) == (False, 0)


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_whoever_dies_at_whichever_call_the_same_command_ends_it(cluster, after):
    """Each run dies one call later than the one before, so each goes on from another state."""
    before = await records(cluster)
    original = [[value for _, value, _, _ in each] for each in before]
    deaths = 0
    for at in range(1, 60):
        mortal = Mortal(at, after=after)
        try:
            report = await erase(cluster, mortal)
            break
        except KilledError:
            deaths += 1
            whole = await reads(cluster)
            found = await records(cluster) if whole else []
            values = [[value for _, value, _, _ in each] for each in found]
            if whole and values != original:
                is_erased(before, found)
            assert whole or not await starts(cluster)
    assert deaths >= 8
    assert report.done
    is_erased(before, await records(cluster))
    assert await starts(cluster)


@pytest.mark.slow
@pytest.mark.parametrize("at", range(1, 10))
async def test_it_is_put_in_place_from_wherever_it_was_left(cluster, at):
    """From when it stands aside whole there are nine calls; it dies before each, once."""
    before = await records(cluster)
    whole = Mortal(None)
    async with replacing_on(cluster, whole) as replacing:
        put = replacing.put_in_place

        async def dies(minutes, begins):
            whole.calls, whole.at = 0, at
            await put(minutes, begins)

        replacing.put_in_place = dies
        erasing = erasing_on(cluster, replacing)
        with pytest.raises(KilledError):
            await erasing.run("t1", CUSTOMER, dry_run=False)

    assert not await starts(cluster)
    with pytest.raises(TopicsWrongError, match=NEXT):
        await check_counts(cluster, (each.name for each in TOPICS), PARTITIONS)
    with pytest.raises(TopicsWrongError, match=NEXT):
        await ensure(cluster, LAYOUT, topics_on(cluster))
    assert NEXT in await rewriting_told(cluster)
    doctor = await kafka_checks.kafka(
        cluster, "isthmus-sync", "operator", single_node=True, console=False
    )
    assert [(each.check, NEXT in each.says) for each in doctor[2:]] == [("erasing", True)]
    if not await reads(cluster):
        with pytest.raises(LedgerUnreadableError, match="isthmus erase"):
            await checked(cluster)
    with pytest.raises(Refusal, match="customer/1001"):
        await erase(cluster, customer=RecordRef(Side.MEDIAOS, Kind.CUSTOMER, "7"))
    if await reads(cluster):
        found = await records(cluster)
        if found != before:
            is_erased(before, found)

    assert (await erase(cluster)).done
    is_erased(before, await records(cluster))
    assert await starts(cluster)


async def test_what_a_killed_run_has_folded_goes_with_the_run_that_goes_on(cluster, tmp_path):
    """It holds what the customer was called; who only puts in place cleans up too."""
    left = tmp_path / "erasing"
    async with replacing_on(cluster, whole := Mortal(None)) as replacing:
        put = replacing.put_in_place

        async def killed(minutes, begins):
            # As SIGKILL leaves it: nothing is cleaned up.
            copytree(left, tmp_path / "kept")
            whole.calls, whole.at = 0, 4
            await put(minutes, begins)

        replacing.put_in_place = killed
        with pytest.raises(KilledError):
            await Erasing(cluster, replacing, left, "ann", lambda _: None).run(
                "t1", CUSTOMER, dry_run=False
            )
    copytree(tmp_path / "kept", left, dirs_exist_ok=True)
    assert list(left.iterdir())

    async with replacing_on(cluster) as replacing:
        report = await Erasing(cluster, replacing, left, "ann", lambda _: None).run(
            "t1", CUSTOMER, dry_run=False
        )

    assert report.done
    assert not left.exists()


async def test_half_a_journal_is_taken_for_the_whole_by_nobody(cluster):
    """Its first record says what must be there, to who may not see what stands aside, too."""
    before = await records(cluster)
    async with replacing_on(cluster) as replacing:
        copy = replacing.copying.copy

        async def dies(source, target, places, *args, **named):
            half = {partition: (at, (at + end) // 2) for partition, (at, end) in places.items()}
            putting = source == replacing.aside and len(places) > 1
            await copy(source, target, half if putting else places, *args, **named)
            if putting:
                raise KilledError

        replacing.copying.copy = dies
        erasing = erasing_on(cluster, replacing)
        with pytest.raises(KilledError):
            await erasing.run("t1", CUSTOMER, dry_run=False)
    log = KafkaLog(cluster, JOURNAL.name)

    with pytest.raises(JournalLostError, match=r"half: .* Run it again"):
        await log.start()
    with pytest.raises(LedgerUnreadableError, match="The journal is half"):
        await checked(cluster)

    await log.stop()
    assert (await erase(cluster)).done
    is_erased(before, await records(cluster))
    assert await starts(cluster)


async def test_nothing_is_touched_while_a_worker_runs(cluster):
    before = await records(cluster)

    with pytest.raises(UnderWayError, match="stop all workers"):
        await erase(cluster, members=1)

    assert await records(cluster) == before
    assert await starts(cluster)


async def test_who_is_not_known_is_told_so_and_nothing_is_written(cluster):
    before = await records(cluster)

    with pytest.raises(Refusal, match="knows no tenant t2; the nearest name is t1"):
        await erase(cluster, tenant="t2")
    with pytest.raises(Refusal, match="No customer 7 of MediaOS"):
        await erase(cluster, customer=CUSTOMER._replace(id="7"))

    assert await records(cluster) == before
    assert await starts(cluster)


async def test_of_two_who_go_on_the_first_one_stops(cluster):
    """The first was frozen before it deletes the journal; what the second has made stays."""
    before = await records(cluster)
    async with replacing_on(cluster) as replacing:
        shut = replacing._shut

        async def frozen(minutes):
            await shut(minutes)
            assert (await erase(cluster)).done

        replacing._shut = frozen
        erasing = erasing_on(cluster, replacing)
        with pytest.raises(UnderWayError, match="Another run"):
            await erasing.run("t1", CUSTOMER, dry_run=False)

    is_erased(before, await records(cluster))
    assert await starts(cluster)


async def test_members_of_the_group_are_counted(cluster, kafka):
    group = f"workers-{uuid.uuid4().hex[:8]}"
    async with probe.admin(cluster) as client:
        topics = Topics(client)
        assert await topics.members(group) == 0
        consumer = AIOKafkaConsumer(
            cluster.named(JOURNAL.name), bootstrap_servers=kafka, group_id=group
        )
        await consumer.start()
        assert await topics.members(group) == 1
        await consumer.stop()
        assert await topics.members(group) == 0


async def test_what_came_since_it_was_rewritten_is_not_lost(cluster):
    """It is shut, and only then looked at: what is there is left, and it opens again."""
    late = Mortal(None)
    async with replacing_on(cluster, late) as replacing:
        put = replacing.put_in_place

        async def too_late(minutes, begins):
            producer = Producer(cluster)
            claim = {"term": "x", "claim": "x", "lane": "", "at": "2026-03-02T10:00:00Z"}
            await producer.send(JOURNAL.name, b"", msgspec.json.encode(claim), partition=1)
            await producer.stop()
            await put(minutes, begins)

        replacing.put_in_place = too_late
        erasing = erasing_on(cluster, replacing)
        with pytest.raises(UnderWayError, match="written to"):
            await erasing.run("t1", CUSTOMER, dry_run=False)
    before = await records(cluster)
    shut = Producer(cluster)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever the client makes of it
        async with asyncio.timeout(5):
            await shut.send(JOURNAL.name, b"", b"{}", partition=0)
    await shut.stop()

    assert (await erase(cluster)).done
    is_erased(before, await records(cluster))


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_process_that_is_killed_over_and_over_ends_it_at_last(cluster, tmp_path):
    """Later each time, so it dies all along its way."""
    before, killed = await records(cluster), 0
    for tenths in itertools.count(15, 7):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "agents.cli.main", "erase", "t1", "1001", "--by", "ann"),
            cwd=tmp_path,
            env={
                **os.environ,
                "ISTHMUS_BROKERS": cluster.brokers,
                "ISTHMUS_TOPIC_PREFIX": cluster.prefix,
                "ISTHMUS_STATE_FOLDER": str(tmp_path),
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(tenths / 10):
                said, wrong = await process.communicate(b"1001\n")
        except TimeoutError:
            process.kill()
            await process.wait()
            killed += 1
            continue
        break

    assert process.returncode == 0, wrong.decode()
    # The last one may have died when all was done.
    assert b"are erased" in said or b"has nothing" in said
    assert [each.name for each in tmp_path.iterdir() if "erasing" in each.name] == []
    assert killed > 2
    is_erased(before, await records(cluster))
    assert await starts(cluster)


async def test_what_was_broken_off_before_it_was_whole_is_told_with_its_command_too(cluster):
    """Nothing of the journal is touched yet; still no worker starts, and everybody says why."""
    before = await records(cluster)
    with pytest.raises(KilledError):
        await erase(cluster, Mortal(3))

    assert NEXT in await rewriting_told(cluster)
    assert await records(cluster) == before
    assert await checked(cluster) == sum(map(len, before))
    assert (await erase(cluster)).done
    assert await rewriting_told(cluster) is None
    assert await checked(cluster) == sum(map(len, before)) + PARTITIONS


async def test_a_journal_that_was_written_to_in_between_stays_shut_and_says_what_opens_it(cluster):
    before = await records(cluster)
    async with replacing_on(cluster) as replacing:
        whole, copying = replacing.whole, replacing.copying

        async def late(minutes):
            await whole(minutes)
            await copying.append(replacing.topic, 0, before[0][-1][0], before[0][-1][1])

        replacing.whole = late
        with pytest.raises(UnderWayError, match="run the command again"):
            await erasing_on(cluster, replacing).run("t1", CUSTOMER, dry_run=False)
        assert (await replacing.shape()).is_shut

    assert not await starts(cluster)
    assert NEXT in await rewriting_told(cluster)
    assert (await erase(cluster)).done
    assert await rewriting_told(cluster) is None
    assert await starts(cluster)
    async with replacing_on(cluster) as replacing:
        assert not (await replacing.shape()).is_shut
