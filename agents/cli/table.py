"""How do rows look on a screen of 80 columns?  Under their columns where they fit, else as cards.

An id, a number and an amount are for copying: they are neither cut nor broken, though the line be
longer than the screen.  A name is cut where there is no room for it, any other text is broken
between words.  A pipe gets the same; programs read --json.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from agents.cli.console import out, visible
from agents.cli.wrapping import shortened, widest_whole, wrapped

#: Text in a column narrower than this is a tower of syllables, a name a riddle.
READABLE, RECOGNISABLE = 24, 14
#: Blanks between two columns.
GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, and what its cells are."""

    name: str
    whole: bool = False
    is_name: bool = False
    right: bool = False

    def least(self, wants: int, cells: Iterable[str]) -> int:
        """Return how narrow it may become."""
        if self.whole:
            return wants
        if self.is_name:
            return max(cell_len(self.name), min(wants, RECOGNISABLE))
        return max(cell_len(self.name), min(wants, READABLE), *map(widest_whole, cells), 0)

    def lines(self, cell: str, width: int) -> list[str]:
        """Return a cell as lines of that width, filled up with blanks."""
        if self.whole:
            parts = cell.split("\n")
        else:
            parts = [shortened(cell, width)] if self.is_name else list(wrapped(cell, width))
        return [self.filled(part, width) for part in parts]

    def filled(self, text: str, width: int) -> str:
        """Return a text with blanks after it, or before it."""
        if self.right:
            return " " * (width - cell_len(text)) + text
        return text + " " * (width - cell_len(text))


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    ids: Collection[str] = (),
    names: Collection[str] = (),
    amounts: Collection[str] = (),
    on: Console = out,
) -> None:
    """Print rows: `ids` and `amounts` whole, `names` cut where need be, other text wrapped."""
    kinds = [
        Column(
            name=each,
            whole=each in {*ids, *amounts},
            is_name=each in names,
            right=each in amounts,
        )
        for each in columns
    ]
    cells = [[visible(cell) for cell in row] for row in rows]
    for line in table_lines(kinds, cells, on.width):
        on.print(line, markup=False, emoji=False, soft_wrap=True)


def table_lines(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> Iterator[str]:
    """Yield the lines of a table of that width at most; cards where its columns do not fit."""
    widths = _widths(columns, rows, width)
    return _cards(columns, rows, width) if widths is None else _rows(columns, rows, widths)


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> list[int] | None:
    """Return how wide each column is; None where they do not fit side by side."""
    wants = [
        max([cell_len(column.name), *(_longest_line(row[place]) for row in rows)])
        for place, column in enumerate(columns)
    ]
    least = [
        column.least(wants[place], (row[place] for row in rows))
        for place, column in enumerate(columns)
    ]
    room = width - len(GAP) * (len(columns) - 1)
    if sum(least) > room:
        return None
    for _ in range(sum(wants) - room):
        spare = [want if want > low else 0 for want, low in zip(wants, least, strict=True)]
        wants[spare.index(max(spare))] -= 1
    return wants


def _rows(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Iterator[str]:
    yield _line(c.filled(c.name, width) for c, width in zip(columns, widths, strict=True))
    yield _line("─" * width for width in widths)
    told = [
        [c.lines(cell, width) for c, cell, width in zip(columns, row, widths, strict=True)]
        for row in rows
    ]
    apart = any(len(cell) > 1 for row in told for cell in row)
    for place, row in enumerate(told):
        if apart and place:
            yield ""
        for parts in zip_longest(*row):
            cells = zip(parts, widths, strict=True)
            yield _line(" " * width if part is None else part for part, width in cells)


def _line(parts: Iterable[str]) -> str:
    return GAP.join(parts).rstrip()


def _cards(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield each row as lines of its own: what is in it, and that."""
    label = max(cell_len(column.name) for column in columns)
    for place, row in enumerate(rows):
        if place:
            yield ""
        for column, cell in zip(columns, row, strict=True):
            if cell:
                yield from _said(column, cell, set_cell_size(column.name, label) + GAP, width)


def _said(column: Column, cell: str, first: str, width: int) -> Iterator[str]:
    if not column.whole or _longest_line(cell) <= width - len(first):
        yield from wrapped(cell, width, first=first, more=" " * len(first))
        return
    # An id that needs a whole line gets one: broken, it could not be copied.
    yield first.rstrip()
    yield from cell.split("\n")


def _longest_line(cell: str) -> int:
    return max(cell_len(line) for line in cell.split("\n"))
