"""Do both sides value a document alike at home?  QuickBooks' rate is MediaOS' turned over.

QuickBooks says what a unit is worth at home, MediaOS by what home money is multiplied
(quickbooks-money.md 6); a rate that is left out there counts as 1.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from agents.audit.books import Entry, worth
from agents.audit.currencies import foreign
from agents.audit.findings import Finding, What, finding
from schemas.values import CENT, RecordRef, cents

#: A rate is held to so many digits at least: what that moves is rounding.
_ROUNDING = Decimal("0.000001")


def wrong_rate(
    where: RecordRef, mediaos: Entry[Any], qbo: Entry[Any], home: str
) -> Iterator[Finding]:
    """Name a document of another currency that is worth more or less at home than in MediaOS."""
    here, there = mediaos.beside.rate, qbo.beside.rate
    code, amount = foreign(qbo.beside.currency, home), worth(mediaos)
    if not code or not here or there is None or amount is None:
        return
    expected, found = cents(amount / here), cents(amount * there)
    if abs(found - expected) > CENT + abs(expected) * _ROUNDING:
        one = finding(What.CURRENCY, where, expected, found, "worth at home")
        yield replace(one, amount=abs(found - expected), currency=home)
