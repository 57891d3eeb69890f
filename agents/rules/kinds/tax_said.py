"""Can the tax of a sale of MediaOS be said in QuickBooks, and what goes along with an edit?"""

from typing import Any

from agents.rules.kinds.money import subtotal
from agents.rules.kinds.tax_codes import INCLUSIVE, TAXED, header_codes, line_codes
from agents.rules.kinds.tax_returned import TAX, tax_left_over
from agents.rules.mappings.taxes import tax_reckoned_by
from schemas.company import TaxModel
from schemas.credit_parts import left_of
from schemas.decision_input import DecisionInput
from schemas.kinds import kind_of
from schemas.lane_conditions import CustomerTaxed, News
from schemas.money_words import money_words
from schemas.records import CreditMemo, Customer, Invoice, Refund, Sale
from schemas.state import Park, ParkReason
from schemas.tenant_state import TaxBy
from schemas.values import RecordRef, Side


def untaxable(sale: Sale, given: DecisionInput) -> Park | None:
    """Return why QuickBooks could not be told the tax of a sale of MediaOS, or None."""
    by_line = given.company.tax_model is TaxModel.BY_LINE
    exempt = _exempt(sale, given)
    if exempt is not None:
        return exempt
    told = (_codes_of_discount if by_line else _headers)(sale, given)
    return Park(reason=ParkReason.UNSAYABLE, detail=told) if told else None


#: With what of a sale it is said whether its tax is to be kept as MediaOS has printed it.
REMEMBERED = {"printed": frozenset({"tax", "lines", "discount"})}


def tax_carried(there: Sale, asked: Sale) -> dict[str, Any]:
    """Return how the tax is said again with whatever is written: under the code that it has.

    Where QuickBooks works it out only of what was not taxed, which has lost its code.
    """
    if asked.printed:
        return {"printed": True, "tax_code": there.tax_code or asked.tax_code}
    had_none = not there.tax_code and not any(line.tax == TAXED for line in there.lines)
    return {"printed": False, "tax_code": asked.tax_code if had_none else ""}


def tax_unsaid(asked: Sale, there: Sale, given: DecisionInput) -> frozenset[str]:
    """Return that a printed tax was never said to QuickBooks, which shows another one.

    Another setting counted when it was written.  By line no amount can be said.
    """
    agreed, model = given.document.agreed, given.company.tax_model
    half = agreed.qbo if agreed is not None else None
    said = isinstance(half, Invoice | CreditMemo | Refund) and half.printed
    if said or not asked.printed or model not in {TaxModel.AUTOMATED, TaxModel.MANUAL}:
        return frozenset()
    same = subtotal(asked) == subtotal(there) and asked.discount == there.discount
    return TAX if same and asked.tax != there.tax and there.tax_code else frozenset()


def tax_by(asked: Sale, there: Sale, given: DecisionInput) -> TaxBy | None:
    """Return by whose reckoning the taxes of a sale are compared, None where they are the same."""
    if asked.tax == there.tax:
        return None
    return tax_reckoned_by(given.settings, given.company)


def tax_within(wanted: Sale, shown: Sale | None, to: Side, given: DecisionInput) -> Park | None:
    """Return that lines and discount are not written where their amounts include the tax, or None.

    What MediaOS says of a line is without it, and QuickBooks rounds what it takes out by line.
    """
    if to is Side.MEDIAOS:
        return _settled_beyond(wanted, shown, given)
    if shown is None or shown.calculation != INCLUSIVE:
        return None
    if (wanted.lines, wanted.discount) == (shown.lines, shown.discount):
        return None
    here = given.document.mediaos.record if given.document.mediaos is not None else None
    total = here.total if isinstance(here, Invoice | CreditMemo | Refund) else wanted.total
    return Park(
        reason=ParkReason.UNSAYABLE,
        detail=(
            f"its amounts in QuickBooks include their tax, and those of MediaOS do not: it comes "
            f"to {money_words(total)} in MediaOS and to {money_words(shown.total)} in QuickBooks. "
            "Change its lines in QuickBooks, or have its amounts there exclude tax, and it goes by "
            "itself"
        ),
    )


def _settled_beyond(wanted: Sale, shown: Sale | None, given: DecisionInput) -> Park | None:
    """Return that MediaOS has applied more to a sale than it comes to by QuickBooks' tax, or None.

    MediaOS takes no such tax.  QuickBooks leaves the rest of its payments on account, and these
    come a moment later.
    """
    here, left = given.document.mediaos, left_of(shown)
    if here is None or shown is None or left is None:
        return None
    total, applied = shown.total - shown.tax + wanted.tax, shown.total - left
    if wanted.tax == shown.tax or applied <= total:
        return None
    kind = kind_of(shown)
    return Park(
        reason=ParkReason.ON_ACCOUNT,
        detail=(
            f"by its tax in QuickBooks this {kind.called} comes to {money_words(total)}, and "
            f"{money_words(applied)} of it is settled in MediaOS: it goes by itself once no more "
            "than that is applied there. What QuickBooks has left on account of a payment comes to "
            "MediaOS by itself; of any other, apply less there"
        ),
        waits_for=(str(News(RecordRef(Side.MEDIAOS, kind, here.id))),),
    )


def _exempt(sale: Sale, given: DecisionInput) -> Park | None:
    customer = given.survivor if given.merged_into else given.customer
    there = customer.qbo if customer is not None else None
    shown = there.record if there is not None else None
    model = given.company.tax_model
    if there is None or not isinstance(shown, Customer) or not shown.exempt:
        return None
    if not sale.tax or tax_left_over(sale):
        return None
    if model not in {TaxModel.AUTOMATED, TaxModel.MANUAL}:
        return None
    return Park(
        reason=ParkReason.UNSAYABLE,
        detail=(
            f"customer {shown.name} is exempt from tax in QuickBooks, which reckons none, and this "
            f"{kind_of(sale).called} has a tax of {money_words(sale.tax)}: take the tax off in "
            "MediaOS, or have QuickBooks tax the customer, and it goes by itself"
        ),
        waits_for=(str(CustomerTaxed(there.id)),),
    )


def _headers(sale: Sale, given: DecisionInput) -> str | None:
    codes = header_codes(sale, given)
    if len(codes) < 2:  # noqa: PLR2004 - one
        return None
    return (
        f"its lines go under tax codes {', '.join(codes)}, and QuickBooks has all of one "
        f"{kind_of(sale).called} go under one: bill them apart, or map their taxes to one and retry"
    )


def _codes_of_discount(sale: Sale, given: DecisionInput) -> str | None:
    codes = dict.fromkeys(line_codes(sale, given))
    if not sale.discount or len(codes) < 2:  # noqa: PLR2004 - one
        return None
    return (
        f"its discount of {money_words(sale.discount)} is on lines of tax codes "
        f"{', '.join(codes)}, and a discount of QuickBooks bears one: give the discount as a line "
        "in MediaOS"
    )
