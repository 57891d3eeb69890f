"""What is called what on the other side, of all that a record names?"""

from schemas.facts import DecisionInput
from schemas.values import Side


def customer_across(to: Side, given: DecisionInput, customer: str) -> str:
    """Return the same customer there; nothing, which no side shows, when it is not linked."""
    here = given.customer.shown(to.other) if given.customer else None
    there = given.customer.shown(to) if given.customer else None
    return there.id if here and there and here.id == customer else ""
