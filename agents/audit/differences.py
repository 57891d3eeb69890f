"""What differs in two books that are compared, document by document, and what nobody wrote?"""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec import structs

from agents.audit.amounts import (
    Explained,
    differing_balance,
    differing_payment,
    differing_totals,
    explained,
)
from agents.audit.applications import differing_application
from agents.audit.books import KINDS, Entry, is_void
from agents.audit.compared import Compared, dated, in_step
from agents.audit.fields import (
    differing_fields,
    differing_products,
    other_products,
    wrong_numbers,
)
from agents.audit.findings import Finding, How, What
from agents.audit.history import Made
from agents.audit.owners import wrong_currency, wrong_customer
from agents.audit.progress import altered, not_seen, unfinished
from agents.audit.rates import wrong_rate
from agents.audit.variances import variances_of
from agents.audit.voids import voided
from schemas.records import CreditMemo, Invoice, Sale
from schemas.state import Snapshot
from schemas.values import ZERO, Kind, RecordRef


def findings(of: Compared) -> Iterator[Finding]:
    """Yield what the books show to differ, and then what the journal alone tells."""
    books = (
        *of.pairs.findings,
        *_customers(of),
        *_documents(of),
        *_counterparts(of, Kind.CREDIT_MEMO),
        *_counterparts(of, Kind.REFUND),
        *_applications(of),
        *_altered(of),
    )
    yield from books
    yield from _strayed(of, {*_a_cent_apart(of), *(each.where for each in books)})
    yield from of.history.backwards
    yield from unfinished(of.history)
    yield from not_seen(of.mediaos, of.newest)
    yield from not_seen(of.qbo, of.newest)


def _customers(of: Compared) -> Iterator[Finding]:
    for m, q in in_step(of, Kind.CUSTOMER):
        where = of.mediaos.name(Kind.CUSTOMER, m)
        yield from differing_fields(where, of.mediaos.customers[m].shape, of.qbo.customers[q].shape)


def _documents(of: Compared) -> Iterator[Finding]:
    counted = dict(in_step(of, Kind.PAYMENT))
    paid = explained(of.mediaos, of.qbo, counted, of.pairs.of[Kind.INVOICE])
    for m, q in in_step(of, Kind.INVOICE):
        here, there = of.mediaos.invoices[m], of.qbo.invoices[q]
        where = of.mediaos.name(Kind.INVOICE, m)
        special = tuple(_special(of, where, here, there))
        mine = dated(of, here, of.qbo.name(Kind.INVOICE, q), there)
        yield from special or _invoice(of, paid, (m, mine), (q, there))
        yield from wrong_customer(where, here, there, of.links)
    for m, q in counted.items():
        one, other = of.mediaos.payments[m], of.qbo.payments[q]
        where = of.mediaos.name(Kind.PAYMENT, m)
        special = tuple(_special(of, where, one, other))
        yield from special or differing_payment(where, one.shape, other.shape, paid.differing[m])
        mine = dated(of, one, of.qbo.name(Kind.PAYMENT, q), other)
        yield from differing_fields(where, mine.shape, other.shape)
        yield from wrong_customer(where, one, other, of.links)


def _counterparts(of: Compared, kind: Kind) -> Iterator[Finding]:
    """Name what differs in what is taken back: nothing but itself settles it."""
    for m, q in in_step(of, kind):
        here, there = of.mediaos.of(kind)[m], of.qbo.of(kind)[q]
        where, across = of.mediaos.name(kind, m), of.qbo.name(kind, q)
        special = tuple(_special(of, where, here, there))
        mine = dated(of, here, across, there)
        yield from special or _sold(of, where, across, mine, there)
        yield from wrong_customer(where, here, there, of.links)


def _applications(of: Compared) -> Iterator[Finding]:
    standing = {each.id for each in of.qbo.credits if each.amount}
    linked = [(m, q) for kind, m, q in of.history.links if kind is Kind.CREDIT_MEMO]
    # One that was brought back is another record there: of several the one that stands.
    memos = dict(sorted(linked, key=lambda link: link[1] in standing))
    for m, q in in_step(of, Kind.CREDIT_APPLICATION):
        one, other = of.mediaos.applications[m], of.qbo.applications[q]
        where, invoices = of.mediaos.name(Kind.CREDIT_APPLICATION, m), of.pairs.of[Kind.INVOICE]
        yield from differing_application(where, one.shape, other.shape, memos, invoices)
        yield from wrong_customer(where, one, other, of.links)


def _special(
    of: Compared, where: RecordRef, here: Entry[Any], there: Entry[Any]
) -> Iterator[Finding]:
    """Name what makes it idle to compare amounts one by one."""
    yield from voided(where, here, there)
    yield from wrong_currency(where, here, there, of.qbo.home)
    yield from wrong_rate(where, here, there, of.qbo.home)


def _invoice(
    of: Compared, paid: Explained, here: tuple[str, Entry[Invoice]], there: tuple[str, Entry[Any]]
) -> Iterator[Finding]:
    (m, mine), (q, theirs) = here, there
    where, across = of.mediaos.name(Kind.INVOICE, m), of.qbo.name(Kind.INVOICE, q)
    left = (paid.mediaos[m] + of.variances[Kind.INVOICE].get(m, ZERO), paid.qbo[q])
    yield from _sold(of, where, across, mine, theirs)
    yield from differing_balance(where, mine.shape, theirs.shape, left)


def _sold(
    of: Compared, where: RecordRef, across: RecordRef, mine: Entry[Any], theirs: Entry[Any]
) -> Iterator[Finding]:
    """Name what differs of what is sold, or taken back, by lines under a number."""
    one, other = mine.shape, theirs.shape
    if where.id not in of.variances[where.kind] and not is_void(theirs):
        yield from differing_totals(where, one, other)
    made, last = of.history.made.get(across), _number(of.newest.get(across))
    yield from differing_fields(where, _as_told(one, other, made), other)
    yield from differing_products(where, one, other, of.history.items.get(across, {}))
    yield from other_products(where, one, other, of.history.products.get(where, {}))
    yield from wrong_numbers(where, one, other, made, last)


def _as_told(mine: Any, theirs: Any, made: Made | None) -> Any:
    """Return a sale without the address that a company which mails by itself was not told."""
    if not isinstance(mine, Invoice | CreditMemo):
        return mine
    untold = made is not None and made.decided.given.company.mails and theirs.email is None
    return structs.replace(mine, email=None) if untold else mine


def _altered(of: Compared) -> Iterator[Finding]:
    """Hold what waits, and so cannot be compared across, against what the journal saw of it."""
    for record in sorted(of.waiting):
        book = of.mediaos if record.side is of.mediaos.side else of.qbo
        yield from altered(book, record, of.newest)


def _a_cent_apart(of: Compared) -> Iterator[str]:
    """Name what the books show to be a cent apart by tax, whether or not the journal told it."""
    varied = variances_of(of.mediaos, of.qbo, of.pairs, ())
    return (str(of.mediaos.name(kind, m)) for kind in varied for m in varied[kind])


def _strayed(of: Compared, told: Collection[str]) -> Iterator[Finding]:
    """Name what writes did not bring about, where neither books nor a park tell it already."""
    back = {of.qbo.name(kind, q): m for kind in KINDS for m, q in of.pairs.of[kind].items()}
    for record, found in of.history.strayed.items():
        where = of.mediaos.name(record.kind, back[record]) if record in back else record
        waits = of.waiting.get(record)
        known = str(where) in told or (waits is not None and waits.how is How.PARKED)
        for each in found:
            if each.what is What.UNDONE or not known:
                yield each.told(where)


def _number(shown: Snapshot | None) -> str | None:
    return shown.record.number if shown is not None and isinstance(shown.record, Sale) else None
