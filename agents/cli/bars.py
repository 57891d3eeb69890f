"""How does a person see that long work goes on?  A bar with its pace and what is left.

It shows once the work has taken over a second, and on a terminal alone: in a log file every turn
of it would be a line.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agents.cli.console import err
from streams.ports import Clock

#: Below this a bar would only flash.
SHOWN_AFTER_SECONDS = 1.0

#: Is told what is read, how much of it, and of how much where that is known.
Told = Callable[[str, int, int | None], None]


class Reading:
    """One bar, for what is read one after the other."""

    def __init__(self, clock: Clock, paced: Callable[[], tuple[int, str]] | None) -> None:
        self._clock, self._paced = clock, paced
        self._began = self._begun = clock.monotonic()
        self._what = ""
        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            TimeRemainingColumn(),
            console=err,
            transient=True,
        )
        self._task = self.bar.add_task("", total=None, pace="")

    def told(self, what: str, done: int, total: int | None) -> None:
        """Show how far it is, once that is worth a bar."""
        now = self._clock.monotonic()
        if what != self._what:
            # The first one began when it was got ready, a later one where the last ended.
            self._begun = now if self._what else self._began
            self._what = what
            self.bar.reset(self._task, description=what, total=total)
        if now - self._began < SHOWN_AFTER_SECONDS or not err.is_terminal:
            return
        pace = self._pace(done, now - self._begun)
        self.bar.update(self._task, completed=done, total=total, pace=pace)
        self.bar.start()

    def _pace(self, done: int, seconds: float) -> str:
        count, thing = self._paced() if self._paced is not None else (done, "")
        return f"{count / seconds:,.0f} {thing}/s".replace(" /s", "/s") if seconds > 0 else ""


@contextmanager
def reading_bar(clock: Clock, paced: Callable[[], tuple[int, str]] | None = None) -> Iterator[Told]:
    """Lend a function that is told how far a reading is.

    `paced` returns how much of what its pace is told in, where that is not what is counted.
    """
    reading = Reading(clock, paced)
    try:
        yield reading.told
    finally:
        # One that never showed would still end its line.
        if reading.bar.live.is_started:
            reading.bar.stop()


@contextmanager
def folding_bar(
    clock: Clock, facts: Callable[[], int] | None = None
) -> Iterator[Callable[[int, int], None]]:
    """Lend a function that is told how many records of how many are folded.

    `facts` returns how many facts that were; where it is given, the bar shows facts a second.
    """
    paced = None if facts is None else lambda: (facts(), "facts")
    with reading_bar(clock, paced) as told:
        yield lambda done, total: told("Folding the journal's records", done, total)
