"""What did both ledgers come to, by customer and by document?  As it is kept of one reading."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.limits import Amount, Count, DocumentName, Line
from schemas.values import ZERO

#: Records of one customer that are named; one that was merged again and again has more.
MOST_RECORDS = 8


class Figures(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What one side has of a customer, or of all, in one currency; `receivable` is what is owed."""

    invoices: Amount = ZERO
    credits: Amount = ZERO
    payments: Amount = ZERO
    refunds: Amount = ZERO
    unapplied: Amount = ZERO
    receivable: Amount = ZERO


class LedgerRow(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A customer on both sides in one currency, blank for the home one; a total names none."""

    customer: Line = ""
    records: Annotated[tuple[DocumentName, ...], Meta(max_length=MOST_RECORDS)] = ()
    currency: Line = ""
    mediaos: Figures = Figures()
    qbo: Figures = Figures()

    @property
    def differs(self) -> bool:
        """Tell whether the sides do not come to the same."""
        return self.mediaos != self.qbo


class LedgerDifference(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A document on which the ledgers differ; `waits` where it is known why.

    `mediaos` and `qbo` are what it comes to there, None where it does not stand; `amount` is the
    money between.  `event` is what happened to it last, `at` when.
    """

    document: Line
    number: Line = ""
    customer: Line = ""
    currency: Line = ""
    mediaos: Amount | None = None
    qbo: Amount | None = None
    amount: Amount = ZERO
    why: Line
    detail: Line = ""
    event: Line = ""
    at: datetime | None = None
    waits: bool = False


class LedgerReport(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Both ledgers as they were read; `home` is the currency of what names none.

    `customers` is how many there are, `more_rows` and `more_differences` how many of the rows and
    differences are not in here: it has room for so many.
    """

    home: Line = ""
    customers: Count = 0
    totals: tuple[LedgerRow, ...] = ()
    rows: tuple[LedgerRow, ...] = ()
    differences: tuple[LedgerDifference, ...] = ()
    more_rows: Count = 0
    more_differences: Count = 0
