"""What is on disk is kept whole, in order, whatever happens in between."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.outbox.spool import Spool, SpoolFullError, SpoolTakenError
from streams.outbox.spool_records import Spooled

FILE = "notices.spool"
records = st.lists(
    st.builds(Spooled, st.just("quickbooks-notices"), st.binary(), st.binary()), max_size=6
)


def opened(folder, most_bytes=1_000_000):
    spool = Spool(folder, most_bytes=most_bytes)
    spool.open()
    return spool


def notice(n):
    return Spooled("quickbooks-notices", b"t1/qbo-notice/invoice/7", b"notice %d" % n)


async def emptied(spool):
    found = []
    while (record := spool.first()) is not None:
        found.append(record)
        await spool.forget_first()
    return found


async def test_what_was_kept_is_there_after_a_restart_in_order(tmp_path):
    spool = opened(tmp_path / "new" / "folder")
    for n in range(5):
        await spool.keep(notice(n))
    spool.close()

    again = opened(tmp_path / "new" / "folder")
    assert await emptied(again) == [notice(n) for n in range(5)]
    assert (again.waiting_bytes, (tmp_path / "new" / "folder" / FILE).stat().st_size) == (0, 0)


async def test_what_comes_while_it_is_emptied_goes_behind(tmp_path):
    spool = opened(tmp_path)
    await asyncio.gather(*(spool.keep(notice(n)) for n in range(3)))
    await spool.forget_first()
    await spool.keep(notice(3))
    assert await emptied(spool) == [notice(1), notice(2), notice(3)]


async def test_it_tells_how_many_wait_how_much_room_is_left_and_since_when(tmp_path):
    now = 100.0
    spool = Spool(tmp_path, most_bytes=1000, now=lambda: now)
    spool.open()
    assert (spool.waiting_records, spool.room_bytes, spool.oldest_seconds()) == (0, 1000, 0.0)

    await spool.keep(notice(0))
    now = 130.0
    await spool.keep(notice(1))
    kept = spool.waiting_bytes
    assert (spool.waiting_records, spool.room_bytes) == (2, 1000 - kept)
    assert spool.oldest_seconds() == 30.0

    await spool.forget_first()
    now = 131.0
    # What went gives no room before the last has gone.
    assert (spool.waiting_records, spool.room_bytes) == (1, 1000 - kept)
    assert spool.oldest_seconds() == 1.0
    spool.close()

    again = Spool(tmp_path, most_bytes=1000, now=lambda: now)
    again.open()
    now = 136.0
    assert (again.waiting_records, again.oldest_seconds()) == (2, 5.0)
    await emptied(again)
    assert (again.waiting_records, again.room_bytes, again.oldest_seconds()) == (0, 1000, 0.0)


def test_a_torn_end_is_cut_off_wherever_it_was_torn(tmp_path_factory):
    @settings(max_examples=20)
    @given(kept=records, torn=st.builds(Spooled, st.just("t"), st.binary(), st.binary()))
    def cut(kept, torn):
        asyncio.run(_cut(tmp_path_factory.mktemp("spool"), kept, torn))

    cut()


async def _cut(folder, kept, torn):
    spool = opened(folder)
    for record in kept:
        await spool.keep(record)
    whole = (folder / FILE).stat().st_size
    await spool.keep(torn)
    spool.close()
    everything = (folder / FILE).read_bytes()
    for end in range(whole, len(everything)):
        (folder / FILE).write_bytes(everything[:end])
        again = opened(folder)
        assert (folder / FILE).stat().st_size == whole
        again.close()
    (folder / FILE).write_bytes(everything[:-1] + bytes([everything[-1] ^ 1]))
    again = opened(folder)
    assert await emptied(again) == kept
    again.close()


async def test_a_full_spool_refuses_and_takes_again_when_it_was_emptied(tmp_path):
    spool = opened(tmp_path, most_bytes=100)
    await spool.keep(notice(1))
    with pytest.raises(SpoolFullError, match="the spool is full"):
        await spool.keep(notice(2))
    assert await emptied(spool) == [notice(1)]
    await spool.keep(notice(2))
    assert await emptied(spool) == [notice(2)]


def test_a_folder_belongs_to_one_process(tmp_path):
    spool = opened(tmp_path)
    with pytest.raises(SpoolTakenError, match="belongs to another gateway"):
        opened(tmp_path)
    spool.close()
    opened(tmp_path).close()


def test_a_damaged_record_takes_none_of_those_behind_it_along(tmp_path_factory, caplog):
    async def damaged(folder, place):
        spool = opened(folder)
        ends = []
        for n in range(4):
            await spool.keep(notice(n))
            ends.append((folder / FILE).stat().st_size)
        spool.close()
        content = bytearray((folder / FILE).read_bytes())
        content[ends[0] + place] ^= 0x41
        (folder / FILE).write_bytes(content)
        caplog.clear()
        again = opened(folder)
        assert again.waiting_records == 3
        # What comes behind is kept behind.
        await again.keep(notice(4))
        assert await emptied(again) == [notice(n) for n in (0, 2, 3, 4)]
        [told] = caplog.records
        assert (told.message, told.path) == ("damaged part passed over", str(folder / FILE))
        assert (told.at, told.bytes) == (ends[0], ends[1] - ends[0])
        assert (again.waiting_bytes, (folder / FILE).stat().st_size) == (0, 0)
        again.close()

    # In its length, its check sum, and at both ends of what it says.
    for place in (0, 3, 5, 8, 40):
        asyncio.run(damaged(tmp_path_factory.mktemp("spool"), place))


async def test_two_damaged_parts_are_both_passed_over(tmp_path, caplog):
    spool = opened(tmp_path)
    ends = [0]
    for n in range(5):
        await spool.keep(notice(n))
        ends.append((tmp_path / FILE).stat().st_size)
    spool.close()
    content = bytearray((tmp_path / FILE).read_bytes())
    for n in (0, 3):
        content[ends[n] + 10] ^= 1
    (tmp_path / FILE).write_bytes(content)

    again = opened(tmp_path)

    assert await emptied(again) == [notice(n) for n in (1, 2, 4)]
    assert len(caplog.records) == 2


@pytest.mark.parametrize("zeros", [1, 8, 9, 600])
async def test_zeros_that_a_power_cut_leaves_are_cut_off(tmp_path, zeros):
    spool = opened(tmp_path)
    await spool.keep(notice(1))
    spool.close()
    with (tmp_path / FILE).open("ab") as file:
        file.write(bytes(zeros))

    again = opened(tmp_path)

    assert await emptied(again) == [notice(1)]


async def test_what_is_damaged_while_it_waits_holds_nothing_up(tmp_path):
    spool = opened(tmp_path)
    for n in range(3):
        await spool.keep(notice(n))
    with (tmp_path / FILE).open("r+b") as file:
        file.seek(12)
        file.write(b"\0\0\0")

    assert await emptied(spool) == [notice(1), notice(2)]
    assert spool.waiting_bytes == 0
