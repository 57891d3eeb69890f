"""What did the examination find, and in which words is it told?

A finding names what is wrong, where, whose, what was expected and what was found, and how much
money that is.  What stands differently for a reason that is known (parked, unplaced, a document
that only QuickBooks has) waits: it is no mistake, and no agreement either.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.money_words import money_text
from schemas.values import ZERO, RecordRef


class What(StrEnum):
    """What is wrong."""

    MISSING_IN_QBO = "missing in QuickBooks"
    MISSING_IN_MEDIAOS = "missing in MediaOS"
    TWICE_IN_QBO = "twice in QuickBooks"
    TWICE_IN_MEDIAOS = "twice in MediaOS"
    #: A link, reference or marker leads nowhere, or elsewhere than the journal says.
    LINK = "wrong link"
    NUMBER = "wrong number"
    AMOUNT = "wrong amount"
    APPLICATION = "wrong application"
    CURRENCY = "wrong currency"
    #: Voided in QuickBooks, and standing on the other side or again.
    VOID = "voided"
    #: What a side showed after a write of ours is not what was asked.
    NOT_AS_ASKED = "not as asked"
    #: A write of ours took away what a person had entered.
    UNDONE = "undone"
    FIELD = "wrong field"
    #: An older revision was written over a newer one.
    ORDER = "out of order"
    OPEN = "decision left open"
    HELD = "event left held"
    #: A side shows a revision that the journal has not seen.
    NOT_SEEN = "not seen yet"


class How(StrEnum):
    """Why something stands differently without being a mistake."""

    PARKED = "parked"
    UNPLACED = "unplaced"
    #: A document that only QuickBooks knows, and that changes what a customer owes.
    NEIGHBOUR = "neighbour"
    #: A cent of tax or rounding, by which both sides come to their own totals.
    VARIANCE = "variance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, in words for an accountant.

    `amount` is the money between the sides, None where no money is meant; `currency` is blank for
    the home currency.
    """

    what: What
    where: str
    customer: str = ""
    field: str = ""
    expected: str
    found: str
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A document that stands differently on the two sides, with the reason that is known for it.

    `mediaos` and `qbo` are what it comes to there, None where it does not stand; `amount` is what
    lies between: the whole of what only one side has, and nothing where only texts wait.
    """

    how: How
    document: str
    customer: str = ""
    records: tuple[str, ...] = ()
    reason: str
    detail: str = ""
    mediaos: Decimal | None = None
    qbo: Decimal | None = None
    amount: Decimal = ZERO
    currency: str = ""


def finding(
    what: What,
    where: RecordRef | str,
    expected: object,
    found: object,
    field: str = "",
    amount: Decimal | None = None,
) -> Finding:
    """Return a finding, with its values written out; None is told as nothing.

    Where both are money, what lies between them is its amount.
    """
    if amount is None:
        amount = between(expected, found)
    told = {"expected": _told(expected), "found": _told(found)}
    return Finding(what=what, where=str(where), field=field, amount=amount, **told)


def between(one: object, other: object) -> Decimal | None:
    """Return how far apart two amounts are, where there is one; nothing counts as zero."""
    amounts = [each for each in (one, other) if isinstance(each, Decimal)]
    return abs(amounts[0] - sum(amounts[1:], ZERO)) if amounts else None


def _told(value: object) -> str:
    if isinstance(value, Decimal):
        return money_text(value)
    return "nothing" if value is None else str(value)
