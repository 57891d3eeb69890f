"""What does QBO make of a line of a sale?

A line sent without an id is a new line, even where it looks like an old one (2.3 c), and one that
sells no item is documentation, whose amount counts for nothing (quickbooks-money.md 1).
"""

from collections.abc import Iterable
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.bundles import bundle_line, every
from streams.simulators.quickbooks.parts import account_named, reference
from streams.simulators.quickbooks.references import known_references
from streams.simulators.quickbooks.refusals import Fault, business, missing

_ITEM = "SalesItemLineDetail"
_TEXT = "DescriptionOnly"
DISCOUNT = "DiscountLineDetail"


def sold_line(book: Book, line: Record) -> Record:
    """Return a line, but for its tax code. Faults 2010, 2020, 2500, 610, 6000 and 6070."""
    match line.get("DetailType"):
        case "SalesItemLineDetail":
            return _item_line(book, line)
        case "DescriptionOnly":
            return _documentation(line)
        case "GroupLineDetail":
            return bundle_line(book, line, sold_line)
        case None:
            raise missing("Line.DetailType")
        case other:
            raise Fault("2010", f"Property Name:DetailType has no value {other} here")


def _item_line(book: Book, line: Record) -> Record:
    if "Amount" not in line:
        raise missing("Line.Amount")
    line = {**line, "Amount": cents(line["Amount"])}
    detail = dict(line.get(_ITEM, {}))
    if not (detail.get("ItemRef") or {}).get("value"):
        return _documentation(line)
    detail["ItemRef"] = reference(book, "Item", detail["ItemRef"], "Name")
    if book.get("Item", detail["ItemRef"]["value"])["Type"] in ("Category", "Group"):
        # The text is invented.
        raise business("A category cannot be sold, nor a bundle here; choose a product or service.")
    known_references(book, detail)
    if not detail.get("RatePercent"):
        # Recorded: a rate of zero is not shown.
        detail.pop("RatePercent", None)
    _check_product(line["Amount"], detail)
    return {**line, _ITEM: detail}


def _documentation(line: Record) -> Record:
    detail = line.get("DescriptionLineDetail") or {}
    kept: Record = {"DetailType": _TEXT, "DescriptionLineDetail": detail}
    return kept | {name: line[name] for name in ("Id", "Description") if name in line}


def _check_product(amount: Decimal, sold: Record) -> None:
    quantity, price = sold.get("Qty"), sold.get("UnitPrice")
    # Both zero is python-quickbooks' way of saying that neither is given (7.2).
    if quantity is None or price is None or (not quantity and not price):
        return
    # A price with its tax in it makes the amount with it (INF).
    if cents(quantity * price) not in (amount, sold.get("TaxInclusiveAmt")):
        detail = f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount:,.2f}"
        raise Fault("6070", detail, element="Line")


def discount_line(book: Book, line: Record, subtotal: Decimal) -> Record:
    """Return a discount with its amount, which is positive and subtracts. Faults 2020, 2500."""
    detail = dict(line.get(DISCOUNT) or {})
    if detail.get("PercentBased") is True:
        amount = cents(subtotal * (detail.get("DiscountPercent") or Decimal(0)) / 100)
    elif line.get("Amount") is None:
        raise missing("Line.Amount")
    else:
        amount = cents(line["Amount"])
    detail.setdefault("DiscountAccountRef", account_named(book, "Discounts given"))
    known_references(book, detail)
    shown = {name: value for name, value in line.items() if name not in ("Id", "LineNum")}
    return {**shown, "Amount": amount, DISCOUNT: detail}


def number_lines(lines: list[Record], old: Record | None) -> None:
    """Keep the ids that the record has, and give the other lines ids never used in it (2.3 c)."""
    known = set(_ids((old or {}).get("Line") or ()))
    highest = max((int(line_id) for line_id in known), default=0)
    for line in every(lines):
        if str(line.get("Id")) not in known:
            highest += 1
            line["Id"] = str(highest)
    for place, line in enumerate(lines, start=1):
        line["LineNum"] = place


def _ids(lines: Iterable[Record]) -> Iterable[str]:
    return (line["Id"] for line in every(lines) if "Id" in line)
