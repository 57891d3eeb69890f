"""Which invoices are a cent apart for tax or rounding, and for nothing else?

QuickBooks reckons tax by itself; a cent of it is let be and told, more is a difference.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from agents.audit.books import Book
from agents.audit.currencies import foreign
from agents.audit.findings import How, Waiting
from agents.audit.pairs import Pairs
from schemas.records import Invoice
from schemas.values import CENT, ZERO, Kind, RecordRef


def variances_of(
    mediaos: Book, qbo: Book, pairs: Pairs, waits: Collection[RecordRef]
) -> dict[str, Decimal]:
    """Return, by MediaOS's invoice, by how much QuickBooks comes to more; not of what waits."""
    found = {}
    for m, q in pairs.of[Kind.INVOICE].items():
        names = (mediaos.name(Kind.INVOICE, m), qbo.name(Kind.INVOICE, q))
        more = _variance(mediaos.invoices[m].shape, qbo.invoices[q].shape)
        if more and not any(name in waits for name in names):
            found[m] = more
    return found


def variances_told(variances: Mapping[str, Decimal], mediaos: Book, qbo: Book) -> Iterator[Waiting]:
    """Yield the invoices whose totals are a cent apart, by MediaOS's id and what is more there."""
    for name, more in variances.items():
        invoice, record = mediaos.invoices[name], str(mediaos.name(Kind.INVOICE, name))
        yield Waiting(
            how=How.VARIANCE,
            document=record,
            records=(record,),
            reason="tax or rounding",
            mediaos=invoice.shape.total,
            qbo=invoice.shape.total + more,
            amount=abs(more),
            currency=foreign(invoice.beside.currency, qbo.home),
        )


def _variance(mediaos: Invoice, qbo: Invoice) -> Decimal:
    """Return by how much QuickBooks comes to more, where that is a cent of tax or rounding.

    The lines are the same, and either side adds up by itself; anything else is a difference.
    """
    more = qbo.total - mediaos.total
    lines = [[line.amount for line in each.lines] for each in (mediaos, qbo)]
    fine = abs(more) == CENT and lines[0] == lines[1] and _adds_up(mediaos) and _adds_up(qbo)
    return more if fine else ZERO


def _adds_up(invoice: Invoice) -> bool:
    lines = sum((line.amount for line in invoice.lines), ZERO)
    return lines + invoice.tax - invoice.discount == invoice.total
