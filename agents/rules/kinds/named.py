"""What is called what on the other side, of all that a record names?"""

from schemas.decision_input import DecisionInput
from schemas.values import Side


def customer_across(to: Side, given: DecisionInput, customer: str) -> str:
    """Return the same customer there; nothing, which no side shows, when it is not linked.

    One that was merged in QuickBooks is the one of which it is a part now.
    """
    here = given.customer.shown(to.other) if given.customer else None
    there = given.customer.shown(to) if given.customer else None
    if here is None or there is None:
        return ""
    if to is Side.QBO:
        return (given.merged_into or there.id) if here.id == customer else ""
    return there.id if customer in {here.id, given.merged_into} else ""
