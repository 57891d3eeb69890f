import pytest

from agents.lab.bench.budget import Book, refused
from agents.lab.bench.installation import Call
from agents.lab.bench.lock import ratio
from schemas.values import Side


def call(at, *, invoice="1", memo="1", side=Side.QBO):
    return Call(worker="w", side=side, kind="invoice", id=invoice, memo=memo, at=at)


@pytest.mark.parametrize(
    ("times", "count"),
    [
        ([n * 0.125 for n in range(100)], 0),
        ([n * 0.1 for n in range(10)] + [0.95], 1),
        ([0.0] * 12, 2),
        ([n * 0.12 for n in range(500)] + [59.99], 1),
        ([n * 0.12 for n in range(500)] + [60.01], 0),
    ],
    ids=["steady", "eleven-in-a-second", "a-burst", "501-in-a-minute", "501-in-more"],
)
def test_what_sliding_windows_would_have_refused_is_counted(times, count):
    assert refused(times) == count


def test_only_an_older_edit_of_the_same_invoice_is_out_of_order():
    book = Book()
    for each in (
        call(1.0, memo="5"),
        call(1.1, invoice="2", memo="3"),
        call(1.2, memo="6"),
        call(1.3, memo="March issue"),
        call(1.4, side=Side.MEDIAOS, memo="1"),
        call(1.5, memo="4"),
    ):
        book.note(each)
    assert book.inversions == 1
    assert len(book.times) == 5


@pytest.mark.parametrize(
    ("free", "locked", "expected"),
    [(10.0, 14.9, 1.0), (100.0, 120.0, 1.2), (100.0, 80.0, 0.8), (10.0, 20.0, 2.0)],
)
def test_a_few_milliseconds_more_are_no_difference(free, locked, expected):
    assert ratio(free, locked) == expected
