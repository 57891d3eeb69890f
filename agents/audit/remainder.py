"""Is what customers owe on both sides apart by exactly what waits?

The last look, when nothing has been found: it adds up what is listed and holds it against the
totals, so that a difference which no comparison looks at is not taken for one that waits.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from agents.audit.books import record_of
from agents.audit.findings import Finding, How, Waiting, What, finding
from agents.audit.standing import Row
from schemas.values import ZERO, Kind


def unexplained(totals: Iterable[Row], waiting: Iterable[Waiting]) -> Iterator[Finding]:
    """Name, by currency, a difference of receivables beyond that of what waits."""
    apart: defaultdict[str, Decimal] = defaultdict(Decimal)
    for waits in waiting:
        apart[waits.currency] += _owed_more_here(waits)
    for row in totals:
        found = row.qbo.receivable + apart[row.currency]
        if row.mediaos.receivable != found:
            told = f"receivable{f' in {row.currency}' if row.currency else ''}, after what waits"
            yield finding(What.AMOUNT, "all customers", row.mediaos.receivable, found, told)


def _owed_more_here(waits: Waiting) -> Decimal:
    more = (waits.mediaos or ZERO) - (waits.qbo or ZERO)
    record = record_of(waits.document)
    if record is not None and record.kind in {Kind.CREDIT_APPLICATION, Kind.REFUND}:
        # One moves what is owed from one document to another, and nobody owes the other.
        return ZERO
    bills = record is not None and record.kind is Kind.INVOICE and waits.how is not How.NEIGHBOUR
    return more if bills else -more
