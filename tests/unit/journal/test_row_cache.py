"""What leaves memory, and how long that takes."""

import time

from streams.journal.row_cache import Row, RowCache


def filled(rows, *, open_every=0):
    cache = RowCache()
    for number in range(rows):
        is_open = bool(open_every) and number % open_every == 0
        cache.put(f"k{number:06}", Row(partition=0, position=1, state="x", is_open=is_open))
    return cache


def seconds_of(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_the_longest_untouched_leave_first():
    cache = filled(5)
    cache.put("k000000", Row(partition=0, position=2, state="y"))

    assert cache.evict(2) == 3
    assert [key for key in ("k000000", "k000001", "k000004") if key in cache] == [
        "k000000",
        "k000004",
    ]


def test_rows_leave_in_a_time_that_does_not_grow_with_what_stays():
    """Beside 200,000 rows that stay, 1,000 take as long as beside 2,000; a half is for noise."""
    small, large = filled(3_000), filled(201_000)

    few = min(seconds_of(lambda: small.evict(len(small) - 100)) for _ in range(10))
    many = min(seconds_of(lambda: large.evict(len(large) - 100)) for _ in range(10))

    assert many < 5 * few + 0.001


def test_all_of_many_rows_leave_within_a_moment():
    cache = filled(200_000)

    assert seconds_of(lambda: cache.evict(0)) < 2.0
    assert len(cache) == 0


def test_open_rows_are_not_looked_at_when_others_leave():
    cache = filled(100_000, open_every=1)
    cache.put("z", Row(partition=0, position=1, state="x"))

    assert min(seconds_of(lambda: cache.evict(10)) for _ in range(3)) < 0.01
    assert "z" not in cache
    assert len(cache) == 100_000


def test_a_row_that_the_store_did_not_have_is_made_behind_where_the_store_stood():
    row = Row(read_at={3: 8})
    row.adopt(3)
    assert (row.partition, row.position) == (3, 7)

    elsewhere = Row(read_at={3: 8})
    elsewhere.adopt(4)
    assert elsewhere.position == -1


def gone(cache, key):
    """Keep a row that was there and is no more, and that the store does not hold so yet."""
    row = Row(partition=0, position=2)
    row.dirty = True
    cache.put(key, row)


def test_a_row_that_is_gone_is_remembered_while_others_are_in_the_store_alone():
    cache = filled(2)
    gone(cache, "k000000")
    cache.evict(1)
    assert not cache.complete

    cache.settled("k000000")
    assert "k000000" in cache
    assert cache.get("k000000").state is None


def test_a_row_that_is_gone_leaves_and_what_was_read_before_is_out_of_date():
    cache = filled(2)
    gone(cache, "k000000")
    before = cache.evictions

    cache.settled("k000000")
    assert "k000000" not in cache
    assert cache.evictions == before + 1


def test_a_page_begins_behind_the_key_that_the_last_one_ended_with():
    cache = filled(5)
    page = cache.between("k", "k000001", "k000003")
    assert list(page) == ["k000002", "k000003"]
    assert list(cache.between("k", "k000003", None)) == ["k000004"]
