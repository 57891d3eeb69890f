"""What stands on the lines of a sale of QuickBooks that is not ours, and how is it kept?

Lines are all or nothing: an update that changes one says all of them (quickbooks-online.md 2.3).
So each is said as QuickBooks showed it, by its Id, and of a sold one our own properties are said
anew; what is shown of no sold line (texts, a discount's account, a bundle) stays word for word.
What QuickBooks works out itself is never sent: a subtotal, extensions, names of references.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from quickbooks.objects.detailline import (
    DiscountLine,
    DiscountLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)

from schemas.records import Line, Sale
from streams.remotes.quickbooks.wire_fields import Body, named, ref

SOLD = "SalesItemLineDetail"
DISCOUNT = "DiscountLineDetail"
SUBTOTAL = "SubTotalLineDetail"
GROUP = "GroupLineDetail"
#: The codes of a line in the US (quickbooks-money.md 5.2); an absent one counts as taxable where
#: the company has sales tax.
TAXABLE, NOT_TAXABLE = "TAX", "NON"

#: What a line, and a part of it, may say; all else that is read is QuickBooks' own business.
_OF_LINE = frozenset({"Id", "Description", "Amount", "DetailType", "DescriptionLineDetail"})
_DETAILS = frozenset({SOLD, DISCOUNT, GROUP})
_OF_SOLD = frozenset(
    {"ItemRef", "ClassRef", "Qty", "UnitPrice", "TaxCodeRef", "ServiceDate", "TaxInclusiveAmt"}
    | {"ItemAccountRef", "DiscountRate", "DiscountAmt", "RatePercent"}
)
_OF_DISCOUNT = frozenset(
    {"PercentBased", "DiscountPercent", "DiscountAccountRef", "TaxCodeRef"}
    | {"ClassRef", "ServiceDate"}
)
_OF_GROUP = frozenset({"GroupItemRef", "Quantity", "ServiceDate", "Line"})
_OURS = frozenset({"Amount", "Description", "DetailType"})
_OURS_OF_SOLD = frozenset({"ItemRef", "Qty", "UnitPrice"})

_encode = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_decode_lines = msgspec.json.Decoder(list[dict[str, Any]], float_hook=Decimal).decode


def kept(lines: bytes) -> tuple[str, ...]:
    """Return what an update must say again of these lines, besides what is ours, in their order."""
    return tuple(
        _encode(_kept(line)).decode()
        for line in _decode_lines(lines)
        if line.get("DetailType") != SUBTOTAL
    )


def written(record: Sale) -> list[Body]:
    """Return all lines of a sale as it ought to be, on what QuickBooks has shown of them."""
    ours = {line.id: line for line in record.lines if line.id}
    lines = [_decode(text) for text in record.as_shown]
    said = list(_said(lines, ours, record))
    place = next(
        (i for i, each in enumerate(said) if each.get("DetailType") == DISCOUNT), len(said)
    )
    new = [_new(line, record) for line in record.lines if not line.id]
    return [*said[:place], *new, *said[place:], *_new_discount(said, record)]


def _said(lines: list[Body], ours: Mapping[str, Line], record: Sale) -> Iterator[Body]:
    for line in lines:
        if GROUP in line:
            children = list(_said(line[GROUP].get("Line", []), ours, record))
            yield {**line, GROUP: {**line[GROUP], "Line": children}}
        elif DISCOUNT in line:
            yield from _discounted(line, record.discount)
        elif SOLD not in line:
            yield line
        elif line.get("Id") in ours:
            yield _sold(line, ours[line["Id"]])


def _sold(shown: Body, line: Line) -> Body:
    detail = {**shown[SOLD], **_ours_of_sold(line), **_coded(line.tax), **_classed(line)}
    if shown[SOLD].get("Qty", line) is None:
        # It was typed by its amount alone, and stays so while that says the same.
        by_amount = line.quantity == 1 and line.unit_price == line.amount
        detail = {n: v for n, v in detail.items() if not (by_amount and n in {"Qty", "UnitPrice"})}
    return {**shown, **_ours(line), SOLD: detail}


def _new(line: Line, record: Sale) -> Body:
    # A command of an earlier release says no code of its lines.
    code = line.tax or (TAXABLE if record.tax else NOT_TAXABLE)
    return {**_ours(line), SOLD: {**_ours_of_sold(line), **_coded(code), **_classed(line)}}


def _coded(code: str) -> Body:
    return named(SalesItemLineDetail, TaxCodeRef=ref(code)) if code else {}


def _classed(line: Line) -> Body:
    return named(SalesItemLineDetail, ClassRef=ref(line.class_id)) if line.class_id else {}


def _ours(line: Line) -> Body:
    body = named(SalesItemLine, Amount=line.amount, DetailType=SOLD)
    return body | named(SalesItemLine, Description=line.description) if line.description else body


def _ours_of_sold(line: Line) -> Body:
    detail = named(SalesItemLineDetail, Qty=line.quantity, UnitPrice=line.unit_price)
    if line.product is None:
        return detail
    return detail | named(SalesItemLineDetail, ItemRef=ref(line.product))


def _discounted(shown: Body, amount: Decimal) -> Iterator[Body]:
    """Keep a discount that has not changed, however it was worked out; none is left out."""
    if shown.get("Amount") == amount:
        yield shown
    elif amount:
        kept = {n: v for n, v in shown[DISCOUNT].items() if n != "DiscountPercent"}
        yield {**shown, "Amount": amount, DISCOUNT: {**kept, "PercentBased": False}}


def _new_discount(said: list[Body], record: Sale) -> Iterator[Body]:
    if record.discount and not any(DISCOUNT in line for line in said):
        detail = named(DiscountLineDetail, PercentBased=False)
        # Outside the US a discount bears a code as lines do (quickbooks-money.md 5.4).
        if record.calculation and record.lines:
            detail |= {"TaxCodeRef": ref(record.lines[0].tax)}
        amount = record.discount
        yield named(DiscountLine, Amount=amount, DetailType=DISCOUNT, DiscountLineDetail=detail)


def _kept(line: Body) -> Body:
    detail = line.get("DetailType")
    named_so = {name: value for name, value in line.items() if name in _OF_LINE}
    if detail == SOLD:
        shown = line.get(SOLD) or {}
        typed = {"Qty": None} if _by_amount(line, shown) else {}
        sold = _only(shown, _OF_SOLD - _OURS_OF_SOLD) | typed
        return {n: v for n, v in named_so.items() if n not in _OURS} | {SOLD: sold}
    if detail == DISCOUNT:
        return named_so | {DISCOUNT: _only(line.get(DISCOUNT), _OF_DISCOUNT)}
    if detail == GROUP:
        group = _only(line.get(GROUP), _OF_GROUP)
        children = [_kept(each) for each in (line.get(GROUP) or {}).get("Line") or []]
        return named_so | {GROUP: group | {"Line": children}}
    return named_so


def _by_amount(line: Body, shown: Body) -> bool:
    """Tell whether a line was typed by its amount alone; the library's zeros say the same (7.2)."""
    untold = shown.get("Qty") is None or shown.get("UnitPrice") is None
    return untold or (not shown["UnitPrice"] and bool(line.get("Amount")))


def _only(shown: Any, names: frozenset[str]) -> Body:
    return {n: _nameless(v) for n, v in (shown or {}).items() if n in names}


def _nameless(value: Any) -> Any:
    """A reference without its name, which is QuickBooks' business."""
    return {"value": value["value"]} if isinstance(value, dict) and "value" in value else value
