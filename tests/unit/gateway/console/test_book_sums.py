"""Are the sums that the book keeps those that a count would find, whatever happened before?"""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from msgspec.structs import replace

from agents.gateway.console.book.awaited import together
from agents.gateway.console.book.freshness import Freshness
from agents.gateway.console.book.notes import Told
from agents.gateway.console.book.reading import Book
from agents.gateway.console.book.tables import to_read, to_write
from agents.gateway.console.book.writing import BookWriter, Changes
from agents.rules.documents.noting import standing
from agents.rules.documents.waiting_sort import Sort
from schemas.note_facts import Noted
from schemas.rows import DocumentRow
from schemas.state import Document, Park, ParkReason, Snapshot
from schemas.values import Kind, Revision
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.journal_words import LANE
from tests.unit.rules.records import INVOICE

STEPS = 400
CONDITIONS = ("product:7", "product:9", "product:a\nb", 'number:"1", é', "tax-code:\U0001f9fe")
#: The last is no sum of money for the book: of no currency, and nothing.
AMOUNTS = ("0", "10.50", "10.500001", "-3.000001", "999999999999999999", "1e18")


class Kept:
    """A book, and what waits by it."""

    def __init__(self, folder):
        self.path = folder / "book.sqlite"
        self.writer = BookWriter(to_write(self.path))
        self.version = 0

    def write(self, states, **changes):
        rows = {str(DocumentRow(LANE, f"mediaos/invoice/{each}")): s for each, s in states.items()}
        self.writer.write(Changes(at=START, **changes), rows, {})
        self.version += 1

    def book(self):
        return Book(self.path, lambda: Freshness(edition=1, version=self.version, is_whole=True))

    def counted(self, *columns):
        """Return how many documents wait and what they come to, counted one by one."""
        numbers, amounts = Counter(), Counter()
        with to_read(self.path) as db:
            for each in db.execute("SELECT * FROM book_waiting"):
                currency = each["currency"] if each["units"] is not None else ""
                key = (*(each[column] for column in columns), currency)
                money = Decimal(each["units"] or 0) + Decimal(each["micros"] or 0) / 1_000_000
                numbers[key] += 1
                amounts[key] += money
        return {key: (numbers[key], amounts[key]) for key in numbers}


@pytest.fixture
def kept(tmp_path):
    kept = Kept(tmp_path)
    yield kept
    kept.writer.close()


def waiting(record_id, *conditions, total="10.50", currency="", reason=ParkReason.REFUSED):
    park = Park(reason=reason, detail="QuickBooks says no", waits_for=conditions)
    record = replace(INVOICE, total=Decimal(total), currency=currency)
    shown = Snapshot(id=record_id, revision=Revision(False, 1), record=record, at=START)
    return Document(kind=Kind.INVOICE, mediaos=shown, park=park)


def some(random, record_id):
    if random.random() < 0.3:
        return random.choice((None, replace(waiting(record_id), park=None)))
    return waiting(
        record_id,
        *random.sample(CONDITIONS, random.randrange(4)),
        total=random.choice(AMOUNTS),
        currency=random.choice(("", "USD", "EUR")),
        reason=random.choice((ParkReason.REFUSED, ParkReason.UNMAPPED_PRODUCT)),
    )


def noted(random, record_id, document):
    fact = Noted(
        request="r",
        document=f"mediaos/invoice/{record_id}",
        dismissed=random.random() < 0.5,
        standing=random.choice(("", standing(document) if document is not None else "")),
        by="anna",
        at=START,
    )
    return Told(LANE, fact)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_a_count_finds(kept, seed):
    random = Random(seed)
    for _ in range(STEPS):
        ids = {str(random.randrange(40)) for _ in range(random.randrange(1, 4))}
        states = {each: some(random, each) for each in ids}
        notes = [noted(random, *each) for each in states.items() if random.random() < 0.3]
        kept.write(states, notes=notes)

    book = kept.book()
    sums = {(s.sort, s.reason, s.currency): (s.number, s.amount) for s in book.sums("t1")}
    assert sums == kept.counted("sort", "reason")
    assert {sort for sort, _, _ in sums} > {Sort.DISMISSED}
    sets = {(s.awaits, s.currency): (s.number, s.amount) for s in book.awaited.sets("t1")}
    assert sets == {key: of for key, of in kept.counted("awaits").items() if key[0]}
    assert {text for s in book.awaited.sets("t1") for text in s.conditions} == set(CONDITIONS)


def test_nothing_is_left_where_nothing_waits_any_more(kept):
    kept.write({str(each): waiting(str(each), f"number:{each}") for each in range(9)})
    kept.write({str(each): None for each in range(9)})

    with to_read(kept.path) as db:
        assert db.execute("SELECT COUNT(*) FROM book_sums").fetchone()[0] == 0


def test_the_oldest_of_several_sets_are_named_in_their_order(kept):
    numbers = list(range(30))
    Random(1).shuffle(numbers)
    for each in numbers:
        row = DocumentRow(LANE, f"mediaos/invoice/{each}")
        since = {row: START + timedelta(seconds=each)}
        kept.write({str(each): waiting(str(each), CONDITIONS[each % 5])}, since=since)

    awaited = kept.book().awaited
    found = [each for each in awaited.sets("t1") if each.awaits != together([CONDITIONS[1]])]

    assert [each.row.name for each in awaited.oldest("t1", found, 5)] == [
        f"mediaos/invoice/{each}" for each in (0, 2, 3, 4, 5)
    ]


@pytest.mark.parametrize(
    "then",
    [
        waiting("1", "product:9", total="10.50"),
        waiting("1", "product:7", total="10.500001"),
        waiting("1", "product:7", total="11.50"),
        waiting("1", "product:7", total="1e18"),
        waiting("1", "product:7", currency="EUR"),
        waiting("1", "product:7", reason=ParkReason.UNMAPPED_PRODUCT),
    ],
)
def test_whatever_changes_of_what_waits_changes_the_sums(kept, then):
    kept.write({"1": waiting("1", "product:7"), "2": waiting("2", "product:7")})
    kept.write({"1": then})

    sums = {(s.reason, s.currency): (s.number, s.amount) for s in kept.book().sums("t1")}
    assert sums == kept.counted("reason")
    sets = {(s.awaits, s.currency): (s.number, s.amount) for s in kept.book().awaited.sets("t1")}
    assert sets == kept.counted("awaits")


def test_what_could_not_be_written_is_in_no_sum(kept):
    with pytest.raises(AttributeError):
        kept.write({"1": waiting("1", "product:7"), "2": "no document"})
    kept.write({"3": waiting("3", "product:7")})
    kept.write({"1": waiting("1", "product:7")})

    [each] = kept.book().sums("t1")
    assert each.number == len(kept.book().waiting("t1")) == 2


@pytest.mark.parametrize("question", ["sums", "sets", "oldest"])
def test_no_page_reads_all_that_waits(kept, question, monkeypatch):
    """All documents of a publisher may wait for going live."""
    kept.write({str(each): waiting(str(each), "go-live") for each in range(2_000)})
    book, steps = kept.book(), []
    sets = book.awaited.sets("t1")
    book._mine.db.set_progress_handler(lambda: steps.append(1), 1)
    asks = {
        "sums": lambda: book._sums("t1"),
        "sets": lambda: book.awaited._sets("t1"),
        "oldest": lambda: book.awaited.oldest("t1", sets, 5),
    }

    assert asks[question]()
    assert len(steps) < 1_000
