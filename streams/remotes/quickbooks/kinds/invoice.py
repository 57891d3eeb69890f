"""How does an invoice cross QuickBooks' wire?

An update that names `lines` or `discount` says every line, each as QuickBooks shows it but for what
is ours (`invoice_lines`).  A bundle's lines stand in its place.  A total follows from the lines and
is never sent.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
from quickbooks.objects.base import CustomerMemo, EmailAddress
from quickbooks.objects.invoice import Invoice as InvoiceModel
from quickbooks.objects.tax import TxnTaxDetail

from schemas.catalog import decoded
from schemas.commands import Removal
from schemas.records import Invoice, Line
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity, Operation, document_looks
from streams.remotes.quickbooks.kinds.invoice_lines import DISCOUNT, SOLD, kept, written
from streams.remotes.quickbooks.wire_fields import Body, foreign, is_void, named, ref, split_note

#: What QuickBooks alone says of an invoice, and what is written with its lines.
READ_ONLY = ("total", "balance", "deposit", "foreign", "voided", "made", "as_shown", "issued_at")

_lines = msgspec.json.Decoder(tuple[raw.SalesLine, ...])


def _read(shown: raw.Invoice) -> Invoice:
    lines = decoded(_lines, shown.line, "Line")
    voided = is_void(shown.total_amt, shown.private_note)
    return Invoice(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        due=shown.due_date,
        lines=tuple(_sold(lines)),
        memo=shown.customer_memo.value or None,
        email=shown.bill_email.address or None,
        tax=shown.txn_tax_detail.total_tax,
        discount=sum((line.amount for line in lines if line.detail_type == DISCOUNT), Decimal(0)),
        total=shown.total_amt,
        balance=shown.balance,
        deposit=shown.deposit,
        foreign=foreign(shown.currency_ref.value, shown.exchange_rate),
        voided=voided,
        made=shown.meta_data.create_time,
        as_shown=kept(bytes(shown.line)),
        marker=split_note(shown.private_note, voided=voided)[1],
    )


def _write(record: Invoice) -> dict[str, Body]:
    model = InvoiceModel
    lines = named(model, Line=written(record))
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
        "tax": _taxed(record),
        "marker": named(model, PrivateNote=record.marker or ""),
        **{name: {} for name in READ_ONLY},
    }


def _taxed(record: Invoice) -> Body:
    # A bare total is not taken (quickbooks-money.md 5.2), and in an update it would wipe out the
    # code that a bookkeeper chose: what QuickBooks works out is compared afterwards.
    if record.as_shown:
        return {}
    return named(InvoiceModel, TxnTaxDetail=named(TxnTaxDetail, TotalTax=record.tax))


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
    )


def _required(record: Invoice) -> Body:
    # Whether a sparse update is taken without it is told both ways (quickbooks-money.md 0).
    return named(InvoiceModel, CustomerRef=ref(record.customer))


def _not_paid_online(_record: Invoice) -> Body:
    # A company with QuickBooks Payments would switch them on (quickbooks-money.md 7.1).
    # The first is in Intuit's schema and not in python-quickbooks' model.
    more = named(InvoiceModel, AllowOnlineCreditCardPayment=False, AllowOnlineACHPayment=False)
    return {"AllowOnlinePayment": False, **more}


INVOICE = Entity(
    kind=Kind.INVOICE,
    model=InvoiceModel,
    wire=raw.Invoice,
    read=_read,
    write=_write,
    looks=document_looks,
    required=_required,
    on_create=_not_paid_online,
    removals={Removal.VOID: Operation({"operation": "void"}), Removal.DELETE: DELETED},
    numbered=True,
)
