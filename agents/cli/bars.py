"""How does a person see that a long fold goes on?  A bar, once it has taken over a second."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agents.cli.console import err
from streams.ports import Clock

#: Below this a bar would only flash.
SHOWN_AFTER_SECONDS = 1.0


@contextmanager
def folding_bar(
    clock: Clock, facts: Callable[[], int] = lambda: 0
) -> Iterator[Callable[[int, int], None]]:
    """Lend a function that is told how many records of how many are folded.

    `facts` returns how many facts that were; where it is given, the bar shows facts a second.
    """
    began = clock.monotonic()
    bar = Progress(
        TextColumn("Folding the journal"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("records"),
        TextColumn("{task.fields[pace]}"),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )
    task = bar.add_task("", total=None, pace="")

    def told(done: int, total: int) -> None:
        elapsed = clock.monotonic() - began
        # In a log file every turn of a bar would be a line.
        if elapsed < SHOWN_AFTER_SECONDS or not err.is_terminal:
            return
        pace = f"{facts() / elapsed:,.0f} facts/s" if facts() else ""
        bar.update(task, completed=done, total=total, pace=pace)
        bar.start()

    try:
        yield told
    finally:
        # One that never showed would still end its line.
        if bar.live.is_started:
            bar.stop()
