"""Whose is a record, and in whose currency?  Told by name, and held against the links."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from agents.audit.books import Book, Entry, record_of, worth
from agents.audit.currencies import foreign
from agents.audit.findings import Finding, Waiting, What, finding
from agents.audit.history import History
from agents.audit.pairs import Pairs
from agents.audit.standing import Customers
from schemas.values import ZERO, Kind, RecordRef, Side


class Owners:
    """Gives what is told the name of the customer that it is about."""

    def __init__(self, mediaos: Book, qbo: Book, customers: Customers) -> None:
        self._books = {Side.MEDIAOS: mediaos, Side.QBO: qbo}
        self._customers = customers
        self._home = qbo.home

    def of_finding(self, told: Finding) -> Finding:
        """Return a finding with its customer, and the currency of its record."""
        record = record_of(told.where)
        entry = self._entry(record)
        currency = foreign(entry.beside.currency, self._home) if entry else told.currency
        return replace(told, customer=self._name(record), currency=told.currency or currency)

    def of_waiting(self, told: Waiting) -> Waiting:
        """Return what waits with its customer."""
        names = (self._name(record_of(record)) for record in (*told.records, told.document))
        return replace(told, customer=next(filter(None, names), ""))

    def _name(self, record: RecordRef | None) -> str:
        if record is None:
            return ""
        if record.kind is Kind.CUSTOMER:
            return self._customers.name(record.side, record.id)
        entry = self._entry(record)
        return self._customers.name(record.side, entry.shape.customer) if entry else ""

    def _entry(self, record: RecordRef | None) -> Entry[Any] | None:
        return self._books[record.side].of(record.kind).get(record.id) if record else None


def wrong_currency(
    where: RecordRef, mediaos: Entry[Any], qbo: Entry[Any], home: str
) -> Iterator[Finding]:
    """Name a document that is in two currencies: its amounts are not the same money."""
    here, there = (foreign(each.beside.currency, home) for each in (mediaos, qbo))
    if here != there:
        told = (f"{worth(each)} {code or home}" for each, code in ((mediaos, here), (qbo, there)))
        expected, found = told
        amount, currency = (worth(qbo), there) if there else (worth(mediaos), here)
        one = finding(What.CURRENCY, where, expected, found, "currency", amount=amount)
        yield replace(one, currency=currency)


def _through_merges(customer: str, merged: Mapping[str, str]) -> Collection[str]:
    """Return a customer of QuickBooks, and those of which merges have made it a part."""
    found = [customer]
    while (there := merged.get(found[-1])) is not None and there not in found:
        found.append(there)
    return found


#: By MediaOS's customer: those of QuickBooks that it is.
Links = Mapping[str, Collection[str]]


def wrong_customer(
    where: RecordRef, mediaos: Entry[Any], qbo: Entry[Any], links: Links
) -> Iterator[Finding]:
    """Name a document that stands under another customer there than the one that is linked."""
    across = links.get(mediaos.shape.customer, ())
    if qbo.shape.customer not in across:
        expected = ", ".join(sorted(across)) or "one that is linked"
        found, amount = qbo.shape.customer, worth(qbo) or ZERO
        yield finding(What.LINK, where, expected, found, "customer", amount=amount)


def links_of(history: History, pairs: Pairs, mediaos: Book, qbo: Book) -> Links:
    """Return who is who: by the journal, and by the documents of a customer that was merged away.

    Those stand by right under the customer that is left, as do those of a link that held once.
    """
    links: defaultdict[str, set[str]] = defaultdict(set)
    for kind, m, q in (*history.links, *history.former):
        if kind is Kind.CUSTOMER:
            links[m].update(_through_merges(q, history.merged))
    standing = {q for q, entry in qbo.customers.items() if entry.shape.active}
    merged = {m for m, across in links.items() if not across & standing}
    for kind in (Kind.INVOICE, Kind.CREDIT_MEMO, Kind.PAYMENT, Kind.REFUND):
        for m, q in pairs.of[kind].items():
            one = mediaos.of(kind)[m].shape.customer
            if one in merged:
                links[one].add(qbo.of(kind)[q].shape.customer)
    return links
