"""What does an invoice, a credit memo or a refund of one side say in the other side's values?

Its lines name products of MediaOS and items of QuickBooks.
"""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from agents.rules.kinds.emails import emails_across
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.tax_codes import codes_across, taxable_across
from schemas.decision_input import DecisionInput
from schemas.records import CreditMemo, Invoice, Line, Sale
from schemas.values import Side

S = TypeVar("S", Invoice, CreditMemo)

#: What QBO holds of the text of a line (quickbooks-online.md 7).
DESCRIPTION = 4000


def sale_across(sale: S, to: Side, given: DecisionInput) -> S:
    """Return a sale in the other side's values; its customer and its things must be there."""
    return replace(
        sale,
        customer=customer_across(to, given, sale.customer),
        email=emails_across(to, given, sale.email),
        lines=lines_across(sale, to, given),
    )


def lines_across(sale: Sale, to: Side, given: DecisionInput) -> tuple[Line, ...]:
    """Return its lines with the things that they name, and their taxes, as the other side does."""
    products = _across(to, given)
    lines = tuple(_line(line, products) for line in sale.lines)
    if to is Side.MEDIAOS:
        return tuple(replace(line, taxable=taxable_across(line), tax="") for line in lines)
    coded = zip(lines, codes_across(sale), strict=True)
    return tuple(replace(line, taxable=None, tax=code) for line, code in coded)


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
