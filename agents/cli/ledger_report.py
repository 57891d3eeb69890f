"""How does an examination of the ledgers look on a screen of 80 columns?

What differs first, then what waits, then what customers come to on both sides, and the verdict at
the end.  Customers on whom both sides say the same are left out, unless all are asked for.
"""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from agents.audit.findings import Finding, Waiting
from agents.audit.report import Report
from agents.audit.standing import Figures, Row, money
from agents.cli.console import out, visible
from agents.cli.formatting import UNLIMITED, count, say
from schemas.values import ZERO

COLUMNS = ("invoices", "payments", "credits", "unapplied", "receivable")
SIDE = 12
INDENT = "  "


def show(report: Report, *, every: bool = False) -> None:
    """Print what differs, what waits, what customers come to, and the verdict."""
    width = out.width if out.is_terminal else UNLIMITED
    for each in report.findings:
        _say(_finding(each, report.home), width)
    for one in report.excepted:
        _say(_waiting(one, report.home), width)
    for line in _table(report, width, every=every):
        say(line)
    if report.passed_over:
        told = count(report.passed_over, "record")
        are = "is" if report.passed_over == 1 else "are"
        say(f"{told} of the journal {are} none of ours: gone past, as workers do.")
    say(report.verdict)


def _finding(told: Finding, home: str) -> Iterator[str]:
    what = told.what if told.amount is None else f"{told.what}, {_sum(told, home)}"
    where = f"{told.field} of {told.where}" if told.field else told.where
    yield f"{what}: {where}{_whose(told.customer)}"
    yield f"expected {told.expected}, found {told.found}"


def _waiting(told: Waiting, home: str) -> Iterator[str]:
    yield f"{told.how}, {_sum(told, home)}: {told.document}{_whose(told.customer)}"
    sides = (("MediaOS", told.mediaos), ("QuickBooks", told.qbo))
    shown = ", ".join(f"{side} {money(worth)}" for side, worth in sides if worth is not None)
    yield "; ".join(filter(None, (told.reason, told.detail, shown)))


def _sum(told: Finding | Waiting, home: str) -> str:
    return f"{money(told.amount or ZERO)} {told.currency or home}".strip()


def _whose(customer: str) -> str:
    return f" ({customer})" if customer else ""


def _say(lines: Iterable[str], width: int) -> None:
    """Print a first line and what belongs to it, broken between words, all but the first set in."""
    room = width - len(INDENT)
    broken = (Text(visible(line)).wrap(out, room, overflow="fold") for line in lines)
    first, *more = (part.plain.rstrip() for parts in broken for part in parts)
    say("\n".join((first, *(f"{INDENT}{line}" for line in more))))


def _table(report: Report, width: int, *, every: bool) -> Iterator[str]:
    rows = [row for row in report.rows if every or row.differs]
    shown = [*rows, *report.totals]
    cells = [[_cells(side) for side in (row.mediaos, row.qbo)] for row in shown]
    longest = [
        max([len(name), *(len(side[place]) for row in cells for side in row)])
        for place, name in enumerate(COLUMNS)
    ]
    yield " " * SIDE + _line(COLUMNS, longest)
    for row, (mediaos, qbo) in zip(shown, cells, strict=True):
        yield _named(row, width)
        yield f"{'  MediaOS':{SIDE}}{_line(mediaos, longest)}"
        yield f"{'  QuickBooks':{SIDE}}{_line(qbo, longest)}"
    alike = len(report.rows) - len(rows)
    if alike:
        yield f"Of {count(alike, 'customer')} both sides say the same."


def _cells(side: Figures) -> tuple[str, ...]:
    return tuple(money(getattr(side, name)) for name in COLUMNS)


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "".join(f"{cell:>{width + 2}}" for cell, width in zip(cells, widths, strict=True))


def _named(row: Row, width: int) -> str:
    currency = f" ({row.currency})" if row.currency else ""
    name, room = visible(row.customer or "All customers"), width - len(currency)
    if cell_len(name) > room:
        name = set_cell_size(name, room - 1).rstrip() + "…"
    return name + currency
