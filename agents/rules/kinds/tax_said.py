"""Can the tax of a sale of MediaOS be said in QuickBooks, and what goes along with an edit?"""

from typing import Any

from agents.rules.kinds.money import told
from agents.rules.kinds.tax_codes import TAXED, header_codes, line_codes
from agents.rules.kinds.tax_returned import tax_left_over
from schemas.company import TaxModel
from schemas.decision_input import DecisionInput
from schemas.kinds import kind_of
from schemas.lane_conditions import CustomerTaxed
from schemas.records import Customer, Sale
from schemas.state import Park, ParkReason


def untaxable(sale: Sale, given: DecisionInput) -> Park | None:
    """Return why QuickBooks could not be told the tax of a sale of MediaOS, or None."""
    by_line = given.company.tax_model is TaxModel.BY_LINE
    exempt = _exempt(sale, given)
    if exempt is not None:
        return exempt
    told = (_codes_of_discount if by_line else _headers)(sale, given)
    return Park(reason=ParkReason.UNSAYABLE, detail=told) if told else None


def tax_carried(there: Sale, asked: Sale) -> dict[str, Any]:
    """Return how the tax is said again with whatever is written: under the code that it has.

    Where QuickBooks works it out only of what was not taxed, which has lost its code.
    """
    if asked.printed:
        return {"printed": True, "tax_code": there.tax_code or asked.tax_code}
    had_none = not there.tax_code and not any(line.tax == TAXED for line in there.lines)
    return {"printed": False, "tax_code": asked.tax_code if had_none else ""}


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
            f"{kind_of(sale).called} has a tax of {told(sale.tax)}: take the tax off in MediaOS, "
            "or have QuickBooks tax the customer, and it goes by itself"
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
        f"its discount of {told(sale.discount)} is on lines of tax codes {', '.join(codes)}, and "
        "a discount of QuickBooks bears one: give the discount as a line in MediaOS"
    )
