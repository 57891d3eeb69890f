"""How does a reconciliation look: on a screen of 80 columns, as a table of CSV, to a program?"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from agents.audit.books import record_of
from agents.audit.findings import written
from agents.audit.reconciliation import KNOWN, Difference, Reconciliation
from agents.audit.report import Agreement, texts
from agents.audit.standing import money
from agents.cli.figures import FIGURES, show_heading, show_row
from agents.cli.formatting import INDENT, count, moment, say
from agents.rules.mappings.mapping_csv import cell

AMOUNTS = ("mediaos", "quickbooks", "difference")
COLUMNS = (
    *("row", "customer", "currency", "figure", "document", "number"),
    *(*AMOUNTS, "why", "detail", "last_event", "last_event_at"),
)


def show(found: Reconciliation, since: datetime, until: datetime, *, every: bool = False) -> None:
    """Print what both ledgers come to, each difference with its reason, and the verdict."""
    say(f"{found.tenant}, {_meant(found)}, read {moment(since)} to {moment(until)}")
    show_heading()
    for row in (*found.totals, *(row for row in found.rows if every or row.differs)):
        show_row(row, found.home, every=every)
    alike = sum(not row.differs for row in found.rows)
    if alike and not every:
        say(f"Of {count(alike, 'customer')} both sides say the same.")
    for difference in found.differences:
        _show_difference(difference, found.home)
    say(_verdict(found))


def as_json(found: Reconciliation, since: datetime, until: datetime) -> dict[str, object]:
    """Return all of it as plain values for a program, money as text."""
    told = {"agreement": str(found.agreement), "as_of": found.day and found.day.isoformat()}
    read = {"read_from": moment(since), "read_until": moment(until)}
    shown = {name: getattr(found, name) for name in ("tenant", "home", "rows", "totals")}
    return {**told, **read, **texts({**shown, "differences": found.differences})}


def as_csv(found: Reconciliation) -> str:
    """Return a table: all customers, each customer, each document, a figure a line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for line in _lines(found):
        writer.writerow({n: value if n in AMOUNTS else cell(value) for n, value in line.items()})
    return text.getvalue()


def _lines(found: Reconciliation) -> Iterator[dict[str, str]]:
    for kind, rows in (("total", found.totals), ("customer", found.rows)):
        for row in rows:
            of = {"row": kind, "customer": row.customer, "currency": row.currency or found.home}
            for name, called in FIGURES.items():
                here, there = getattr(row.mediaos, name), getattr(row.qbo, name)
                yield {**of, "figure": called, **_amounts(here, there, there - here)}
    for each in found.differences:
        yield {
            "row": "document",
            "customer": each.customer,
            "currency": each.currency or found.home,
            "figure": "amount",
            "document": each.document,
            "number": each.number,
            **_amounts(each.mediaos, each.qbo, each.amount),
            "why": str(each.why),
            "detail": each.detail,
            "last_event": each.event,
            "last_event_at": moment(each.at) if each.at else "",
        }


def _amounts(here: Decimal | None, there: Decimal | None, between: Decimal) -> dict[str, str]:
    return {
        "mediaos": "" if here is None else written(here),
        "quickbooks": "" if there is None else written(there),
        "difference": written(between),
    }


def _meant(found: Reconciliation) -> str:
    if found.day is None:
        return "as both books stand"
    return f"as of {found.day} by the dates of documents"


def _show_difference(each: Difference, home: str) -> None:
    code = each.currency or home
    sides = (("MediaOS", each.mediaos), ("QuickBooks", each.qbo))
    shown = (f"{side} {'nothing' if worth is None else money(worth)}" for side, worth in sides)
    between = f"between them {money(each.amount)} {code}".rstrip()
    say(f"{_called(each)}: {', '.join(shown)}, {between}")
    why = f"{each.why}: {each.detail}" if each.detail else str(each.why)
    say(why, first=INDENT, more=INDENT * 2)
    if each.at is not None:
        say(f"last: {each.event} ({moment(each.at)})", first=INDENT, more=INDENT * 2)


def _called(each: Difference) -> str:
    record = record_of(each.document)
    named = each.document if record is None else f"{record.kind.called} {each.number}".strip()
    beside = [each.customer] if each.customer else []
    if record is not None:
        beside.append(each.document)
    return f"{named} ({', '.join(beside)})" if beside else named


def _verdict(found: Reconciliation) -> str:
    waits = sum(each.why in KNOWN for each in found.differences)
    which = f"{count(waits, 'document')} that {'waits' if waits == 1 else 'wait'}"
    match found.agreement:
        case Agreement.AGREE if not found.rows:
            return "The ledgers agree: neither has a document yet."
        case Agreement.AGREE:
            return f"The ledgers agree to the cent: {count(len(found.rows), 'customer')}."
        case Agreement.EXCEPT:
            return f"The ledgers agree except {which}."
        case Agreement.DIFFER:
            differ = count(len(found.unexplained), "document")
            return f"The ledgers differ in {differ}{f', and {which}' if waits else ''}."
