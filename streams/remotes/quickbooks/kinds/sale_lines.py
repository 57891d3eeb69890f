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
from schemas.values import cents
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.invoice_lines import DISCOUNT, SOLD
from streams.remotes.quickbooks.wire_fields import Body, named, ref

#: What MediaOS holds of a price (its contract).
_SMALLEST = Decimal("0.00001")

_lines = msgspec.json.Decoder(tuple[raw.SalesLine, ...])


def sold(lines: bytes | msgspec.Raw) -> tuple[tuple[Line, ...], Decimal]:
    """Return what the lines of a sale sell, and its discount."""
    found = decoded(_lines, lines, "Line")
    discount = sum((line.amount for line in found if line.detail_type == DISCOUNT), Decimal(0))
    return tuple(_sold(found)), discount


def tax_shown(shown: raw.Invoice | raw.CreditMemo | raw.RefundReceipt) -> dict[str, Any]:
    """Return what QuickBooks shows of the tax of a sale, by our fields."""
    code = shown.txn_tax_detail.txn_tax_code_ref
    return {
        "tax": shown.txn_tax_detail.total_tax,
        "tax_code": code.value if code is not None else "",
        "calculation": shown.global_tax_calculation or "",
        "after_discount": bool(shown.apply_tax_after_discount),
    }


def dimensions_shown(shown: raw.Invoice | raw.CreditMemo | raw.RefundReceipt) -> dict[str, Any]:
    """Return what a sale is put under as a whole, by our fields."""
    return {
        "class_id": shown.class_ref.value if shown.class_ref else "",
        "location": shown.department_ref.value if shown.department_ref else "",
    }


def dimensions_written(model: type[Any], record: Sale) -> dict[str, Body]:
    """Return by our fields how that is said."""
    location = named(model, DepartmentRef=ref(record.location)) if record.location else {}
    # In Intuit's reference, and not in every one of python-quickbooks' models.
    put_under = {"ClassRef": ref(record.class_id)} if record.class_id else {}
    return {"class_id": put_under, "location": location}


def tax_written(model: type[Any], record: Sale) -> dict[str, Body]:
    """Return by our fields how the tax of a sale is said."""
    # Neither is taken in the other's country (quickbooks-money.md 5.2, 5.4).
    how = named(model, GlobalTaxCalculation=record.calculation) if record.calculation else {}
    after = {"ApplyTaxAfterDiscount": True} if record.after_discount else {}
    tax = tax_again(model, record) if record.as_shown else _new_tax(model, record)
    return {"tax": tax, "tax_code": tax, "calculation": how, "after_discount": after}


def _new_tax(model: type[Any], record: Sale) -> Body:
    if record.calculation:
        return {}
    # A bare total is not taken (quickbooks-money.md 5.2), one beside a code stands for what
    # QuickBooks would work out by it.
    said = named(TxnTaxDetail, TxnTaxCodeRef=ref(record.tax_code)) if record.tax_code else {}
    if record.printed or not said:
        said |= named(TxnTaxDetail, TotalTax=record.tax)
    return named(model, TxnTaxDetail=said)


def tax_again(model: type[Any], record: Sale) -> Body:
    """Return how the tax of a sale that stands is said when it is written.

    By nothing where QuickBooks works it out: what stands would keep an old total, or wipe out the
    code that a bookkeeper chose.  A printed one stays under the code that it has, and what was not
    taxed goes under the one that is said.
    """
    if not record.as_shown or not record.tax_code or record.calculation:
        return {}
    return _new_tax(model, record)


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
    if detail.tax_inclusive_amt is not None:
        price = _without_tax(quantity, price, line.amount)
    return Line(
        id=line.id,
        product=detail.item_ref.value if detail.item_ref else None,
        description=line.description,
        quantity=quantity,
        unit_price=price,
        amount=line.amount,
        tax=detail.tax_code_ref.value if detail.tax_code_ref else "",
        class_id=detail.class_ref.value if detail.class_ref else "",
    )


def _without_tax(quantity: Decimal, price: Decimal, amount: Decimal) -> Decimal:
    """Return the price of one without the tax in it, where one of so many decimals says the amount.

    The price as it was typed where none does, and where it says it already.
    """
    if not quantity or cents(quantity * price) == amount:
        return price
    net = (amount / quantity).quantize(_SMALLEST)
    return net.normalize() if cents(quantity * net) == amount else price
