"""Do two books and a journal agree?  Pure: everything that was read goes in, a report comes out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from agents.audit.applications import told_by_itself
from agents.audit.as_of import as_of
from agents.audit.below_zero import with_credits
from agents.audit.books import Book, record_of
from agents.audit.compared import Compared, dated
from agents.audit.days import on_its_day
from agents.audit.differences import findings
from agents.audit.earlier import earlier
from agents.audit.findings import Finding, How, Waiting
from agents.audit.history import History
from agents.audit.nobodys import nobodys
from agents.audit.owners import Owners, links_of
from agents.audit.pairs import Pairs, match
from agents.audit.remainder import unexplained
from agents.audit.report import Counts, Report
from agents.audit.sides import Sides, Stood
from agents.audit.standing import Customers, rows, totals
from agents.audit.variances import variances_of, variances_told
from agents.audit.waits import neighbours, weighed
from schemas.values import Kind, Side


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
    of = Compared(mediaos, qbo, history, pairs, waits, history.newest(), links, variances)
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
    told = tuple(each for each in findings(of) if stood.stands(record_of(each.where)))
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


def _as_of(of: Compared, day: date | None) -> Stood:
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


def _on_days(of: Compared, kind: Kind) -> dict[str, Any]:
    found = {}
    for m, entry in of.mediaos.of(kind).items():
        q = of.pairs.of[kind].get(m)
        if q is None:
            shape = on_its_day(entry, of.history.zone or of.qbo.zone)
            found[m] = replace(entry, shape=shape)
        else:
            found[m] = dated(of, entry, of.qbo.name(kind, q), of.qbo.of(kind)[q])
    return found


def _sides(
    stood: Stood, findings: Iterable[Finding], waiting: Iterable[Waiting]
) -> dict[str, Sides]:
    """Return what is in the books of each document that is told, by its name there."""
    named = (*(each.where for each in findings), *(each.document for each in waiting))
    records = {name: record_of(name) for name in named}
    return {name: stood.sides(record) for name, record in records.items() if record is not None}


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
