"""What does QuickBooks show of the lines and the tax of a sale, and how is its tax said?

A bundle's lines stand in its place.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from quickbooks.objects.tax import TxnTaxDetail

from schemas.catalog import decoded
from schemas.records import Line, Sale
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.invoice_lines import DISCOUNT, SOLD
from streams.remotes.quickbooks.wire_fields import Body, named

_lines = msgspec.json.Decoder(tuple[raw.SalesLine, ...])


def sold(lines: bytes | msgspec.Raw) -> tuple[tuple[Line, ...], Decimal]:
    """Return what the lines of a sale sell, and its discount."""
    found = decoded(_lines, lines, "Line")
    discount = sum((line.amount for line in found if line.detail_type == DISCOUNT), Decimal(0))
    return tuple(_sold(found)), discount


def taxed(model: type[Any], record: Sale) -> Body:
    """Return how a new sale says its tax; one that stands says nothing of it."""
    # A bare total is not taken (quickbooks-money.md 5.2), and in an update it would wipe out the
    # code that a bookkeeper chose: what QuickBooks works out is compared afterwards.
    if record.as_shown:
        return {}
    return named(model, TxnTaxDetail=named(TxnTaxDetail, TotalTax=record.tax))


def _sold(lines: tuple[raw.SalesLine, ...]) -> Iterator[Line]:
    for line in lines:
        if line.group_line_detail is not None:
            yield from _sold(line.group_line_detail.line)
        elif line.detail_type == SOLD:
            yield _line(line, line.sales_item_line_detail or raw.SalesItem())


def _line(line: raw.SalesLine, detail: raw.SalesItem) -> Line:
    quantity = Decimal(1) if detail.qty is None else detail.qty
    price = detail.unit_price
    # A line typed by its amount alone has neither; python-quickbooks turns that into zeros (7.2).
    if price is None or (not price and line.amount):
        quantity, price = Decimal(1), line.amount
    return Line(
        id=line.id,
        product=detail.item_ref.value if detail.item_ref else None,
        description=line.description,
        quantity=quantity,
        unit_price=price,
        amount=line.amount,
        tax=detail.tax_code_ref.value if detail.tax_code_ref else "",
    )
