"""What does an invoice, a credit memo or a refund of one side say in the other side's values?

Its lines name products of MediaOS and items of QuickBooks.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from agents.rules.kinds.emails import emails_across
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.policy import TO_QBO, Field
from agents.rules.kinds.tax_codes import taxed_across
from schemas.decision_input import DecisionInput
from schemas.records import CreditMemo, Invoice, Line
from schemas.values import Side

S = TypeVar("S", Invoice, CreditMemo)

#: What QBO holds of the text of a line (quickbooks-online.md 7).
DESCRIPTION = 4000

#: How its tax is said when it is made; from then on a bookkeeper chooses.
TAX_FIELDS: Mapping[str, Field] = {
    name: Field(TO_QBO, Side.QBO, once=True)
    for name in ("tax_code", "calculation", "after_discount")
}


def sale_across(sale: S, to: Side, given: DecisionInput) -> S:
    """Return a sale in the other side's values; its customer and its things must be there."""
    taxed = taxed_across(sale, to, given)
    return replace(
        taxed,
        customer=customer_across(to, given, sale.customer),
        email=emails_across(to, given, sale.email),
        lines=lines_across(taxed.lines, to, given),
    )


def lines_across(lines: Iterable[Line], to: Side, given: DecisionInput) -> tuple[Line, ...]:
    """Return lines with the things that they name as the other side knows them."""
    across = _across(to, given)
    return tuple(_line(line, across) for line in lines)


def _across(to: Side, given: DecisionInput) -> Mapping[str, str]:
    """Return items by product, or products by item where that is one."""
    if to is Side.QBO:
        return given.items
    return {item: sources[0] for item, sources in given.sources.items() if len(sources) == 1}


def _line(line: Line, products: Mapping[str, str]) -> Line:
    return replace(
        line,
        product=products.get(line.product or ""),
        description=line.description[:DESCRIPTION],
    )
