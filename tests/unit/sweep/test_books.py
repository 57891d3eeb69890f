"""However few records QuickBooks shows at once, a listing tells of all, and comes to an end."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sweep import books as sweep_books
from agents.sweep.books import Books, UnansweredError
from schemas.values import Kind
from streams.remotes.quickbooks.queries import Listed, captured
from tests.testing.simulated.clock import SimulatedClock

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Shelf:
    """Customers that changed at these seconds, shown at most `longest` at once."""

    def __init__(self, seconds, longest, *, counts=False, broken=False):
        self.rows = [
            {"Id": str(n), "SyncToken": "0", "MetaData": {"LastUpdatedTime": told(at, n, broken)}}
            for n, at in enumerate(sorted(seconds))
        ]
        self.longest, self.counts, self.calls = longest, counts, 0

    async def acquire(self, _tenant, _patience):
        return 0.0

    async def changed(self, _tenant, _kind, since, start):
        self.calls += 1
        since = since.replace(microsecond=0)
        matching = [row for row in self.rows if at_of(row) >= since]
        return Listed(
            rows=tuple(matching[start - 1 : start - 1 + self.longest]),
            at=BEGINNING,
            realm="1",
            total=len(matching) if self.counts else None,
        )


def told(second, place, broken):
    """A time to the second; of a stand-in that tells more, to the thousandth."""
    at = BEGINNING + timedelta(seconds=second, milliseconds=min(place, 999) if broken else 0)
    return at.isoformat()


def at_of(row):
    return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])


async def listed(shelf):
    found = Books(shelf, SimulatedClock()).pages("t1", Kind.CUSTOMER, BEGINNING)
    return [row["Id"] async for page in found for row in page.rows]


@given(
    seconds=st.lists(st.integers(0, 6), max_size=60),
    longest=st.integers(1, 70),
    counts=st.booleans(),
    broken=st.booleans(),
)
async def test_every_record_is_told_of(seconds, longest, counts, broken):
    shelf = Shelf(seconds, longest, counts=counts, broken=broken)
    assert set(await listed(shelf)) == {row["Id"] for row in shelf.rows}


@pytest.mark.parametrize(
    ("seconds", "longest", "counts", "calls"),
    [
        ([], 1000, False, 1),
        ([1], 1000, False, 2),
        ([1, 1], 1000, False, 2),
        ([1, 2], 1000, False, 2),
        (range(1, 1000), 1000, False, 2),
        (range(1, 1102), 1000, False, 3),
        ([1], 1000, True, 1),
        (range(1, 1102), 1000, True, 2),
        (range(1, 301), 100, False, 5),
    ],
)
async def test_one_question_more_is_the_price_and_none_where_the_answer_says_how_many_there_are(
    seconds, longest, counts, calls
):
    shelf = Shelf(seconds, longest, counts=counts)
    await listed(shelf)
    assert shelf.calls == calls


@pytest.mark.parametrize("seconds", [[1, 1, 1], [1, 2, 3], range(30)])
async def test_a_page_that_comes_again_whatever_is_asked_for_ends_the_listing_by_name(seconds):
    shelf = Shelf(seconds, 10)
    first = await shelf.changed("t1", Kind.CUSTOMER, BEGINNING, 1)

    async def again(*_asked):
        shelf.calls += 1
        return first

    shelf.changed = again
    with pytest.raises(UnansweredError, match="shows the same customers again"):
        await listed(shelf)
    assert shelf.calls <= 3


async def test_what_leaves_its_second_between_two_pages_takes_none_with_it(monkeypatch):
    monkeypatch.setattr(sweep_books, "SLACK", 10)
    shelf = Shelf([1] * 300, 100)
    ask, names = shelf.changed, {row["Id"] for row in shelf.rows}

    async def changing(*asked):
        page = await ask(*asked)
        if shelf.calls == 2:
            moved = [shelf.rows.pop(0) for _ in range(10)]
            later = (BEGINNING + timedelta(seconds=9)).isoformat()
            shelf.rows += [
                {**row, "SyncToken": "1", "MetaData": {"LastUpdatedTime": later}} for row in moved
            ]
        return page

    shelf.changed = changing
    assert set(await listed(shelf)) == names


@pytest.mark.parametrize(("total", "truncated"), [(None, False), (1, False), (2, True)])
def test_changes_that_are_more_than_were_shown_are_not_taken_for_all(total, truncated):
    shown = {"Customer": [{"Id": "1"}], "startPosition": 1, "maxResults": 1}
    shown |= {"totalCount": total} if total is not None else {}
    answer = {"CDCResponse": [{"QueryResponse": [shown]}], "time": BEGINNING.isoformat()}
    told = captured((Kind.CUSTOMER,), msgspec.json.encode(answer), "1")
    assert told.truncated is truncated
