"""When is a deed due, whose is it, and what are the plan's names?"""

from agents.lab.demo.deeds import Act, Bill, Deed
from agents.lab.demo.names import SALES

DAY_SECONDS = 66.0


def timed(share: float, who: str, deed: Deed) -> Act:
    """Have somebody do a deed at a share of the day."""
    return Act(at=round(share * DAY_SECONDS, 3), who=who, deed=deed)


def named(letter: str, number: int) -> str:
    """Name a record of the plan: `i007`."""
    return f"{letter}{number:03}"


def seller(advertiser: int) -> str:
    """Return who sells to an advertiser, by its number."""
    return SALES[advertiser % len(SALES)]


def seller_of(bill: Bill) -> str:
    """Return who has written an invoice."""
    return seller(int(bill.advertiser[1:]))
