"""How does an invoice cross QuickBooks' wire?

An update that names `lines` or `discount` says every line, each as QuickBooks shows it but for what
is ours (`invoice_lines`).  A total follows from the lines and is never sent.
"""

from quickbooks.objects.base import CustomerMemo, EmailAddress
from quickbooks.objects.invoice import Invoice as InvoiceModel

from schemas.commands import Removal
from schemas.records import Invoice
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.currency import worth
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity, Operation, document_looks
from streams.remotes.quickbooks.kinds.invoice_lines import kept, written
from streams.remotes.quickbooks.kinds.sale_lines import (
    dimensions_shown,
    dimensions_written,
    sold,
    tax_again,
    tax_shown,
    tax_written,
)
from streams.remotes.quickbooks.wire_fields import Body, is_void, named, ref, split_note

#: What QuickBooks alone says of an invoice, and what is written with its lines.
READ_ONLY = (
    "total",
    "balance",
    "deposit",
    "foreign",
    "home_total",
    "voided",
    "made",
    "as_shown",
    "issued_at",
    "printed",
)


def _read(shown: raw.Invoice) -> Invoice:
    lines, discount = sold(shown.line)
    voided = is_void(shown.total_amt, shown.private_note)
    return Invoice(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        due=shown.due_date,
        lines=lines,
        memo=shown.customer_memo.value or None,
        email=shown.bill_email.address or None,
        **tax_shown(shown),
        **dimensions_shown(shown),
        term=shown.sales_term_ref.value if shown.sales_term_ref else "",
        discount=discount,
        total=shown.total_amt,
        balance=shown.balance,
        deposit=shown.deposit,
        currency=shown.currency_ref.value,
        rate=shown.exchange_rate,
        home_total=shown.home_total_amt,
        voided=voided,
        made=shown.meta_data.create_time,
        as_shown=kept(bytes(shown.line)),
        marker=split_note(shown.private_note, voided=voided)[1],
    )


def _write(record: Invoice) -> dict[str, Body]:
    model = InvoiceModel
    lines = named(model, Line=written(record)) | tax_again(model, record)
    due = named(model, DueDate=record.due.isoformat() if record.due else "")
    # With another date alone QuickBooks may reckon the due date anew (quickbooks-money.md 7).
    issued = named(model, TxnDate=record.issued.isoformat()) | (due if record.due else {})
    return {
        "customer": named(model, CustomerRef=ref(record.customer)),
        "number": named(model, DocNumber=record.number or ""),
        "issued": issued,
        "due": due,
        "lines": lines,
        "discount": lines,
        "memo": named(model, CustomerMemo=named(CustomerMemo, value=record.memo or "")),
        "email": named(model, BillEmail=named(EmailAddress, Address=record.email or "")),
        **tax_written(model, record),
        **dimensions_written(model, record),
        "term": named(model, SalesTermRef=ref(record.term)) if record.term else {},
        **worth(model, record),
        "marker": named(model, PrivateNote=record.marker or ""),
        **{name: {} for name in READ_ONLY},
    }


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
