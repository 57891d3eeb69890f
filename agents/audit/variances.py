"""Which invoices, credit memos and refunds are a cent apart for tax or rounding alone?

QuickBooks reckons tax by itself; a cent of it is let be and told, more is a difference.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from agents.audit.books import Book
from agents.audit.currencies import foreign
from agents.audit.findings import How, Waiting
from agents.audit.pairs import Pairs
from schemas.records import Sale
from schemas.values import CENT, ZERO, Kind, RecordRef

#: By kind and MediaOS's id: by how much QuickBooks comes to more.
Variances = Mapping[Kind, Mapping[str, Decimal]]
#: What is reckoned from lines and tax.
TAXED = (Kind.INVOICE, Kind.CREDIT_MEMO, Kind.REFUND)


def variances_of(mediaos: Book, qbo: Book, pairs: Pairs, waits: Collection[RecordRef]) -> Variances:
    """Return by how much QuickBooks comes to more of each; not of what waits."""
    found: dict[Kind, dict[str, Decimal]] = {kind: {} for kind in TAXED}
    for kind, varied in found.items():
        for m, q in pairs.of[kind].items():
            names = (mediaos.name(kind, m), qbo.name(kind, q))
            more = _variance(mediaos.of(kind)[m].shape, qbo.of(kind)[q].shape)
            if more and not any(name in waits for name in names):
                varied[m] = more
    return found


def variances_told(variances: Variances, mediaos: Book, qbo: Book) -> Iterator[Waiting]:
    """Yield those in MediaOS's book whose totals are a cent apart."""
    for kind, varied in variances.items():
        for name, more in varied.items():
            entry, record = mediaos.of(kind).get(name), str(mediaos.name(kind, name))
            if entry is None:
                continue
            yield Waiting(
                how=How.VARIANCE,
                document=record,
                records=(record,),
                reason="tax or rounding",
                mediaos=entry.shape.total,
                qbo=entry.shape.total + more,
                amount=abs(more),
                currency=foreign(entry.beside.currency, qbo.home),
            )


def _variance(mediaos: Sale, qbo: Sale) -> Decimal:
    """Return by how much QuickBooks comes to more, where that is a cent of tax or rounding.

    The lines are the same, and either side adds up by itself; anything else is a difference.
    """
    more = qbo.total - mediaos.total
    lines = [[line.amount for line in each.lines] for each in (mediaos, qbo)]
    fine = abs(more) == CENT and lines[0] == lines[1] and _adds_up(mediaos) and _adds_up(qbo)
    return more if fine else ZERO


def _adds_up(sale: Sale) -> bool:
    lines = sum((line.amount for line in sale.lines), ZERO)
    return lines + sale.tax - sale.discount == sale.total
