"""What is in a bundle that is sold on a line?

The line itself has no amount; its parts have, and ids of their own. They need not be sent with a
new line, and must be with one that is there (quickbooks-money.md 5.4).
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.parts import reference
from streams.simulators.quickbooks.refusals import business, missing

BUNDLE = "GroupLineDetail"


def bundle_line(book: Book, line: Record, part: Callable[[Book, Record], Record]) -> Record:
    """Return a bundle's line, its parts by `part`. Faults 2020, 2500, 610, 6000 and 6070."""
    detail = dict(line.get(BUNDLE) or {})
    if not detail.get("GroupItemRef"):
        raise missing("GroupLineDetail.GroupItemRef")
    detail["GroupItemRef"] = reference(book, "Item", detail["GroupItemRef"], "Name")
    item = book.get("Item", detail["GroupItemRef"]["value"])
    if item["Type"] != "Group":
        raise business("Only a bundle can be sold on a line of its own kind.")
    detail.setdefault("Quantity", Decimal(1))
    parts = detail.get("Line") or ()
    if not parts and "Id" not in line:
        parts = _parts(book, item, detail["Quantity"])
    detail["Line"] = [part(book, one) for one in parts]
    return {**line, "Amount": Decimal(0), BUNDLE: detail}


def leaves(lines: Iterable[Record]) -> Iterable[Record]:
    """Return lines with the parts of bundles in their place."""
    for line in lines:
        if line.get("DetailType") == BUNDLE:
            yield from line[BUNDLE]["Line"]
        else:
            yield line


def every(lines: Iterable[Record]) -> Iterable[Record]:
    """Return lines, each bundle's parts behind it."""
    for line in lines:
        yield line
        yield from (line.get(BUNDLE) or {}).get("Line") or ()


def _parts(book: Book, item: Record, quantity: Decimal) -> Iterable[Record]:
    for one in (item.get("ItemGroupDetail") or {}).get("ItemGroupLine") or ():
        ref = reference(book, "Item", one.get("ItemRef") or {}, "Name")
        price = book.get("Item", ref["value"])["UnitPrice"]
        sold = quantity * one.get("Qty", Decimal(1))
        yield {
            "Amount": cents(sold * price),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": ref, "Qty": sold, "UnitPrice": price},
        }
