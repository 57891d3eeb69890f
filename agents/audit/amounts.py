"""Do two records that are one say the same money?  To the cent, line by line.

Where a payment has no counterpart, for a reason or by mistake, that is told once, and not again as
the balance of every invoice that it pays.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest

from agents.audit.books import Book
from agents.audit.findings import Finding, What, finding
from schemas.records import Invoice, Line, Payment
from schemas.values import Kind, RecordRef

TOTALS = ("tax", "discount", "total")


def differing_totals(where: RecordRef, mediaos: Invoice, qbo: Invoice) -> Iterator[Finding]:
    """Name each total, and each line's amount, that differs; MediaOS's is the expected one."""
    for name in TOTALS:
        yield from _amount(where, name, getattr(mediaos, name), getattr(qbo, name))
    for place, (sold, shown) in enumerate(zip_longest(mediaos.lines, qbo.lines), start=1):
        yield from _amount(where, f"line {place}", _of(sold), _of(shown))


def differing_balance(
    where: RecordRef, mediaos: Invoice, qbo: Invoice, uncounted: tuple[Decimal, Decimal]
) -> Iterator[Finding]:
    """Name a balance that differs, after what `uncounted` payments of either side paid of it."""
    expected, found = mediaos.balance + uncounted[0], qbo.balance + uncounted[1]
    yield from _amount(where, "balance", expected, found)


def differing_payment(
    where: RecordRef, mediaos: Payment, qbo: Payment, invoices: Mapping[str, str]
) -> Iterator[Finding]:
    """Name an amount, or the part of an invoice, that differs; `invoices` are linked ids."""
    yield from _amount(where, "amount", mediaos.amount, qbo.amount)
    across = {part.invoice: invoices.get(part.invoice, "") for part in mediaos.applied}
    expected = _parts(mediaos, {m: q or f"{m} of MediaOS alone" for m, q in across.items()})
    found = _parts(qbo, {})
    for invoice in sorted(expected.keys() | found.keys()):
        if expected[invoice] != found[invoice]:
            told = f"invoice {invoice}"
            yield finding(What.APPLICATION, where, expected[invoice], found[invoice], told)


def uncounted(book: Book, counted: set[str]) -> dict[str, Decimal]:
    """Return, by invoice, what live payments of a book pay that are not among the counted."""
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for name, entry in book.live(Kind.PAYMENT).items():
        for part in entry.shape.applied if name not in counted else ():
            paid[part.invoice] += part.amount
    return paid


def _parts(payment: Payment, names: Mapping[str, str]) -> defaultdict[str, Decimal]:
    parts: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in payment.applied:
        parts[names.get(part.invoice, part.invoice)] += part.amount
    return parts


def _of(line: Line | None) -> Decimal | None:
    return None if line is None else line.amount


def _amount(
    where: RecordRef, name: str, expected: Decimal | None, found: Decimal | None
) -> Iterator[Finding]:
    if expected != found:
        yield finding(What.AMOUNT, where, expected, found, name)
