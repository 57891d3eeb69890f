"""How does a person watch the day?  A live line of figures, and a line for each event of note.

Without a terminal there is nothing to redraw: plain lines, and the figures every ten seconds.
"""

import asyncio
import textwrap
from collections.abc import Awaitable
from typing import TypeVar

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from agents.lab.demo.standing import Standing

T = TypeVar("T")

REDRAW_SECONDS = 0.25
PLAIN_EVERY_SECONDS = 10.0
BAR_WIDTH = 32
LINE_WIDTH = 80


class Display:
    """The screen of one run."""

    def __init__(self, console: Console, standing: Standing) -> None:
        self._console = console
        self._standing = standing
        self._began = standing.now()

    def phase(self, text: str) -> None:
        """Tell that another part of the run begins."""
        self._standing.phase = text
        if not self._console.is_terminal:
            self.note(text)

    def note(self, text: str) -> None:
        """Tell an event of note, with the seconds since the beginning."""
        self._console.print(Text(_under(f"{self.seconds():6.1f} s  ", text)))

    async def during(self, work: Awaitable[T]) -> T:
        """Show the standing while something goes on; return its result."""
        showing = asyncio.create_task(self._show())
        try:
            return await work
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)

    async def _show(self) -> None:
        if not self._console.is_terminal:
            while True:
                await asyncio.sleep(PLAIN_EVERY_SECONDS)
                self.note(self._figures())
        with Live(self._drawn(), console=self._console, transient=True, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(REDRAW_SECONDS)
                live.update(self._drawn(), refresh=True)

    def _drawn(self) -> Group:
        bars = Table.grid(padding=(0, 1))
        for name, (done, planned) in (
            ("invoices", self._standing.invoices),
            ("payments", self._standing.payments),
        ):
            bar = ProgressBar(total=planned, completed=done, width=BAR_WIDTH)
            bars.add_row(f"  {name} crossed", bar, f"{done} of {planned}")
        headline = Text(f"{self.seconds():6.1f} s  {self._standing.phase}", style="bold")
        return Group(headline, bars, Text(f"  {self._load()}", style="dim"))

    def _figures(self) -> str:
        of = self._standing
        invoices, payments = ("{}/{}".format(*each) for each in (of.invoices, of.payments))
        load = f"backlog {of.waiting}, {of.qbo_per_minute} calls/min"
        return f"crossed {invoices} invoices, {payments} payments; {load}"

    def _load(self) -> str:
        of = self._standing
        return (
            f"backlog {of.waiting} events, QuickBooks {of.qbo_per_minute} calls in the last minute"
        )

    def seconds(self) -> float:
        """Return how long the run has gone on."""
        return self._standing.now() - self._began


def _under(first: str, text: str) -> str:
    """Return a text that begins so, its further lines under its own beginning; ids stay whole."""
    return textwrap.fill(
        text,
        LINE_WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
