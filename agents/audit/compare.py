"""Do two books and a journal agree?  Pure: everything that was read goes in, a report comes out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from msgspec import structs

from agents.audit.amounts import (
    Explained,
    differing_balance,
    differing_payment,
    differing_totals,
    explained,
)
from agents.audit.applications import differing_application, told_by_itself
from agents.audit.as_of import as_of
from agents.audit.below_zero import with_credits
from agents.audit.books import KINDS, Book, Entry, is_void, record_of
from agents.audit.days import is_same_day, on_its_day
from agents.audit.earlier import earlier
from agents.audit.fields import (
    differing_fields,
    differing_products,
    other_products,
    wrong_numbers,
)
from agents.audit.findings import Finding, How, Waiting, What
from agents.audit.history import History, Made
from agents.audit.nobodys import nobodys
from agents.audit.owners import Links, Owners, links_of, wrong_currency, wrong_customer
from agents.audit.pairs import Pairs, match
from agents.audit.progress import altered, not_seen, unfinished
from agents.audit.rates import wrong_rate
from agents.audit.remainder import unexplained
from agents.audit.report import Counts, Report
from agents.audit.sides import Sides, Stood
from agents.audit.standing import Customers, rows, totals
from agents.audit.variances import Variances, variances_of, variances_told
from agents.audit.voids import voided
from agents.audit.waits import neighbours, weighed
from schemas.records import CreditMemo, Invoice, Sale
from schemas.state import Snapshot
from schemas.values import ZERO, Kind, RecordRef, Side


@dataclass(frozen=True, slots=True)
class _Compared:
    """What all comparisons look at."""

    mediaos: Book
    qbo: Book
    history: History
    pairs: Pairs
    waiting: Mapping[RecordRef, Waiting]
    newest: Mapping[RecordRef, Snapshot]
    links: Links
    #: By how much QuickBooks comes to more, for tax or rounding.
    variances: Variances


def compare(*, mediaos: Book, qbo: Book, history: History, day: date | None = None) -> Report:
    """Examine one tenant, as of a day where one is given; nothing is read or changed."""
    mediaos = with_credits(mediaos, history)
    linked = {q for kind, _, q in history.links if kind is Kind.CREDIT_MEMO}
    qbo = replace(qbo, applications=told_by_itself(qbo, linked))
    old = {**nobodys(qbo, history), **earlier(qbo, history)}
    waits = {**history.waiting(), **old}
    pairs = match(mediaos, qbo, history, waits)
    links = links_of(history, pairs, mediaos, qbo)
    variances = variances_of(mediaos, qbo, pairs, waits)
    of = _Compared(mediaos, qbo, history, pairs, waits, history.newest(), links, variances)
    customers = Customers(mediaos, qbo, links)
    owners = Owners(mediaos, qbo, customers)
    stood = _as_of(of, day)
    here, there = stood.mediaos, stood.qbo
    all_waiting = (*history.documents_waiting(), *old.values())
    waiting = (
        *weighed(filter(stood.waits, all_waiting), here, there, pairs.of, linked),
        *neighbours(there, linked),
        *variances_told(variances, here, there),
    )
    by_customer = rows(here, there, customers)
    sums = totals(by_customer)
    told = tuple(each for each in _findings(of) if stood.stands(record_of(each.where)))
    found = told or tuple(unexplained(sums, waiting))
    return Report(
        tenant=history.tenant,
        home=qbo.home,
        counts=_counts(pairs, waiting),
        findings=tuple(owners.of_finding(each) for each in found),
        waiting=tuple(owners.of_waiting(each) for each in waiting),
        rows=by_customer,
        totals=sums,
        sides=_sides(stood, found, waiting),
    )


def _as_of(of: _Compared, day: date | None) -> Stood:
    """Return both books as of a day, MediaOS's on the days of the company."""
    whole = {Side.MEDIAOS: of.mediaos, Side.QBO: of.qbo}
    if day is None:
        return Stood(of.mediaos, of.qbo, whole, of.pairs.of)
    mediaos = replace(
        of.mediaos,
        invoices=_on_days(of, Kind.INVOICE),
        payments=_on_days(of, Kind.PAYMENT),
        memos=_on_days(of, Kind.CREDIT_MEMO),
        refunds=_on_days(of, Kind.REFUND),
    )
    return Stood(as_of(mediaos, day), as_of(of.qbo, day), whole, of.pairs.of)


def _on_days(of: _Compared, kind: Kind) -> dict[str, Any]:
    found = {}
    for m, entry in of.mediaos.of(kind).items():
        q = of.pairs.of[kind].get(m)
        if q is None:
            shape = on_its_day(entry, of.history.zone or of.qbo.zone)
            found[m] = replace(entry, shape=shape)
        else:
            found[m] = _dated(of, entry, of.qbo.name(kind, q), of.qbo.of(kind)[q])
    return found


def _sides(
    stood: Stood, findings: Iterable[Finding], waiting: Iterable[Waiting]
) -> dict[str, Sides]:
    """Return what is in the books of each document that is told, by its name there."""
    named = (*(each.where for each in findings), *(each.document for each in waiting))
    records = {name: record_of(name) for name in named}
    return {name: stood.sides(record) for name, record in records.items() if record is not None}


def _findings(of: _Compared) -> Iterator[Finding]:
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


def _in_step(of: _Compared, kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a kind that ought to be alike: those that do not wait."""
    for m, q in of.pairs.of[kind].items():
        names = (of.mediaos.name(kind, m), of.qbo.name(kind, q))
        if not any(name in of.waiting for name in names):
            yield m, q


def _customers(of: _Compared) -> Iterator[Finding]:
    for m, q in _in_step(of, Kind.CUSTOMER):
        where = of.mediaos.name(Kind.CUSTOMER, m)
        yield from differing_fields(where, of.mediaos.customers[m].shape, of.qbo.customers[q].shape)


def _documents(of: _Compared) -> Iterator[Finding]:
    counted = dict(_in_step(of, Kind.PAYMENT))
    paid = explained(of.mediaos, of.qbo, counted, of.pairs.of[Kind.INVOICE])
    for m, q in _in_step(of, Kind.INVOICE):
        here, there = of.mediaos.invoices[m], of.qbo.invoices[q]
        where = of.mediaos.name(Kind.INVOICE, m)
        special = tuple(_special(of, where, here, there))
        mine = _dated(of, here, of.qbo.name(Kind.INVOICE, q), there)
        yield from special or _invoice(of, paid, (m, mine), (q, there))
        yield from wrong_customer(where, here, there, of.links)
    for m, q in counted.items():
        one, other = of.mediaos.payments[m], of.qbo.payments[q]
        where = of.mediaos.name(Kind.PAYMENT, m)
        special = tuple(_special(of, where, one, other))
        yield from special or differing_payment(where, one.shape, other.shape, paid.differing[m])
        mine = _dated(of, one, of.qbo.name(Kind.PAYMENT, q), other)
        yield from differing_fields(where, mine.shape, other.shape)
        yield from wrong_customer(where, one, other, of.links)


def _counterparts(of: _Compared, kind: Kind) -> Iterator[Finding]:
    """Name what differs in what is taken back: nothing but itself settles it."""
    for m, q in _in_step(of, kind):
        here, there = of.mediaos.of(kind)[m], of.qbo.of(kind)[q]
        where, across = of.mediaos.name(kind, m), of.qbo.name(kind, q)
        special = tuple(_special(of, where, here, there))
        mine = _dated(of, here, across, there)
        yield from special or _sold(of, where, across, mine, there)
        yield from wrong_customer(where, here, there, of.links)


def _applications(of: _Compared) -> Iterator[Finding]:
    standing = {each.id for each in of.qbo.credits if each.amount}
    linked = [(m, q) for kind, m, q in of.history.links if kind is Kind.CREDIT_MEMO]
    # One that was brought back is another record there: of several the one that stands.
    memos = dict(sorted(linked, key=lambda link: link[1] in standing))
    for m, q in _in_step(of, Kind.CREDIT_APPLICATION):
        one, other = of.mediaos.applications[m], of.qbo.applications[q]
        where, invoices = of.mediaos.name(Kind.CREDIT_APPLICATION, m), of.pairs.of[Kind.INVOICE]
        yield from differing_application(where, one.shape, other.shape, memos, invoices)
        yield from wrong_customer(where, one, other, of.links)


def _dated(of: _Compared, here: Entry[Any], across: RecordRef, there: Entry[Any]) -> Entry[Any]:
    """Return what MediaOS has on the day that its time was in the tenant's zone.

    Or in the zone by which it was written, where QuickBooks shows that day: a company that moves to
    another one moves none of its records.
    """
    now = of.history.zone or of.qbo.zone
    days = [on_its_day(here, zone) for zone in (of.history.zones.get(across, now), now)]
    shape = next((day for day in days if is_same_day(day, there.shape)), days[-1])
    return replace(here, shape=shape)


def _special(
    of: _Compared, where: RecordRef, here: Entry[Any], there: Entry[Any]
) -> Iterator[Finding]:
    """Name what makes it idle to compare amounts one by one."""
    yield from voided(where, here, there)
    yield from wrong_currency(where, here, there, of.qbo.home)
    yield from wrong_rate(where, here, there, of.qbo.home)


def _invoice(
    of: _Compared, paid: Explained, here: tuple[str, Entry[Invoice]], there: tuple[str, Entry[Any]]
) -> Iterator[Finding]:
    (m, mine), (q, theirs) = here, there
    where, across = of.mediaos.name(Kind.INVOICE, m), of.qbo.name(Kind.INVOICE, q)
    left = (paid.mediaos[m] + of.variances[Kind.INVOICE].get(m, ZERO), paid.qbo[q])
    yield from _sold(of, where, across, mine, theirs)
    yield from differing_balance(where, mine.shape, theirs.shape, left)


def _sold(
    of: _Compared, where: RecordRef, across: RecordRef, mine: Entry[Any], theirs: Entry[Any]
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


def _altered(of: _Compared) -> Iterator[Finding]:
    """Hold what waits, and so cannot be compared across, against what the journal saw of it."""
    for record in sorted(of.waiting):
        book = of.mediaos if record.side is of.mediaos.side else of.qbo
        yield from altered(book, record, of.newest)


def _a_cent_apart(of: _Compared) -> Iterator[str]:
    """Name what the books show to be a cent apart by tax, whether or not the journal told it."""
    varied = variances_of(of.mediaos, of.qbo, of.pairs, ())
    return (str(of.mediaos.name(kind, m)) for kind in varied for m in varied[kind])


def _strayed(of: _Compared, told: Collection[str]) -> Iterator[Finding]:
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


def _counts(pairs: Pairs, waiting: tuple[Waiting, ...]) -> Counts:
    return Counts(
        customers=len(pairs.of[Kind.CUSTOMER]),
        invoices=len(pairs.of[Kind.INVOICE]),
        payments=len(pairs.of[Kind.PAYMENT]),
        parked=sum(waits.how is How.PARKED for waits in waiting),
        unplaced=sum(waits.how is How.UNPLACED for waits in waiting),
        neighbours=sum(waits.how is How.NEIGHBOUR for waits in waiting),
        variances=sum(waits.how is How.VARIANCE for waits in waiting),
    )
