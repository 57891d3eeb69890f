"""Does the tax that QuickBooks works out return to MediaOS?

Where MediaOS has none of its own on lines that are taxed, and where it shows what returned before:
then QuickBooks reckons for both.  What MediaOS reckons itself is compared with it (`money`).
"""

from decimal import Decimal

from agents.rules.kinds.money import subtotal
from agents.rules.mappings.taxes import PERCENT, tax_reckoned_by
from schemas.decision_input import DecisionInput
from schemas.records import Sale
from schemas.tenant_state import TaxBy

TAX = frozenset({"tax"})


def tax_asked(asked: Decimal, shown: Decimal) -> Decimal:
    """Return what of a tax that came back was asked for: what nobody asked is QuickBooks' own."""
    return shown if asked else asked


def tax_returned(asked: Sale, shown: Sale, given: DecisionInput) -> frozenset[str]:
    """Return that the tax returns, where both sides sell the same and some of it is taxed."""
    if tax_reckoned_by(given.settings, given.company) is TaxBy.MEDIAOS:
        return frozenset()
    same = subtotal(asked) == subtotal(shown) and asked.discount == shown.discount
    return TAX if same and _left_open(given) else frozenset()


def _left_open(given: DecisionInput) -> bool:
    """Tell whether MediaOS has lines that are taxed, and no rate by which it reckons itself."""
    shown = given.document.mediaos
    lines = getattr(shown.record, "lines", ()) if shown is not None else ()
    taxed = [line for line in lines if line.taxable]
    return bool(taxed) and not any(line.tax.endswith(PERCENT) for line in taxed)
