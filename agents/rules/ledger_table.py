"""What do both ledgers come to, as a table of CSV?  A figure a line; no cell of text computes."""

import csv
import io
from collections.abc import Iterator
from decimal import Context, Decimal

from agents.rules.mappings.mapping_csv import cell
from agents.rules.value_words import utc_words
from schemas.ledgers import LedgerReport
from schemas.money_words import money_text

#: What an accountant calls each figure, in the order in which they are told.
FIGURES = {
    "invoices": "invoices",
    "credits": "credits",
    "payments": "payments",
    "refunds": "refunds",
    "unapplied": "unapplied",
    "receivable": "receivables",
}
#: Beyond what any amount has: by Python's own 28 digits a sum would be rounded, or refused.
_EXACT = Context(prec=200)
AMOUNTS = ("mediaos", "quickbooks", "difference")
COLUMNS = (
    *("row", "customer", "currency", "figure", "document", "number"),
    *(*AMOUNTS, "why", "detail", "last_event", "last_event_at"),
)


def as_csv(report: LedgerReport) -> str:
    """Return a table: all customers, each customer, each document, a figure a line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for line in _lines(report):
        writer.writerow({n: value if n in AMOUNTS else cell(value) for n, value in line.items()})
    return text.getvalue()


def _lines(report: LedgerReport) -> Iterator[dict[str, str]]:
    for kind, rows in (("total", report.totals), ("customer", report.rows)):
        for row in rows:
            of = {"row": kind, "customer": row.customer, "currency": row.currency or report.home}
            for name, called in FIGURES.items():
                here, there = getattr(row.mediaos, name), getattr(row.qbo, name)
                yield {
                    **of,
                    "figure": called,
                    **_amounts(here, there, _EXACT.subtract(there, here)),
                }
    for each in report.differences:
        yield {
            "row": "document",
            "customer": each.customer,
            "currency": each.currency or report.home,
            "figure": "amount",
            "document": each.document,
            "number": each.number,
            **_amounts(each.mediaos, each.qbo, each.amount),
            "why": each.why,
            "detail": each.detail,
            "last_event": each.event,
            "last_event_at": utc_words(each.at) if each.at else "",
        }


def _amounts(here: Decimal | None, there: Decimal | None, between: Decimal) -> dict[str, str]:
    return {
        "mediaos": "" if here is None else money_text(here),
        "quickbooks": "" if there is None else money_text(there),
        "difference": money_text(between),
    }
