"""Does a payment settle what is of several customers, and whose is each?

QuickBooks has a payment of a customer pay for those below it, and MediaOS' services may tell one of
an agency; each side takes one that is of one customer of its own, who all that it settles is of.
"""

from collections.abc import Iterator

from agents.rules.documents.customer_named import customer_now, merges
from agents.rules.documents.named_records import Find, record_shown
from schemas.decision_input import link_key
from schemas.kinds import called, customer_of, settled_by
from schemas.records import Payment
from schemas.state import Document
from schemas.values import Kind, RecordRef, Side


def owners_of_settled(document: Document, find: Find) -> dict[str, str]:
    """Return, by its `link_key`, what the owner is called of each that a payment settles.

    Only where not all of them are its own customer's on the side that is to have it: there it has
    one customer.  What has not crossed is waited for, and nobody's yet.
    """
    return {key: name for side in Side for key, name in _named(document, side, find)}


def _named(document: Document, side: Side, find: Find) -> Iterator[tuple[str, str]]:
    shown = record_shown(document, side)
    customer = customer_now(document, find) if isinstance(shown, Payment) else None
    whose = customer.shown(side.other) if customer is not None else None
    if whose is None:
        return
    own = _at_last(RecordRef(side.other, Kind.CUSTOMER, whose.id), find)
    owners = {each: _owner(find(each), side.other, find) for each in settled_by(shown, side)}
    if None in owners.values() or set(owners.values()) <= {own}:
        return
    for each, owner in owners.items():
        found = find(owner) if owner is not None else None
        if owner is not None:
            name = record_shown(found, owner.side) if found is not None else None
            yield link_key(each), called(owner, name)


def _owner(document: Document | None, side: Side, find: Find) -> RecordRef | None:
    """Return whose a document is on that side, None where it has not crossed."""
    if document is None or document.agreed is None:
        return None
    owner = customer_of(record_shown(document, side))
    return _at_last(RecordRef(side, Kind.CUSTOMER, owner), find) if owner else None


def _at_last(customer: RecordRef, find: Find) -> RecordRef:
    """Return the customer of which one is a part since it was merged in QuickBooks, or itself."""
    if customer.side is Side.MEDIAOS:
        return customer
    into = [name for name, _ in merges(find(customer), find)]
    return RecordRef(customer.side, customer.kind, into[-1]) if into else customer
