"""How does what a customer comes to look, on both sides?  A line for each figure that matters."""

from agents.audit.standing import Row
from agents.cli.formatting import INDENT, say, show_line
from agents.rules.ledger_table import FIGURES
from schemas.money_words import money_words

#: Room for the name of a figure, and for an amount of a trillion.
NAME, AMOUNT = 12, 21


def show_heading() -> None:
    """Print what the columns of figures are."""
    show_line(_line("", "MediaOS", "QuickBooks", "difference"))


def show_row(row: Row, home: str, *, every: bool) -> None:
    """Print a customer, or all, and what both sides say; of one customer only what differs.

    `every`: all of it.
    """
    code = row.currency or home
    name = row.customer or "All customers"
    say(f"{name} ({code})" if code else name)
    for figure, called in FIGURES.items():
        here, there = getattr(row.mediaos, figure), getattr(row.qbo, figure)
        if every or not row.customer or here != there:
            more = money_words(there - here) if there != here else "-"
            show_line(_line(called, money_words(here), money_words(there), more))


def _line(name: str, *amounts: str) -> str:
    return f"{INDENT}{name:{NAME}}" + "".join(f" {amount:>{AMOUNT}}" for amount in amounts)
