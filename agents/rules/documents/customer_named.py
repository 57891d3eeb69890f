"""Whose is a document, and into whom was that customer merged in QuickBooks?"""

from collections.abc import Iterator

from agents.rules.documents.named_records import Find, record_shown
from schemas.kinds import KINDS, Anchor, customer_of, is_customer, refs_of, settled_by
from schemas.records import Record
from schemas.state import Document
from schemas.values import Kind, RecordRef, Side


def customer_now(document: Document, find: Find) -> Document | None:
    """Return the customer whose the document is now; MediaOS says it where it has the record.

    What it has deleted is whose it was there: QuickBooks may name a survivor, after a merge.
    """
    side, shown = Side.MEDIAOS, record_shown(document, Side.MEDIAOS)
    if shown is None and document.agreed is not None:
        shown = document.agreed.mediaos
    if shown is None:
        side, shown = Side.QBO, record_shown(document, Side.QBO)
    loser = payer(shown, find) if side is Side.QBO else None
    if loser is not None:
        return loser
    whose = customer_of(shown)
    return find(RecordRef(side, Kind.CUSTOMER, whose)) if whose is not None else None


def survivor_of(
    document: Document, customer: Document | None, find: Find
) -> tuple[str, Document | None]:
    """Return into which customer of QuickBooks its own was merged, as often as that happened."""
    known = document if KINDS[document.kind].anchor is Anchor.ITSELF else customer
    passed = list(merges(known, find))
    if not passed:
        return "", None
    merged_into, survivor = passed[-1]
    return merged_into, survivor if survivor is not None and survivor.agreed is not None else None


def merges(customer: Document | None, find: Find) -> Iterator[tuple[str, Document | None]]:
    """Yield the customers of QuickBooks of which one has become a part, one after the other."""
    passed: set[str] = set()
    while customer is not None and customer.qbo is not None:
        into = customer.qbo.merged_into
        if not into or into in passed:
            return
        passed.add(into)
        customer = find(RecordRef(Side.QBO, customer.kind, into))
        yield into, customer


def payer(record: Record | None, find: Find) -> Document | None:
    """Return the customer that was merged away, all of whose documents a record of QBO settles.

    It names the survivor, and is the loser's all the same.
    """
    settled = [find(each) for each in settled_by(record, Side.QBO)]
    owners = {
        each
        for found in settled
        for each in refs_of(record_shown(found, Side.MEDIAOS) if found else None, Side.MEDIAOS)
        if is_customer(each.kind)
    }
    customer = find(owners.pop()) if len(owners) == 1 and None not in settled else None
    named = {into for into, _ in merges(customer, find)}
    return customer if customer_of(record) in named else None
