"""How do facts look on a screen?

An id is for copying, so it is never cut: a table grows beyond the screen before an id loses a
letter.  What a side or a person wrote is shown as text and never read as markup.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from agents.cli.console import out

#: Text in a column narrower than this is a tower of syllables.
READABLE = 28

#: Where nobody looks at it (a file, a pipe), a line is as long as it is.
UNLIMITED = 100_000


def moment(at: datetime) -> str:
    """Return a time in UTC, to the second: `2026-03-02 09:00:00Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def seconds_left(until: datetime, now: datetime) -> int:
    """Return how many whole seconds it is until then; 0 when it is over."""
    return max(0, int((until - now).total_seconds()))


def left(seconds: int) -> str:
    """Return how long that is: `19 min 5 s`, or `over`."""
    if not seconds:
        return "over"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def count(number: int, thing: str) -> str:
    """Return how many of a thing there are: `1 lane`, `2 lanes`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def plain(value: Any) -> Any:
    """Return any word as JSON has it: money as text, times in ISO 8601."""
    return msgspec.to_builtins(value, str_keys=True)


def say(text: str) -> None:
    """Print one line, as it is."""
    out.print(text, markup=False, emoji=False)


def show_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, ids: Sequence[str], on: Console = out
) -> None:
    """Print rows under their columns; those named in `ids` are neither cut nor broken."""
    cells = [[Text(cell) for cell in row] for row in rows]
    table = Table()
    for number, name in enumerate(columns):
        longest = max(cell_len(name), *(_longest_line(row[number]) for row in cells))
        least = longest if name in ids else min(longest, READABLE)
        table.add_column(name, min_width=least, overflow="fold")
    for row in cells:
        table.add_row(*row)
    table.width = _width(table, on)
    on.print(table, crop=False, soft_wrap=False, no_wrap=False)


def _longest_line(cell: Text) -> int:
    return max(cell_len(line) for line in cell.plain.split("\n"))


def _width(table: Table, on: Console) -> int:
    wants = Measurement.get(on, on.options.update(max_width=UNLIMITED), table)
    room = max(on.width, wants.minimum) if on.is_terminal else wants.maximum
    return min(room, wants.maximum)
