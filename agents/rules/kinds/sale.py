"""What does an invoice, a credit memo or a refund of one side say in the other side's values?

Its lines name products and line item types of MediaOS, and items of QuickBooks.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from agents.rules.kinds.dimensions import dimensions_across
from agents.rules.kinds.emails import emails_across
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.policy import TO_QBO, Field
from agents.rules.kinds.tax_codes import taxed_across
from schemas.decision_input import DecisionInput, source_named
from schemas.records import CreditMemo, Invoice, Line
from schemas.values import MappingKind, Side

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
    said = taxed_across(dimensions_across(sale, to, given), to, given)
    return replace(
        said,
        customer=customer_across(to, given, sale.customer),
        email=emails_across(to, given, sale.email),
        lines=lines_across(said.lines, to, given),
    )


def lines_across(lines: Iterable[Line], to: Side, given: DecisionInput) -> tuple[Line, ...]:
    """Return lines with the things that they name as the other side knows them."""
    return tuple(_line(line, to, given) for line in lines)


def _line(line: Line, to: Side, given: DecisionInput) -> Line:
    sold = _item(line, given) if to is Side.QBO else _sold(line, given)
    text = line.description[:DESCRIPTION]
    return replace(
        line,
        product=sold.get(MappingKind.PRODUCT),
        line_type=sold.get(MappingKind.LINE_TYPE),
        description=text,
    )


def _item(line: Line, given: DecisionInput) -> dict[MappingKind, str | None]:
    """Return the item that a line of MediaOS is sold as."""
    if line.line_type is not None:
        return {MappingKind.PRODUCT: given.target(MappingKind.LINE_TYPE, line.line_type)}
    return {MappingKind.PRODUCT: given.target(MappingKind.PRODUCT, line.product or "")}


def _sold(line: Line, given: DecisionInput) -> dict[MappingKind, str | None]:
    """Return what a line of QuickBooks sells in MediaOS, where that is one thing."""
    found = given.source(MappingKind.PRODUCT, line.product or "")
    return dict([source_named(MappingKind.PRODUCT, found[0])]) if len(found) == 1 else {}
