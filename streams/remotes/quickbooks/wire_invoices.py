"""How does an invoice cross the wire?

Lines are all or nothing: an update that names `lines` or `discount` sends every line, without ids,
so QuickBooks gives them new ones (quickbooks-online.md 2.3).  A total follows from the lines and is
never sent.
"""

from collections.abc import Iterator
from decimal import Decimal

from quickbooks.objects.base import CustomerMemo, EmailAddress
from quickbooks.objects.detailline import (
    DiscountLine,
    DiscountLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.invoice import Invoice as InvoiceModel
from quickbooks.objects.tax import TxnTaxDetail

from schemas.records import Invoice, Line
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.wire_fields import Body, named, ref, split_note

DISCOUNT = "DiscountLineDetail"
SOLD = "SalesItemLineDetail"


def read_invoice(shown: raw.Invoice) -> Invoice:
    """Return the invoice that QuickBooks shows; a bundle's lines stand in its place."""
    return Invoice(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        due=shown.due_date,
        lines=tuple(_sold(shown.line)),
        memo=shown.customer_memo.value or None,
        email=shown.bill_email.address or None,
        tax=shown.txn_tax_detail.total_tax,
        discount=sum(
            (line.amount for line in shown.line if line.detail_type == DISCOUNT), Decimal(0)
        ),
        total=shown.total_amt,
        balance=shown.balance,
        marker=split_note(shown.private_note)[1],
    )


def write_invoice(record: Invoice) -> dict[str, Body]:
    """Return, by our field, the properties that say it."""
    model = InvoiceModel
    lines = named(model, Line=_lines(record))
    due = record.due.isoformat() if record.due else ""
    return {
        "customer": named(model, CustomerRef=ref(record.customer)),
        "number": named(model, DocNumber=record.number or ""),
        "issued": named(model, TxnDate=record.issued.isoformat()),
        "due": named(model, DueDate=due),
        "lines": lines,
        "discount": lines,
        "memo": named(model, CustomerMemo=named(CustomerMemo, value=record.memo or "")),
        "email": named(model, BillEmail=named(EmailAddress, Address=record.email or "")),
        "tax": named(model, TxnTaxDetail=named(TxnTaxDetail, TotalTax=record.tax)),
        "marker": named(model, PrivateNote=record.marker or ""),
        "total": {},
        "balance": {},
    }


def _sold(lines: tuple[raw.SalesLine, ...]) -> Iterator[Line]:
    for line in lines:
        if line.group_line_detail is not None:
            yield from _sold(line.group_line_detail.line)
        elif line.detail_type == SOLD:
            yield _line(line, line.sales_item_line_detail or raw.SalesItem())


def _line(line: raw.SalesLine, detail: raw.SalesItem) -> Line:
    quantity, price = detail.qty or Decimal(1), detail.unit_price
    # A line typed by its amount alone has neither; python-quickbooks turns that into zeros (7.2).
    if price is None or (not price and line.amount):
        quantity, price = Decimal(1), line.amount
    return Line(
        product=detail.item_ref.value if detail.item_ref else None,
        description=line.description,
        quantity=quantity,
        unit_price=price,
        amount=line.amount,
    )


def _lines(record: Invoice) -> list[Body]:
    lines = [_sales_line(line) for line in record.lines]
    if record.discount:
        lines.append(_discount_line(record.discount))
    return lines


def _sales_line(line: Line) -> Body:
    detail = named(SalesItemLineDetail, Qty=line.quantity, UnitPrice=line.unit_price)
    if line.product is not None:
        detail |= named(SalesItemLineDetail, ItemRef=ref(line.product))
    body = named(SalesItemLine, Amount=line.amount, DetailType=SOLD, SalesItemLineDetail=detail)
    return body | named(SalesItemLine, Description=line.description) if line.description else body


def _discount_line(amount: Decimal) -> Body:
    detail = named(DiscountLineDetail, PercentBased=False)
    return named(DiscountLine, Amount=amount, DetailType=DISCOUNT, DiscountLineDetail=detail)
