"""Does the tax that QuickBooks works out return to MediaOS?

Where MediaOS has none of its own on lines that are taxed, and where it shows what returned before:
then QuickBooks reckons for both.  What MediaOS reckons itself is compared with it (`money`).
What returned goes again with the last tick of MediaOS' lines, whoever reckons.
"""

from decimal import Decimal

from agents.rules.kinds.money import subtotal
from agents.rules.mappings.taxes import PERCENT, tax_reckoned_by
from schemas.below_zero import invoice_of
from schemas.decision_input import DecisionInput
from schemas.records import CreditMemo, Invoice, Refund, Sale
from schemas.tenant_state import TaxBy

TAX = frozenset({"tax"})


def tax_asked(asked: Decimal, shown: Decimal) -> Decimal:
    """Return what of a tax that came back was asked for: what nobody asked is QuickBooks' own."""
    return shown if asked else asked


def tax_returned(asked: Sale, shown: Sale, given: DecisionInput) -> frozenset[str]:
    """Return that the tax returns, where both sides sell the same and some of it is taxed."""
    if _is_turned(given):
        # MediaOS' API writes no tax below zero.
        return frozenset()
    here = given.document.mediaos.record if given.document.mediaos is not None else None
    same = subtotal(asked) == subtotal(shown) and asked.discount == shown.discount
    if not same or not isinstance(here, Invoice | CreditMemo | Refund):
        return frozenset()
    if tax_left_over(here):
        return TAX
    by_mediaos = tax_reckoned_by(given.settings, given.company) is TaxBy.MEDIAOS
    nobodys = not here.tax or here.tax in given.document.reckoned
    return TAX if not by_mediaos and nobodys and _left_open(here) else frozenset()


def _is_turned(given: DecisionInput) -> bool:
    """Tell whether MediaOS has it as an invoice below zero."""
    shown = given.document.mediaos
    return shown is not None and invoice_of(shown.id) is not None


def tax_left_over(sale: Sale) -> bool:
    """Tell whether a sale of MediaOS has a tax yet, and no line of it is taxed any more.

    Whatever it says of its own, such lines are assumed to be: it is the one that returned.
    """
    return bool(sale.tax) and all(line.taxable is False for line in sale.lines)


def _left_open(here: Sale) -> bool:
    """Tell whether MediaOS has lines that are taxed, and no rate by which it reckons itself."""
    taxed = [line for line in here.lines if line.taxable]
    return bool(taxed) and not any(line.tax.endswith(PERCENT) for line in taxed)
