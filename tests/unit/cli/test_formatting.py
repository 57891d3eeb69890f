import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from rich.console import Console

from agents.cli import bars
from agents.cli.bars import folding_bar, reading_bar
from agents.cli.formatting import left, moment, seconds_left
from agents.cli.table import show_table
from agents.cli.wrapping import shortened, wrapped
from agents.rules.value_words import number_words
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
    assert [number_words(number, "lane") for number in (0, 1, 2)] == [
        "0 lanes",
        "1 lane",
        "2 lanes",
    ]


def screen(*, terminal, width=40):
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, color_system=None)


def test_on_a_narrow_screen_text_wraps_and_ids_stay_whole():
    narrow = screen(terminal=True)
    id_, text = "t1/mediaos/" + "9" * 40, "a reason of many words " * 4
    show_table(("id", "why"), [(id_, text)], ids=("id",), on=narrow)
    printed = narrow.file.getvalue()
    assert id_ in printed
    assert text not in printed
    assert " ".join(printed.split()).count("a reason of many words") == 4


def test_a_pipe_is_as_wide_as_a_screen():
    shown = []
    for on in (screen(terminal=True), screen(terminal=False)):
        show_table(("id", "why"), [("1", "a reason of many words " * 4)], ids=("id",), on=on)
        shown.append(on.file.getvalue())
    assert shown[0] == shown[1]
    assert max(map(len, shown[0].splitlines())) <= 40


def table(columns, *rows, width=40, **kinds):
    on = screen(terminal=False, width=width)
    show_table(columns, rows, on=on, **kinds)
    return on.file.getvalue().splitlines()


def test_a_name_is_cut_before_anything_else_and_an_amount_stands_at_the_right():
    told = table(
        ("customer", "amount"),
        ("Portland Regional Harbour Books and Coffee", "1.00"),
        ("Tide Press", "12345.00"),
        names=("customer",),
        amounts=("amount",),
    )
    assert told[2:] == [
        "Portland Regional Harbour Boo…      1.00",
        "Tide Press                      12345.00",
    ]


def test_what_does_not_fit_side_by_side_stands_under_one_another():
    id_ = "t1/mediaos/" + "9" * 20
    told = table(("lane", "why"), (id_, f"since {id_} is locked"), ids=("lane",))
    assert told == [f"lane  {id_}", "why   since", f"      {id_} is", "      locked"]


def test_wide_letters_count_twice():
    assert list(wrapped("日本 書籍 出版", 9)) == ["日本 書籍", "出版"]
    assert list(wrapped("日本書籍出版", 8)) == ["日本書籍", "出版"]
    assert shortened("日本書籍出版", 8) == "日本書…"


def test_a_command_stays_on_one_line_where_it_fits_on_one():
    told = list(wrapped("say it by (`isthmus resume harbour`).", 30))
    assert told == ["say it by", "(`isthmus resume harbour`)."]
    assert list(wrapped("`isthmus resume harbour`", 16)) == ["`isthmus resume", "harbour`"]


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


async def test_a_bar_of_several_readings_shows_each_with_its_own_pace_and_what_is_left(monkeypatch):
    terminal, clock = screen(terminal=True, width=100), SimulatedClock()
    monkeypatch.setattr(bars, "err", terminal)
    with reading_bar(clock) as told:
        await clock.advance(2)
        told("QuickBooks' Invoice list", 1000, None)
        await clock.advance(2)
        told("QuickBooks' Invoice list", 3000, None)
        told("the journal's records", 0, 10_000)
        await clock.advance(2)
        told("the journal's records", 5000, 10_000)
    printed = terminal.file.getvalue()
    for expected in ("QuickBooks' Invoice list", "1000/?", "500/s", "5000/10000", "2,500/s"):
        assert expected in printed


async def test_a_bar_never_shows_in_a_log_file(monkeypatch):
    log, clock = screen(terminal=False), SimulatedClock()
    monkeypatch.setattr(bars, "err", log)
    with folding_bar(clock) as told:
        await clock.advance(2)
        told(50, 100)
    assert log.file.getvalue() == ""
