"""Does the tax that QuickBooks works out return to MediaOS?

Where MediaOS has none of its own on lines that are taxed, and where it shows what returned before:
then QuickBooks reckons for both.  What MediaOS reckons itself is compared with it (`money`).
"""

from decimal import Decimal

from agents.rules.kinds.money import subtotal
from agents.rules.kinds.tax_codes import NOT_TAXED
from schemas.decision_input import DecisionInput
from schemas.records import Sale

TAX = frozenset({"tax"})


def tax_asked(asked: Decimal, shown: Decimal) -> Decimal:
    """Return what of a tax that came back was asked for: what nobody asked is QuickBooks' own."""
    return shown if asked else asked


def tax_returned(asked: Sale, shown: Sale, _given: DecisionInput) -> frozenset[str]:
    """Return that the tax returns, where both sides sell the same and some of it is taxed."""
    same = subtotal(asked) == subtotal(shown) and asked.discount == shown.discount
    taxed = any(line.tax not in {"", NOT_TAXED} for line in asked.lines)
    return TAX if same and taxed else frozenset()
