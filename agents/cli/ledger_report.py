"""How does an examination of the ledgers look on a screen of 80 columns?

What differs first, then what waits, then what customers come to on both sides, and the verdict at
the end.  Customers on whom both sides say the same are left out, unless all are asked for.
"""

from agents.audit.findings import Finding, Waiting
from agents.audit.report import Report
from agents.cli.figures import show_heading, show_row
from agents.cli.formatting import INDENT, say
from agents.rules.value_words import number_words
from schemas.money_words import money_words
from schemas.values import ZERO


def show(report: Report, *, every: bool = False) -> None:
    """Print what differs, what waits, what customers come to, and the verdict."""
    for each in report.findings:
        _show_finding(each, report.home)
    for one in report.excepted:
        _show_waiting(one, report.home)
    _show_figures(report, every=every)
    if report.passed_over:
        told = number_words(report.passed_over, "record")
        are = "is" if report.passed_over == 1 else "are"
        say(f"{told} of the journal {are} none of ours: gone past, as workers do.")
    say(report.verdict)


def _show_finding(told: Finding, home: str) -> None:
    what = told.what if told.amount is None else f"{told.what}, {_sum(told, home)}"
    where = f"{told.field} of {told.where}" if told.field else told.where
    say(f"{what}: {where}{_whose(told.customer)}")
    say(f"expected {told.expected}, found {told.found}", first=INDENT, more=INDENT * 2)


def _show_waiting(told: Waiting, home: str) -> None:
    say(f"{told.how}, {_sum(told, home)}: {told.document}{_whose(told.customer)}")
    sides = (("MediaOS", told.mediaos), ("QuickBooks", told.qbo))
    shown = ", ".join(f"{side} {money_words(worth)}" for side, worth in sides if worth is not None)
    say("; ".join(filter(None, (told.reason, told.detail, shown))), first=INDENT, more=INDENT * 2)


def _show_figures(report: Report, *, every: bool) -> None:
    rows = [row for row in report.rows if every or row.differs]
    show_heading()
    for row in (*rows, *report.totals):
        show_row(row, report.home, every=every)
    alike = len(report.rows) - len(rows)
    if alike:
        say(f"Of {number_words(alike, 'customer')} both sides say the same.")


def _sum(told: Finding | Waiting, home: str) -> str:
    return money_words(told.amount or ZERO, told.currency or home)


def _whose(customer: str) -> str:
    return f" ({customer})" if customer else ""
