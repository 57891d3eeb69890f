"""Does what is told while the day goes by fit a screen of 80 columns?"""

import io
from datetime import date

import pytest
from rich.console import Console

from agents.lab.demo.display import Display
from agents.lab.demo.plan import plan
from agents.lab.demo.standing import Standing

#: What tells without a terminal: as `isthmus demo` does into a pipe.
PIPE = {"highlight": False, "soft_wrap": True, "width": 200}


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def display(said):
    standing = Standing(plan(1, date(2026, 3, 2)), lambda: 0.0, waiting=570, qbo_calls=317)
    standing._measured.append((0.0, 0))
    return Display(Console(file=said, **PIPE), standing)


def test_an_event_of_note_is_broken_between_words_under_itself(display, said):
    why = "no answer came to demo/mediaos/invoice/20040@1#1/0: no answer from QuickBooks: reset"
    display.note(why)
    lines = said.getvalue().splitlines()
    assert len(lines) == 2
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("   0.0 s  no answer came to demo/mediaos/invoice/20040@1#1/0: ")
    assert lines[1].startswith(" " * 10)
    assert " ".join(" ".join(lines).split()).endswith(why)


def test_an_id_stays_whole_though_it_be_longer_than_the_line(display, said):
    name = f"demo/mediaos/invoice/{'9' * 80}"
    display.note(f"no answer came to {name}: reset")
    assert name in said.getvalue()


def test_the_figures_take_one_line(display, said):
    display.note(display._figures())
    assert said.getvalue() == (
        "   0.0 s  crossed 0/201 invoices, 0/109 payments; backlog 570, 317 calls/min\n"
    )
