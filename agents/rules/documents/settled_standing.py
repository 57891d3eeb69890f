"""How does what a document settles stand: held up, taken away, open, or another customer's?"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agents.rules.documents.customer_named import customer_now
from agents.rules.documents.ended import to_follow
from agents.rules.documents.named_records import Find, NameOf, record_shown
from agents.rules.documents.settle import edited
from schemas.credit_parts import left_of
from schemas.decision_input import link_key
from schemas.kinds import customer_of, settled_by
from schemas.records import CreditApplication, CreditMemo
from schemas.state import IN_THE_WAY, LEFT_STANDING, Document
from schemas.tenant_state import Tenant
from schemas.values import Kind, RecordRef, Side

#: What is told of a record that QuickBooks has under another customer.
ANOTHERS = "it is another customer's in QuickBooks"


def held_up(document: Document, find: Find, name_of: NameOf) -> dict[str, tuple[str, str]]:
    """Return, by its `link_key`, what the document settles that nothing may be applied to now."""
    held: dict[str, tuple[str, str]] = {}
    for side in Side:
        for record in settled_by(record_shown(document, side), side):
            found = find(record)
            park = found.park if found is not None else None
            if park is not None and park.reason in IN_THE_WAY:
                held[link_key(record)] = name_of(record), park.detail
            elif side is Side.MEDIAOS and found is not None and _of_another(document, found, find):
                held[link_key(record)] = name_of(record), ANOTHERS
    return held


def _of_another(document: Document, found: Document, find: Find) -> bool:
    """Tell whether a record is another customer's on both sides, as far as they agreed on it.

    It moves to the document's one, and has not in QuickBooks, which applies nothing of one customer
    to what is another's.
    """
    agreed, customer = found.agreed, customer_now(document, find)
    if agreed is None or customer is None or customer.qbo is None:
        return False
    whose = customer_of(record_shown(document, Side.MEDIAOS))
    moves = customer_of(agreed.mediaos) != whose == customer_of(record_shown(found, Side.MEDIAOS))
    return moves and customer_of(record_shown(found, Side.QBO)) != customer.qbo.id


def taken_away(document: Document, find: Find, name_of: NameOf) -> dict[str, tuple[str, str]]:
    """Return, by its `link_key`, what the document settles that the other side has taken away."""
    away: dict[str, tuple[str, str]] = {}
    for side in Side:
        for record in settled_by(record_shown(document, side), side):
            found = find(record)
            if found is None or found.park is None or found.park.reason not in LEFT_STANDING:
                continue
            if to_follow(found) == record:
                away[link_key(record)] = name_of(record), f"taken away in {side.other.called}"
    return away


def leaving(document: Document, find: Find, facts: Tenant) -> Iterator[str]:
    """Yield, by its `link_key`, what a document settles that is to be taken away.

    Not what somebody has changed where it stands: that waits for a person.
    """
    for side in Side if facts.settings.unapply_first else ():
        for record in settled_by(record_shown(document, side), side):
            found = find(record)
            if found is not None and to_follow(found) == record and not edited(found, side):
                yield link_key(record)


def open_in_mediaos(document: Document, find: Find) -> dict[str, Decimal]:
    """Return, by its `link_key`, what MediaOS has open of what an application applies here.

    What is open in QuickBooks is read right before it is written there, and what is open here of
    what a payment settles where it is known to be too little.
    """
    shown = record_shown(document, Side.QBO)
    if not isinstance(shown, CreditApplication):
        return {}
    found: dict[str, Decimal] = {}
    for record in settled_by(shown, Side.QBO):
        across = found_there.mediaos if (found_there := find(record)) is not None else None
        left = left_of(across.record) if across is not None else None
        if across is not None and left is not None:
            found[link_key(RecordRef(Side.MEDIAOS, record.kind, across.id))] = left
    return found


def credited(document: Document, find: Find) -> dict[str, Any]:
    """Return in which currency, and at which rate, QuickBooks has what MediaOS applies of credit.

    A memo gives no other money than its own: it is the first one's.
    """
    shown = record_shown(document, Side.MEDIAOS)
    if not isinstance(shown, CreditApplication):
        return {}
    named = (find(each) for each in settled_by(shown, Side.MEDIAOS))
    there = (record_shown(each, Side.QBO) for each in named if each is not None)
    memo = next((each for each in there if isinstance(each, CreditMemo)), None)
    return {} if memo is None else {"credited_in": memo.currency, "credited_at": memo.rate}


def strangers(document: Document, find: Find) -> Iterator[tuple[Kind, str]]:
    """Yield what a credit application names that is of another advertiser of MediaOS than it.

    QuickBooks may have one customer where MediaOS has two, after a merge there.
    """
    shown = record_shown(document, Side.MEDIAOS) or record_shown(document, Side.QBO)
    if not isinstance(shown, CreditApplication):
        return
    side = Side.MEDIAOS if record_shown(document, Side.MEDIAOS) is not None else Side.QBO
    whose = shown.customer if side is Side.MEDIAOS else _advertiser(document, find)
    for record in settled_by(shown, side):
        found = find(record)
        there = record_shown(found, Side.MEDIAOS) if found is not None else None
        if there is not None and whose is not None and customer_of(there) != whose:
            yield record.kind, record.id


def _advertiser(document: Document, find: Find) -> str | None:
    customer = customer_now(document, find)
    return customer.mediaos.id if customer is not None and customer.mediaos is not None else None
