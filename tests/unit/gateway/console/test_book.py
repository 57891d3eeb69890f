"""Does the book say what the journal says, after a crash too, and of no other journal?"""

import asyncio
import threading
from contextlib import closing as closing_of
from decimal import Decimal

import pytest
from aiokafka.errors import KafkaConnectionError

from agents.gateway.console.book.following import LOOK_SECONDS
from agents.gateway.console.book.reading import Book
from agents.gateway.console.book.tables import to_write
from agents.gateway.console.book.writing import BookWriter, Changes
from agents.view.kept_file import KeptFile
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.facts import Released
from schemas.rows import DocumentRow
from streams.journal.write_behind import WriteBehind
from streams.kafka.topic_faults import TopicsWrongError, being_rewritten
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import (
    ANNA,
    PARTITIONS,
    TERM,
    Log,
    World,
    browser_of,
    text_of,
)
from tests.unit.gateway.console.journal_words import (
    LANE,
    MONEY,
    REFUSED,
    connected,
    customer,
    invoice,
    live,
    parked,
)

PAGE = "/console/t/t1/attention"


def book_of(world):
    [path] = world.folder.glob("console*.sqlite")
    return lambda served: Book(path, lambda: served.console.follower.freshness)


async def waiting(world):
    async with world.open() as served:
        await served.caught_up()
        book = book_of(world)(served)
        return {each.row.name for each in book.waiting("t1")}, book.counts("t1", 0)


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer(), invoice("1"), parked("1"))
    return world


async def test_a_second_start_goes_on_from_where_the_first_ended(told):
    before = await waiting(told)
    told.tell(LANE, Released(document="mediaos/invoice/1", why="asked"))
    told.tell(LANE, invoice("2"), parked("2"))

    after = await waiting(told)

    assert before == ({"mediaos/invoice/1"}, {"came-to-wait": 1})
    assert after == ({"mediaos/invoice/2"}, {"came-to-wait": 2})


async def test_a_crash_between_the_book_and_the_fold_counts_nothing_twice(told, monkeypatch):
    async def killed(_self):
        raise ConnectionError

    with monkeypatch.context() as crash:
        crash.setattr(WriteBehind, "flush", killed)
        async with told.open() as served:
            await served.away()

    assert await waiting(told) == ({"mediaos/invoice/1"}, {"came-to-wait": 1})


async def test_what_was_kept_of_another_journal_does_not_count(told, tmp_path):
    await waiting(told)
    other = World(tmp_path)
    for partition in range(PARTITIONS):
        claim = JournalRecord(term="another", claim="another", lane="", at=START)
        other.journal.records[partition].clear()
        other.journal.keep(partition, b"", encode(claim))
        for _ in range(9):
            other.journal.keep(
                partition, b"", encode(JournalRecord(term="another", lane="t1", at=START))
            )

    assert await waiting(other) == (set(), {})


async def test_a_damaged_file_is_made_anew(told):
    before = await waiting(told)
    [path] = told.folder.glob("console*.sqlite")
    path.write_bytes(b"no database" * 1000)

    assert await waiting(told) == before


async def test_what_a_term_that_is_over_says_changes_nothing(told):
    partition = told.kafka.partition_of(LANE.encode())
    record = JournalRecord(term="over", lane=LANE, at=START, facts=(invoice("9"), parked("9")))
    told.journal.keep(partition, LANE.encode(), encode(record))
    told.tell(LANE, invoice("2"))

    names, counts = await waiting(told)

    assert names == {"mediaos/invoice/1"}
    assert counts == {"came-to-wait": 1}


async def test_since_when_something_waits_stays_when_it_changes_and_moves_when_it_waits_anew(told):
    at = [START]
    for later, facts in ((60, (invoice("1", memo="other"),)), (120, (parked("1"),))):
        await told.clock.advance(later)
        told.tell(LANE, *facts)
        async with told.open() as served:
            await served.caught_up()
            [each] = book_of(told)(served).waiting("t1")
            at.append(each.since)

    assert at[1] == START
    assert at[2] == told.clock.now()


async def test_documents_are_read_by_their_rows(told):
    async with told.open() as served:
        await served.caught_up()
        book = book_of(told)(served)
        row = DocumentRow(LANE, "mediaos/invoice/1")

        found = book.documents([row, DocumentRow(LANE, "mediaos/invoice/none")])

    assert [each.mediaos.record.memo for each in found.values()] == ["March issue"]


CUSTOMER, INVOICE = "mediaos/customer/42", "mediaos/invoice/136"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("harbour", CUSTOMER),
        ("HARBOUR  BOOKS", CUSTOMER),
        ("boo", CUSTOMER),
        ("mediaos-13", INVOICE),
        (" 136 ", INVOICE),
    ],
)
async def test_a_document_is_found_by_any_word_or_its_beginning(told, text, name):
    told.tell(LANE, invoice("136", number="MediaOS-136"))
    async with told.open() as served:
        await served.caught_up()
        found = book_of(told)(served).found("t1", text)

    assert [each.name for each in found] == [name]


@pytest.mark.parametrize("text", ["", "  ", "%", "no such", "\x00", "\U0010ffff"])
async def test_nothing_is_found_by_what_nothing_is_called(told, text):
    async with told.open() as served:
        await served.caught_up()
        assert book_of(told)(served).found("t1", text) == []


async def test_a_tenant_s_words_find_nothing_of_another(told):
    async with told.open() as served:
        await served.caught_up()
        assert book_of(told)(served).found("t2", "harbour") == []


async def test_while_the_journal_is_read_a_page_shows_how_far_and_no_half_of_the_truth(told):
    app = told.app(told.console())
    browser = browser_of(app)
    await browser.log_in(ANNA)

    page = await browser.get(PAGE)

    assert (page.status_code, page.headers["refresh"]) == (503, "3")
    assert "The journal is being opened." in text_of(page)


def test_a_file_is_one_for_each_reader(tmp_path, world):
    cluster = world.settings().cluster

    assert KeptFile(tmp_path, cluster).path != KeptFile(tmp_path, cluster, "console1").path


async def test_who_closes_the_book_waits_for_what_is_being_written(tmp_path):
    writer = BookWriter(to_write(tmp_path / "book.sqlite"))
    begun, go_on = threading.Event(), threading.Event()

    class Slow(dict):
        def items(self):
            begun.set()
            go_on.wait(10)
            return super().items()

    writing = asyncio.create_task(asyncio.to_thread(writer.write, Changes(), Slow(), {0: 7}))
    await asyncio.to_thread(begun.wait, 10)
    closing = asyncio.create_task(asyncio.to_thread(writer.close))
    done, _ = await asyncio.wait({closing}, timeout=0.1)
    go_on.set()
    await asyncio.gather(writing, closing)

    assert not done
    with closing_of(to_write(tmp_path / "book.sqlite")) as book:
        assert BookWriter(book).positions() == {0: 7}


async def test_a_kafka_that_goes_away_in_between_is_said_on_each_page(told, monkeypatch):
    async def away(_self):
        raise KafkaConnectionError

    async with told.open() as served:
        anna = await served.browser()
        before = await anna.get(PAGE)
        with monkeypatch.context() as gone:
            gone.setattr(Log, "ends", away)
            await told.clock.advance(LOOK_SECONDS)
            # The journal of these tests returns nothing before there is something.
            told.tell("t2", connected())
            await served.away()
            page = await anna.get(PAGE)

    assert "may be out of date" not in text_of(before)
    assert "may be out of date: Kafka does not answer" in text_of(page)
    assert "is not mapped" in text_of(page)


async def test_while_somebody_is_erased_a_page_says_what_the_journal_is_away_for(told, monkeypatch):
    async def rewritten(_self):
        raise TopicsWrongError(being_rewritten(told.settings().cluster))

    monkeypatch.setattr(Log, "start", rewritten)
    async with told.open() as served:
        await served.away()
        page = await (await served.stranger(ANNA)).get(PAGE)

    assert page.status_code == 503
    assert "The journal cannot be read: The journal is being rewritten" in text_of(page)


#: The contract lets an amount be as large; SQLite holds no number of so many millionths.
LARGE = Decimal("999999999999999.123456")


async def test_the_largest_amounts_are_kept_and_added_up_to_the_last_digit(told):
    for number in range(20):
        told.tell(LANE, invoice(f"2{number}", total=LARGE), parked(f"2{number}"))
        told.tell(LANE, invoice(f"3{number}", total=-LARGE), parked(f"3{number}", REFUSED))
    async with told.open() as served:
        await served.caught_up()
        book = book_of(told)(served)
        amounts = {each.amount for each in book.waiting("t1", limit=100)}
        sums = {each.reason: each.amount for each in book.sums("t1")}

    assert {LARGE, -LARGE} < amounts
    assert sums == {"unmapped-product": 20 * LARGE + MONEY, "refused": -20 * LARGE}


@pytest.mark.parametrize("amount", ["1e30", "-1e400", "NaN", "sNaN", "Infinity"])
async def test_what_is_no_sum_of_money_stops_the_book_of_nobody(told, amount):
    lane = "t2/mediaos/9"
    told.tell("t2", connected())
    told.tell(lane, invoice("5", lane=lane, total=Decimal(amount)), parked("5", lane=lane))
    async with told.open() as served:
        anna = await served.browser()
        pages = [await anna.get(f"/console/t/{each}/attention") for each in ("t1", "t2")]
        found = await anna.get("/console/t/t2/find?q=5")

    assert [page.status_code for page in (*pages, found)] == [200, 200, 200]
    assert "is not mapped" in text_of(pages[1])


async def test_a_partition_that_stops_names_nobody_s_records_on_another_s_page(told, caplog):
    lane = "t2/mediaos/9"
    told.tell("t2", connected())
    record = JournalRecord(term=TERM, lane=lane, at=START, facts=(customer(lane=lane),))
    of_a_newer_release = encode(record).replace(b"seen", b"glanced")
    told.journal.keep(told.kafka.partition_of(lane.encode()), lane.encode(), of_a_newer_release)
    async with told.open() as served:
        anna = await served.stranger(ANNA)
        async with asyncio.timeout(10):
            while not served.console.follower.freshness.is_whole:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        page = await anna.get(PAGE)

    assert "cannot be read beyond its record" in text_of(page)
    assert lane not in page.text
    assert any(lane in getattr(each, "reason", "") for each in caplog.records)
