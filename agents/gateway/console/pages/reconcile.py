"""What did both ledgers come to when they were read last, by customer and by document?"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aiokafka.errors import KafkaError

from agents.gateway.console.book.reconciles import Reading
from agents.gateway.console.page import Download, NotThereError, Page, Visit
from agents.gateway.console.record_address import record_page
from agents.rules.ledger_table import FIGURES, as_csv
from agents.rules.reason_words import words_of_reason
from schemas.catalog import NotUnderstoodError, decode_journal
from schemas.kinds import called_as
from schemas.ledgers import LedgerDifference, LedgerReport, LedgerRow
from schemas.state import ParkReason
from schemas.tenant_facts import ReconciliationKept
from schemas.values import Kind, RecordRef, Side

log = logging.getLogger("isthmus.console")

#: Customers and documents on the page; the file has all that is kept.
MOST_SHOWN = 100
_RECORD = re.compile(r"(?P<side>[a-z]+)/(?P<kind>[a-z-]+)/(?P<id>[^/]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureShown:
    """One figure of all customers in one currency, on both sides."""

    called: str
    mediaos: Decimal
    qbo: Decimal
    between: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerShown:
    """What one customer owes on both sides; `also` are other figures that differ, in words."""

    called: str
    record: str
    mediaos: Decimal
    qbo: Decimal
    between: Decimal
    currency: str
    also: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceShown:
    """One document on which the ledgers differ."""

    called: str
    record: str
    why: str
    currency: str
    found: LedgerDifference


def show(visit: Visit) -> Mapping[str, Any]:
    """Return what the page tells."""
    readings = visit.book.readings(visit.tenant)
    reading = _chosen(readings, visit.query.get("run", ""))
    given = {
        "readings": [(each, _name(each)) for each in readings],
        "reading": reading,
        "home": visit.book.tenant(visit.tenant).company.home,
        "report": None,
        "away": False,
    }
    if reading is None:
        return given
    given["name"] = _name(reading)
    try:
        report = _report(visit, reading)
    except (KafkaError, OSError, TimeoutError) as fault:
        log.warning("reconciliation not read", extra={"reason": type(fault).__name__})
        return given | {"away": True}
    return given if report is None else given | _told(visit, report)


def download(visit: Visit) -> Mapping[str, Any] | Download:
    """Return one reading as CSV, of what is kept of it; where it cannot be read, its page."""
    reading = _chosen(visit.book.readings(visit.tenant), visit.parts["run"])
    if reading is None:
        raise NotThereError
    try:
        report = _report(visit, reading)
    except (KafkaError, OSError, TimeoutError):
        return show(visit)
    if report is None:
        raise NotThereError
    name = f"reconcile-{visit.tenant}-{reading.at:%Y-%m-%d}.csv"
    return Download(name=name, type="text/csv; charset=utf-8", text=as_csv(report))


def _chosen(readings: Sequence[Reading], name: str) -> Reading | None:
    """Return the reading that is named; the last one where none is, or it is not this tenant's."""
    named = next((each for each in readings if _name(each) == name), None)
    return named if named is not None or name else next(iter(readings), None)


def _name(reading: Reading) -> str:
    return f"{reading.partition}-{reading.place}"


def _report(visit: Visit, reading: Reading) -> LedgerReport | None:
    """Return what the journal has of a reading; None of one that an earlier release kept."""
    for value in visit.journal([(reading.partition, reading.place)]):
        try:
            record = decode_journal(value)
        except NotUnderstoodError:
            continue
        for fact in record.facts:
            if isinstance(fact, ReconciliationKept):
                return fact.report
    return None


def _told(visit: Visit, report: LedgerReport) -> dict[str, Any]:
    differ = [each for each in report.rows if each.differs]
    alike = [each for each in report.rows if not each.differs]
    differences = report.differences[:MOST_SHOWN]
    return {
        "report": report,
        "totals": list(_totals(report)),
        "differ": [_customer(visit, each, report.home) for each in differ[:MOST_SHOWN]],
        "alike": [_customer(visit, each, report.home) for each in alike[:MOST_SHOWN]],
        "differences": [_difference(visit, each, report.home) for each in differences],
        "more_customers": report.more_rows + _beyond(differ) + _beyond(alike),
        "more_documents": report.more_differences + _beyond(report.differences),
    }


def _beyond(found: Sequence[Any]) -> int:
    return max(0, len(found) - MOST_SHOWN)


def _totals(report: LedgerReport) -> Iterator[FigureShown]:
    for row in report.totals:
        for name, called in FIGURES.items():
            mediaos, qbo = getattr(row.mediaos, name), getattr(row.qbo, name)
            if mediaos or qbo or name == "receivable":
                yield FigureShown(
                    called=called,
                    mediaos=mediaos,
                    qbo=qbo,
                    between=qbo - mediaos,
                    currency=row.currency or report.home,
                )


def _customer(visit: Visit, row: LedgerRow, home: str) -> CustomerShown:
    others = [name for name in FIGURES if name != "receivable"]
    also = [
        FIGURES[each] for each in others if getattr(row.mediaos, each) != getattr(row.qbo, each)
    ]
    return CustomerShown(
        called=row.customer,
        record=_page(visit, row.records[0]) if row.records else "",
        mediaos=row.mediaos.receivable,
        qbo=row.qbo.receivable,
        between=row.qbo.receivable - row.mediaos.receivable,
        currency=row.currency or home,
        also=", ".join(also),
    )


def _difference(visit: Visit, found: LedgerDifference, home: str) -> DifferenceShown:
    record = _record(found.document)
    return DifferenceShown(
        called=found.document if record is None else called_as(record, found.number),
        record=_page(visit, found.document),
        why=_why(found),
        currency=found.currency or home,
        found=found,
    )


def _why(found: LedgerDifference) -> str:
    """Return why they differ: what waits by the words of its reason, as on other pages."""
    reason, _, rest = found.detail.partition(": ")
    if reason in frozenset(ParkReason):
        return f"{words_of_reason(reason).title}: {rest}" if rest else words_of_reason(reason).title
    return f"{found.why}: {found.detail}" if found.detail else found.why


def _page(visit: Visit, name: str) -> str:
    record = _record(name)
    return record_page(visit, record) if record is not None else ""


def _record(name: str) -> RecordRef | None:
    found = _RECORD.fullmatch(name)
    if (
        found is None
        or found["side"] not in frozenset(Side)
        or found["kind"] not in frozenset(Kind)
    ):
        return None
    return RecordRef(Side(found["side"]), Kind(found["kind"]), found["id"])


PAGE = Page(
    name="reconcile", path="reconcile", title="Reconcile", template="reconcile.html", show=show
)
CSV = Page(
    name="reconcile-csv",
    path="reconcile/csv/{run}",
    title="Reconcile",
    template="reconcile.html",
    show=download,
    in_menu=False,
)
