"""What to tell of a payment that settles what is of several customers, as an agency's does?

A payment of MediaOS is of one advertiser, and one that QuickBooks' API makes of one customer
(quickbooks-money.md 2.1); what is paid at once for several is entered once for each, under one
reference.  So it is not tried: a side would refuse it, or book it to the wrong one.
"""

from schemas.decision_input import DecisionInput, link_key
from schemas.lane_conditions import StandsRight
from schemas.money_words import money_words
from schemas.records import Payment
from schemas.state import Park, ParkReason
from schemas.values import Kind, RecordRef, Side


def of_several(to: Side, given: DecisionInput) -> Park | None:
    """Return that a payment is not all for what is of its own customer on a side, or None."""
    shown = given.document.shown(to.other)
    payment = shown.record if shown is not None else None
    if not isinstance(payment, Payment):
        return None
    parts = {RecordRef(to.other, Kind.INVOICE, part.invoice): part for part in payment.applied}
    named = {each: given.owners[link_key(each)] for each in parts if link_key(each) in given.owners}
    if not named:
        return None
    paid = ", ".join(
        f"{money_words(parts[each].amount)} for {given.called(each)} of {owner}"
        for each, owner in named.items()
    )
    across = (RecordRef(to, each.kind, given.across(each) or "") for each in named)
    return Park(
        reason=ParkReason.UNSAYABLE,
        detail=(
            f"it pays what is not its own customer's alone: {paid}. "
            f"{_DIVIDED[to] if len(set(given.owners.values())) > 1 else _WHOLE[to]}"
        ),
        # Whichever of both its document is named after; the other one is none.
        waits_for=tuple(str(StandsRight(str(each))) for each in (*named, *across)),
    )


#: What helps where all of it is for one other customer, and where it is for several.
_WHOLE = {
    Side.QBO: "Have it be that advertiser's in MediaOS, and it goes by itself",
    Side.MEDIAOS: (
        "A payment of MediaOS is of the advertiser whose invoices it pays: have it be that "
        "customer's in QuickBooks, and it goes by itself"
    ),
}
_DIVIDED = {
    Side.QBO: (
        "QuickBooks takes one payment for each customer: divide it in MediaOS into one for each "
        "advertiser, with one reference, and each goes by itself"
    ),
    Side.MEDIAOS: (
        "A payment of MediaOS is of one advertiser: divide it in QuickBooks into one for each "
        "customer, with one reference, and each goes by itself"
    ),
}
