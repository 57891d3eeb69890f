import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from rich.console import Console

from agents.cli import bars
from agents.cli.bars import folding_bar
from agents.cli.formatting import count, left, moment, seconds_left, show_table
from tests.testing.simulated.clock import START, SimulatedClock


def test_times_are_shown_in_utc_whatever_zone_they_are_in():
    summer = timezone(timedelta(hours=2))
    assert moment(datetime(2026, 7, 1, 1, 30, tzinfo=summer)) == "2026-06-30 23:30:00Z"
    assert moment(datetime(2026, 7, 1, 1, 30, tzinfo=UTC)) == "2026-07-01 01:30:00Z"


@pytest.mark.parametrize(
    ("ahead", "words"), [(1145, "19 min 5 s"), (59.9, "59 s"), (0, "over"), (-3, "over")]
)
def test_the_time_left_is_told_in_minutes_and_seconds(ahead, words):
    assert left(seconds_left(START + timedelta(seconds=ahead), START)) == words


def test_one_is_not_many():
    assert [count(number, "lane") for number in (0, 1, 2)] == ["0 lanes", "1 lane", "2 lanes"]


def screen(*, terminal, width=40):
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, color_system=None)


def test_on_a_narrow_screen_text_wraps_and_ids_stay_whole():
    narrow = screen(terminal=True)
    id_, text = "t1/mediaos/" + "9" * 40, "a reason of many words " * 4
    show_table(("id", "why"), [(id_, text)], ids=("id",), on=narrow)
    printed = narrow.file.getvalue()
    assert id_ in printed
    assert text not in printed
    assert printed.count("a reason") == 4


def test_in_a_pipe_nothing_wraps():
    pipe = screen(terminal=False)
    text = "a reason of many words " * 4
    show_table(("id", "why"), [("1", text)], ids=("id",), on=pipe)
    assert text in pipe.file.getvalue()


async def test_a_bar_shows_after_a_second_with_its_pace(monkeypatch):
    terminal, clock = screen(terminal=True, width=100), SimulatedClock()
    monkeypatch.setattr(bars, "err", terminal)
    with folding_bar(clock, lambda: 5000) as told:
        await clock.advance(0.9)
        told(10, 100)
        assert terminal.file.getvalue() == ""
        await clock.advance(1.1)
        told(50, 100)
    printed = terminal.file.getvalue()
    assert "50/100" in printed
    assert "2,500 facts/s" in printed


async def test_a_bar_never_shows_in_a_log_file(monkeypatch):
    log, clock = screen(terminal=False), SimulatedClock()
    monkeypatch.setattr(bars, "err", log)
    with folding_bar(clock) as told:
        await clock.advance(2)
        told(50, 100)
    assert log.file.getvalue() == ""
