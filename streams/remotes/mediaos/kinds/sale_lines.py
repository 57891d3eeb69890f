"""How do the lines of an invoice or a credit memo cross MediaOS's wire?

Where a line shows no quantity it is one.
"""

from decimal import Decimal

from schemas import published
from schemas.records import Line
from streams.remotes.mediaos.wire_reading import read_amount, read_flag, read_product, read_rate
from streams.remotes.mediaos.wire_writing import Body, write_number


def read_line(raw: published.InvoiceLine, path: str) -> Line:
    """Return a line; NotUnderstoodError names the field of `path` that is wrong."""
    quantity = Decimal(1) if raw.quantity is None else read_rate(raw.quantity, f"{path}.quantity")
    price = read_rate(raw.amount, f"{path}.amount")
    if raw.total is None:
        total = read_product(quantity, price, f"{path}.total")
    else:
        total = read_amount(raw.total, f"{path}.total")
    return Line(
        product=None if raw.product_id is None else str(raw.product_id),
        description=raw.description or "",
        quantity=quantity,
        unit_price=price,
        amount=total,
        taxable=None if raw.taxable is None else read_flag(raw.taxable),
    )


def write_line(line: Line) -> Body:
    """Return how the API takes a line."""
    told = {} if line.taxable is None else {"taxable": line.taxable}
    return {
        **told,
        "product_id": line.product,
        "description": line.description or None,
        "quantity": write_number(line.quantity),
        "amount": write_number(line.unit_price),
    }
