"""What does a document say in the book?  By which words it is found, and how it waits.  Pure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from agents.rules.documents.ended import amount_of, standing_side
from agents.rules.documents.named_records import record_shown
from agents.rules.documents.noting import standing
from agents.rules.documents.waiting_sort import Sort, sort_of
from agents.rules.waiting_words import document_waits
from agents.rules.wording import by_document
from schemas.below_zero import invoice_of
from schemas.kinds import customer_of, is_customer, number_of
from schemas.records import Record
from schemas.rows import record_of
from schemas.state import Document, Snapshot
from schemas.values import Kind, RecordRef, Side

MICROS = 1_000_000
#: No side takes as much; what a journal says of more is no sum of money.
MOST_MONEY = Decimal(10) ** 18
#: A longer word finds what its beginning finds.
LONGEST_WORD = 80


class WaitingEntry(NamedTuple):
    """How a document waits: `micros` is None without money.

    `customer` is the record whose name stands beside it, blank of a customer itself.
    """

    sort: Sort
    reason: str
    kind: str
    called: str
    customer: str
    micros: int | None
    currency: str
    why: str
    standing: str


def waiting_entry(name: str, document: Document) -> WaitingEntry | None:
    """Return how a document waits; None while it does not."""
    sort = sort_of(document)
    if sort is None:
        return None
    side = standing_side(document) or Side.MEDIAOS
    record = record_shown(document, side)
    amount = None if is_customer(document.kind) else amount_of(document, side)
    return WaitingEntry(
        sort=sort,
        reason=str(document.park.reason) if document.park is not None else str(sort),
        kind=str(document.kind),
        called=by_document(record_of(name), document),
        customer=_customer(document, side, record),
        micros=None if amount is None else _micros(amount),
        currency=getattr(record, "currency", "") or "",
        why=document_waits(document),
        standing=standing(document),
    )


def awaited_of(document: Document) -> frozenset[str]:
    """Return for what a document waits: `product:7`."""
    return frozenset(document.park.waits_for if document.park is not None else ())


def words_of(name: str, document: Document) -> frozenset[str]:
    """Return by what a document is found: ids, numbers, references, names and their words.

    A credit that is an invoice of MediaOS is found by that one's id too: it is what people see.
    """
    found = {record_of(name).id}
    if document.kind is Kind.CREDIT_MEMO and (invoice := invoice_of(record_of(name).id)):
        found.add(invoice)
    for shown in _snapshots(document):
        found.add(shown.id)
        for text in (number_of(shown.record), getattr(shown.record, "reference", None)):
            found.update((text,) if text else ())
        if customer := getattr(shown.record, "name", ""):
            found.update((customer, *customer.split()))
    return frozenset(each.strip().lower()[:LONGEST_WORD] for each in found if each.strip())


def names_of(document: Document) -> Iterator[tuple[str, str]]:
    """Yield by which name a customer's records are called."""
    if is_customer(document.kind):
        for side in Side:
            shown = document.shown(side)
            name = getattr(shown.record, "name", "") if shown is not None else ""
            if shown is not None and name:
                yield str(RecordRef(side, document.kind, shown.id)), name


def _micros(amount: Decimal) -> int | None:
    """Return an amount in millionths; None for what is no sum of money."""
    if not amount.is_finite() or not -MOST_MONEY < amount < MOST_MONEY:
        return None
    return int(amount * MICROS)


def _customer(document: Document, side: Side, record: Record | None) -> str:
    """Return the record whose name stands beside the document's; blank of a customer itself."""
    customer = "" if is_customer(document.kind) else customer_of(record)
    return f"{side}/customer/{customer}" if customer else ""


def _snapshots(document: Document) -> Iterator[Snapshot]:
    yield from (each for each in (document.mediaos, document.qbo) if each is not None)
