"""What of a reconciliation is kept in the journal, and written as CSV?  All of it, or what fits."""

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from agents.audit.reconciliation import KNOWN, Difference, Reconciliation
from agents.audit.standing import Figures as Read
from agents.audit.standing import Row
from agents.rules.ledger_table import FIGURES
from schemas.catalog import encode
from schemas.ledgers import (
    MOST_RECORDS,
    Figures,
    LedgerDifference,
    LedgerReport,
    LedgerRow,
)

T = TypeVar("T", LedgerRow, LedgerDifference)

#: Bytes of what is kept: the journal is kept for ever, and takes no larger step than twice this.
#: Half of it is for documents, half for customers.
MOST_BYTES = 300_000
#: Characters of a name or a sentence that is kept.
LONGEST = 300


def report_of(found: Reconciliation) -> LedgerReport:
    """Return all of a reconciliation."""
    return LedgerReport(
        home=found.home,
        customers=len(found.rows),
        totals=tuple(map(_row, found.totals)),
        rows=tuple(map(_row, found.rows)),
        differences=tuple(map(_difference, found.differences)),
    )


def fitting(report: LedgerReport) -> LedgerReport:
    """Return what of a report is kept: of customers those that differ, or owe most, go first."""
    rows = sorted(report.rows, key=lambda row: (not row.differs, -_owed(row)))
    rows_kept = _within([_short(each) for each in rows])
    differences = _within([_short(each) for each in report.differences])
    return replace(
        report,
        rows=rows_kept,
        differences=differences,
        more_rows=len(report.rows) - len(rows_kept),
        more_differences=len(report.differences) - len(differences),
    )


def _within(told: Sequence[T]) -> tuple[T, ...]:
    kept, size = [], 0
    for each in told:
        size += len(encode(each)) + 1
        if size > MOST_BYTES // 2:
            break
        kept.append(each)
    return tuple(kept)


def _short(told: T) -> T:
    """Return it with each text cut to what is kept of one."""
    names = told.__struct_fields__
    texts = {name: value for name in names if isinstance(value := getattr(told, name), str)}
    long = {name: f"{text[:LONGEST]}..." for name, text in texts.items() if len(text) > LONGEST}
    return replace(told, **long) if long else told


def _owed(row: LedgerRow) -> float:
    return float(max(abs(row.mediaos.receivable), abs(row.qbo.receivable)))


def _row(row: Row) -> LedgerRow:
    return LedgerRow(
        customer=row.customer,
        records=row.ids[:MOST_RECORDS],
        currency=row.currency,
        mediaos=_figures(row.mediaos),
        qbo=_figures(row.qbo),
    )


def _figures(read: Read) -> Figures:
    return Figures(**{name: getattr(read, name) for name in FIGURES})


def _difference(found: Difference) -> LedgerDifference:
    return LedgerDifference(
        document=found.document,
        number=found.number,
        customer=found.customer,
        currency=found.currency,
        mediaos=found.mediaos,
        qbo=found.qbo,
        amount=found.amount,
        why=str(found.why),
        detail=found.detail,
        event=found.event,
        at=found.at,
        waits=found.why in KNOWN,
    )
