"""What does an invoice come to?

Each line is rounded half up to cents on its own before anything is added, as an accountant does;
rounding the sum instead would differ by cents. The tax rules are invented: the documentation names
the fields (mediaos-api.md section 3.2) and not their arithmetic.
"""

from decimal import Decimal
from typing import Any

from streams.simulators.mediaos.book import Book, Kind, Record
from streams.simulators.mediaos.fields import (
    BadValue,
    boolean,
    identity,
    number,
    optional,
    read_object,
    text,
)
from streams.simulators.mediaos.writing import show_number, to_cents

_READERS = {
    "id": identity,
    "product_id": optional(identity),
    "invoice_line_item_type_id": optional(identity),
    "description": optional(text(4_000)),
    "quantity": number(),
    "amount": number(),
    "taxable": boolean,
}
#: What the API may say of a line that it makes.
_MADE = {name: reader for name, reader in _READERS.items() if name != "id"}
#: What is sold by a line: one of these.
_SOLD: dict[str, tuple[Kind, str]] = {
    "product_id": ("products", "is no product"),
    "invoice_line_item_type_id": ("invoiceLineItemTypes", "is no line item type"),
}


def line(value: Any) -> Record:
    """Read a line as a person types it: ``amount`` is the price of one, ``id`` keeps a line."""
    return read_object(value, _READERS, required=["amount"])


def line_made(value: Any) -> Record:
    """Read a line of an invoice that the API makes; there is no line yet that it could keep."""
    return read_object(value, _MADE, required=["amount"])


def lines_of(
    book: Book, sale: Record, typed: list[Record], *, of: str = "invoice_id"
) -> list[Record]:
    """Make the lines of an invoice, or `of` another sale.

    Raises BadValue for a line, a product or a line item type that is not there.
    """
    before = {held["id"]: held for held in sale["line_items"]}
    errors = []
    for index, wanted in enumerate(typed):
        if "id" in wanted and wanted["id"] not in before:
            errors.append((f"line_items[{index}].id", "is no line of this one"))
        sold = {name: wanted[name] for name in _SOLD if wanted.get(name) is not None}
        for name, sold_id in sold.items():
            kind, why = _SOLD[name]
            if sold_id not in book.records[kind]:
                errors.append((f"line_items[{index}].{name}", why))
        if len(sold) > 1:
            why = "stands in the place of a product"
            errors.append((f"line_items[{index}].invoice_line_item_type_id", why))
    if errors:
        raise BadValue(errors)
    return [_line_of(book, {of: sale["id"]}, before, wanted) for wanted in typed]


def line_total(quantity: str, amount: str) -> str:
    """Multiply and round half up to cents."""
    return show_number(to_cents(Decimal(quantity) * Decimal(amount)))


def tax_told(typed: Record) -> Record:
    """Put a tax that the other side has reckoned in the place of a rate: it is an amount."""
    kept = {name: value for name, value in typed.items() if name != "tax_amount"}
    if "tax_amount" not in typed:
        return kept
    return kept | {"tax_rate": typed["tax_amount"], "tax_percent_based": "0"}


def totals(invoice: Record) -> Record:
    """Add an invoice up: sub_total, discount_total, tax_total and total."""
    lines = invoice["line_items"]
    sub_total = sum((Decimal(held["total"]) for held in lines), Decimal(0))
    taxed = sum((Decimal(held["total"]) for held in lines if held["taxable"]), Decimal(0))
    discount = Decimal(invoice["discount_amount"] or 0)
    if invoice["tax_after_discount"]:
        taxed = max(taxed - discount, Decimal(0))
    rate = Decimal(invoice["tax_rate"] or 0)
    tax = to_cents(taxed * rate / 100 if invoice["tax_percent_based"] == "1" else rate)
    return {
        "sub_total": show_number(sub_total),
        "discount_total": show_number(discount),
        "tax_total": show_number(tax),
        "total": show_number(sub_total - discount + tax),
    }


def _line_of(book: Book, of: Record, before: dict[str, Record], wanted: Record) -> Record:
    blank: Record = {
        "id": wanted.get("id") or book.new_id("invoice_lines"),
        **of,
        "taxable": False,
        "quantity": "1",
        "description": None,
        "product_id": None,
        "contract_line_item_id": None,
        "delivery_log_id": None,
        "insertion_id": None,
        "invoice_line_item_type_id": None,
    }
    kept = before.get(blank["id"], {})
    if any(wanted.get(name) is not None for name in _SOLD):
        kept = {name: value for name, value in kept.items() if name not in _SOLD}
    made = blank | kept | wanted
    return {**made, "total": line_total(made["quantity"], made["amount"])}
