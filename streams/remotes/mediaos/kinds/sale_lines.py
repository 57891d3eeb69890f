"""How do the lines of an invoice or a credit memo cross MediaOS's wire?

Where a line shows no quantity it is one.
"""

import re
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from schemas import published
from schemas.records import Line
from streams.remotes.mediaos.wire_reading import read_amount, read_flag, read_product, read_rate
from streams.remotes.mediaos.wire_writing import Body, write_number

#: What no name that is mapped holds, and how long one may be.
_UNFIT, LONGEST_TAX = re.compile(r"[\s/|\x00-\x1f\x7f-\x9f]+"), 64
#: What a sale is, and its lines are, as MediaOS tells them.
Told = published.Invoice | published.CreditMemo | published.Refund


def read_lines(raw: Told) -> tuple[Line, ...]:
    """Return the lines of a sale, each with its tax.

    Where it has a tax and no line is ticked taxable, all of them are assumed to be.
    """
    ticks = [each.taxable is not None and read_flag(each.taxable) for each in raw.line_items]
    untold = bool(raw.tax_total) and not any(ticks)
    rate = _rate(raw)
    found = enumerate(zip(raw.line_items, ticks, strict=True))
    return tuple(
        replace(
            _read(each, f"line_items[{i}]"),
            **_tax(each, rate, taxed=tick or untold),
            assumed=untold,
        )
        for i, (each, tick) in found
    )


def _tax(raw: published.InvoiceLine, rate: str, *, taxed: bool) -> dict[str, Any]:
    named = _UNFIT.sub("_", raw.tax_code or "")[:LONGEST_TAX]
    return {"taxable": taxed, "tax": (named or rate) if taxed else ""}


def _rate(raw: Told) -> str:
    """Return the rate by which MediaOS reckons a tax, as people write it; "" where by none."""
    if not raw.tax_rate or not read_flag(raw.tax_percent_based):
        return ""
    return f"{read_rate(raw.tax_rate, 'tax_rate').normalize():f}%"


def _read(raw: published.InvoiceLine, path: str) -> Line:
    """Return a line but for its tax; NotUnderstoodError names the field of `path` that is wrong."""
    quantity = Decimal(1) if raw.quantity is None else read_rate(raw.quantity, f"{path}.quantity")
    price = read_rate(raw.amount, f"{path}.amount")
    if raw.total is None:
        total = read_product(quantity, price, f"{path}.total")
    else:
        total = read_amount(raw.total, f"{path}.total")
    product, line_type = _id(raw.product_id), _id(raw.invoice_line_item_type_id)
    return Line(
        product=product,
        # What is typed and sells a product is that product.
        line_type=line_type if product is None else None,
        description=raw.description or "",
        quantity=quantity,
        unit_price=price,
        amount=total,
    )


def write_line(line: Line) -> Body:
    """Return how the API takes a line."""
    sold: Body = {"product_id": line.product}
    if line.line_type is not None:
        sold = {"invoice_line_item_type_id": line.line_type}
    told = {} if line.taxable is None else {"taxable": line.taxable}
    return {
        **told,
        **sold,
        "description": line.description or None,
        "quantity": write_number(line.quantity),
        "amount": write_number(line.unit_price),
    }


def _id(raw: published.Id | None) -> str | None:
    return None if raw is None else str(raw)
