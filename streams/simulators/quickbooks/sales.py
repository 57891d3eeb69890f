"""What do the lines of a sale add up to, and what does QBO make of them?

The subtotal is a line of its own that the server writes and a client need not send (2.2); a line
sent without an id is a new line, even where it looks like an old one (2.3 c).
"""

from collections.abc import Iterable
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.parts import reference
from streams.simulators.quickbooks.refusals import Fault, missing
from streams.simulators.quickbooks.tax import code_lines, tax_of

_ITEM = "SalesItemLineDetail"
_SUBTOTAL = "SubTotalLineDetail"
_DISCOUNT = "DiscountLineDetail"
#: What a total depends on.
_MONEY = ("Line", "TxnTaxDetail", "ApplyTaxAfterDiscount", "GlobalTaxCalculation")


def complete_lines(book: Book, draft: Record, old: Record | None) -> None:
    """Set lines, tax and total of a sale. Faults 2020, 2500, 610, 6000, 6070 and those of tax."""
    untouched = old is not None and all(draft.get(name) is old.get(name) for name in _MONEY)
    sent = [line for line in draft["Line"] if line.get("DetailType") != _SUBTOTAL]
    if not sent:
        raise missing("Line")
    kept = [_line(book, line) for line in sent if line.get("DetailType") != _DISCOUNT]
    if old is not None and untouched:
        # Its references were looked at; nothing that it adds up to can have moved.
        draft.update({name: old[name] for name in ("Line", "TxnTaxDetail", "TotalAmt")})
        return
    number_lines(kept, old)
    _add_up(book, draft, kept, [line for line in sent if line["DetailType"] == _DISCOUNT], old)


def _add_up(
    book: Book, draft: Record, kept: list[Record], sent: list[Record], old: Record | None
) -> None:
    code_lines(book, draft, kept)
    subtotal = cents(sum((line.get("Amount", Decimal(0)) for line in kept), Decimal(0)))
    discounts = [_discount(line, subtotal) for line in sent]
    shown = {"Amount": subtotal, "DetailType": _SUBTOTAL, _SUBTOTAL: {}}
    draft["Line"] = [*kept, shown, *discounts]
    draft["TxnTaxDetail"] = tax_of(book, draft, kept, discounts, _asked_tax(draft, old))
    taken_off = sum((line["Amount"] for line in discounts), Decimal(0))
    draft["TotalAmt"] = cents(subtotal - taken_off + draft["TxnTaxDetail"]["TotalTax"])


def _asked_tax(draft: Record, old: Record | None) -> Record:
    """Return the tax that a body asks for; of one that it does not name the code alone stays."""
    tax: Record = draft.get("TxnTaxDetail") or {}
    if old is not None and tax is old.get("TxnTaxDetail"):
        return {name: tax[name] for name in ("TxnTaxCodeRef",) if name in tax}
    return tax


def _line(book: Book, line: Record) -> Record:
    match line.get("DetailType"):
        case "SalesItemLineDetail":
            return _item_line(book, line)
        case "DescriptionOnly":
            return dict(line)
        case None:
            raise missing("Line.DetailType")
        case other:
            raise Fault("2010", f"Property Name:DetailType has no value {other} here")


def _item_line(book: Book, line: Record) -> Record:
    if "Amount" not in line:
        raise missing("Line.Amount")
    line = {**line, "Amount": cents(line["Amount"])}
    detail = dict(line.get(_ITEM, {}))
    if "ItemRef" in detail:
        detail["ItemRef"] = reference(book, "Item", detail["ItemRef"], "Name")
    _check_product(line["Amount"], detail.get("Qty"), detail.get("UnitPrice"))
    return {**line, _ITEM: detail}


def _check_product(amount: Decimal, quantity: Decimal | None, price: Decimal | None) -> None:
    # Both zero is python-quickbooks' way of saying that neither is given (7.2).
    if quantity is None or price is None or (not quantity and not price):
        return
    if cents(quantity * price) != amount:
        detail = f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount:,.2f}"
        raise Fault("6070", detail, element="Line")


def _discount(line: Record, subtotal: Decimal) -> Record:
    detail = line.get(_DISCOUNT) or {}
    if detail.get("PercentBased") is True:
        amount = cents(subtotal * (detail.get("DiscountPercent") or Decimal(0)) / 100)
    elif line.get("Amount") is None:
        raise missing("Line.Amount")
    else:
        amount = cents(line["Amount"])
    shown = {name: value for name, value in line.items() if name not in ("Id", "LineNum")}
    return {**shown, "Amount": amount}


def number_lines(lines: list[Record], old: Record | None) -> None:
    """Keep the ids that the record has, and give the other lines ids never used in it (2.3 c)."""
    known = set(_ids((old or {}).get("Line") or ()))
    highest = max((int(line_id) for line_id in known), default=0)
    for place, line in enumerate(lines, start=1):
        if str(line.get("Id")) not in known:
            highest += 1
            line["Id"] = str(highest)
        line["LineNum"] = place


def _ids(lines: Iterable[Record]) -> Iterable[str]:
    return (line["Id"] for line in lines if "Id" in line)
