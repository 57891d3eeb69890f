"""Do two records that are one say the same money?  To the cent, line by line.

Money that a neighbour moves is told once, as that neighbour, and not again as the balance of every
invoice that it pays: a payment without a counterpart, a credit in a payment, a deposit typed on an
invoice.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from agents.audit.applications import credited_in
from agents.audit.books import Book, Entry
from agents.audit.findings import Finding, What, finding
from agents.audit.lines import paired
from schemas.records import Invoice, Line, Payment, Sale
from schemas.values import ZERO, Kind, RecordRef

TOTALS = ("tax", "discount", "total")

#: By the invoice: an amount.
ByInvoice = defaultdict[str, Decimal]


def differing_totals(where: RecordRef, mediaos: Sale, qbo: Sale) -> Iterator[Finding]:
    """Name each total, and each line's amount, that differs; MediaOS's is the expected one.

    A line that only QuickBooks has and that comes to nothing is a bookkeeper's word, and no money.
    """
    for name in TOTALS:
        yield from _amount(where, name, getattr(mediaos, name), getattr(qbo, name))
    for place, sold, shown in paired(mediaos.lines, qbo.lines):
        if sold is None and shown is not None and not shown.amount:
            continue
        yield from _amount(where, f"line {place}", _of(sold), _of(shown))


@dataclass(frozen=True, slots=True)
class Explained:
    """What of each invoice was paid on one side alone, by something that is told by itself.

    `differing` is what nothing explains: by MediaOS's payment and QuickBooks' invoice, how much
    more of it that payment pays in QuickBooks.
    """

    mediaos: ByInvoice
    qbo: ByInvoice
    differing: dict[str, dict[str, Decimal]] = field(default_factory=dict)


def explained(
    mediaos: Book, qbo: Book, counted: Mapping[str, str], invoices: Mapping[str, str]
) -> Explained:
    """Add up what payments beside the `counted` pairs pay, and what credits and deposits do.

    In MediaOS credits are applied by applications, in QuickBooks by payments.

    `counted` and `invoices` lead from MediaOS's ids to QuickBooks'.
    """
    there = set(counted.values())
    mine = _uncounted(mediaos, set(counted))
    for invoice, amount in credited_in(mediaos):
        mine[invoice] += amount
    credited, back = _credited(qbo, there), {q: m for m, q in invoices.items()}
    paid = Explained(mine, _uncounted(qbo, there))
    for q, entry in qbo.live(Kind.INVOICE).items():
        paid.qbo[q] += entry.beside.deposit
    for m, q in counted.items():
        more = more_there(mediaos.payments[m].shape, qbo.payments[q].shape, invoices)
        fine = _by_neighbours(more, qbo.payments[q], credited)
        for invoice in fine:
            if more[invoice] > 0:
                paid.qbo[invoice] += more[invoice]
            else:
                paid.mediaos[back[invoice]] -= more[invoice]
        paid.differing[m] = {each: more[each] for each in more if each not in fine}
    return paid


def differing_balance(
    where: RecordRef, mediaos: Invoice, qbo: Invoice, paid: tuple[Decimal, Decimal]
) -> Iterator[Finding]:
    """Name a balance that differs, after what is explained on either side."""
    expected, found = mediaos.balance + paid[0], qbo.balance + paid[1]
    yield from _amount(where, "balance", expected, found)


def differing_payment(
    where: RecordRef, mediaos: Payment, qbo: Payment, differing: Mapping[str, Decimal]
) -> Iterator[Finding]:
    """Name an amount, or the part of an invoice, that differs; `differing` as in Explained."""
    yield from _amount(where, "amount", mediaos.amount, qbo.amount)
    parts = _parts(qbo)
    for invoice, more in sorted(differing.items()):
        found = parts[invoice]
        yield finding(What.APPLICATION, where, found - more, found, f"invoice {invoice}")


def more_there(mediaos: Payment, qbo: Payment, invoices: Mapping[str, str]) -> dict[str, Decimal]:
    """Return, by QuickBooks' invoice, what a payment pays more of it there; less is below 0."""
    across: ByInvoice = defaultdict(Decimal)
    for part in mediaos.applied:
        across[invoices.get(part.invoice, f"{part.invoice} of MediaOS alone")] += part.amount
    found = _parts(qbo)
    both = across.keys() | found.keys()
    return {each: found[each] - across[each] for each in both if found[each] != across[each]}


def _by_neighbours(
    more: Mapping[str, Decimal], qbo: Entry[Payment], credited: Mapping[str, Decimal]
) -> set[str]:
    """Return the invoices of which a neighbour explains that the payment pays another part.

    More of them is paid by a credit in the payment; less by a credit beside it, a deposit, or
    because the payment was given back to a journal entry, as that of a bounced cheque is.
    """
    credit = qbo.beside.credit
    enough = sum(part for part in more.values() if part > 0) <= credit
    back = max(-credit, ZERO)
    return {
        invoice
        for invoice, part in more.items()
        if (enough if part > 0 else -part <= credited.get(invoice, ZERO) + back)
    }


def _credited(qbo: Book, counted: set[str]) -> ByInvoice:
    """Return, by invoice, what deposits, and credits beside the `counted` payments, gave to it."""
    given: ByInvoice = defaultdict(Decimal)
    for q, invoice in qbo.live(Kind.INVOICE).items():
        given[q] += invoice.beside.deposit
    for q, payment in qbo.live(Kind.PAYMENT).items():
        left = max(payment.beside.credit, ZERO) if q not in counted else ZERO
        for part in payment.shape.applied:
            given[part.invoice] += min(part.amount, left)
    return given


def _uncounted(book: Book, counted: set[str]) -> ByInvoice:
    """Return, by invoice, what live payments of a book pay that are not among the counted."""
    paid: ByInvoice = defaultdict(Decimal)
    for name, entry in book.live(Kind.PAYMENT).items():
        for part in entry.shape.applied if name not in counted else ():
            paid[part.invoice] += part.amount
    return paid


def _parts(payment: Payment) -> ByInvoice:
    parts: ByInvoice = defaultdict(Decimal)
    for part in payment.applied:
        parts[part.invoice] += part.amount
    return parts


def _of(line: Line | None) -> Decimal | None:
    return None if line is None else line.amount


def _amount(
    where: RecordRef, name: str, expected: Decimal | None, found: Decimal | None
) -> Iterator[Finding]:
    if expected != found:
        yield finding(What.AMOUNT, where, expected, found, name)
