"""How does a refund cross QuickBooks' wire?  It is a refund receipt there.

The account that its money comes from must be said (quickbooks-money.md 0).  The API deletes one and
voids none; people void.
"""

from quickbooks.objects.base import CustomerMemo
from quickbooks.objects.refundreceipt import RefundReceipt as RefundReceiptModel

from schemas.commands import Removal
from schemas.records import Refund
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.currency import worth
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity, document_looks
from streams.remotes.quickbooks.kinds.invoice_lines import kept, written
from streams.remotes.quickbooks.kinds.payment import deposit_of
from streams.remotes.quickbooks.kinds.sale_lines import (
    dimensions_shown,
    dimensions_written,
    sold,
    tax_again,
    tax_shown,
    tax_written,
)
from streams.remotes.quickbooks.wire_fields import Body, is_void, named, ref, split_note

#: What QuickBooks alone says of a refund, and what is written with its lines.
READ_ONLY = (
    "total",
    "deposited",
    "foreign",
    "home_total",
    "voided",
    "made",
    "as_shown",
    "issued_at",
    "printed",
)


def _read(shown: raw.RefundReceipt) -> Refund:
    lines, discount = sold(shown.line)
    voided = is_void(shown.total_amt, shown.private_note)
    return Refund(
        customer=shown.customer_ref.value if shown.customer_ref else "",
        number=shown.doc_number or None,
        issued=shown.txn_date,
        lines=lines,
        memo=shown.customer_memo.value or None,
        method=shown.payment_method_ref.value if shown.payment_method_ref else None,
        account=shown.deposit_to_account_ref.value if shown.deposit_to_account_ref else None,
        **tax_shown(shown),
        **dimensions_shown(shown),
        discount=discount,
        total=shown.total_amt,
        deposited=deposit_of(shown.linked_txn),
        currency=shown.currency_ref.value,
        rate=shown.exchange_rate,
        home_total=shown.home_total_amt,
        voided=voided,
        made=shown.meta_data.create_time,
        as_shown=kept(bytes(shown.line)),
        marker=split_note(shown.private_note, voided=voided)[1],
    )


def _write(record: Refund) -> dict[str, Body]:
    model = RefundReceiptModel
    lines = named(model, Line=written(record)) | tax_again(model, record)
    account = named(model, DepositToAccountRef=ref(record.account)) if record.account else {}
    return {
        "customer": named(model, CustomerRef=ref(record.customer)),
        "number": named(model, DocNumber=record.number or ""),
        "issued": named(model, TxnDate=record.issued.isoformat()),
        "lines": lines,
        "discount": lines,
        "memo": named(model, CustomerMemo=named(CustomerMemo, value=record.memo or "")),
        "method": named(model, PaymentMethodRef=ref(record.method)) if record.method else {},
        "account": account,
        **tax_written(model, record),
        **dimensions_written(model, record),
        **worth(model, record),
        "marker": named(model, PrivateNote=record.marker or ""),
        **{name: {} for name in READ_ONLY},
    }


def _required(record: Refund) -> Body:
    return named(RefundReceiptModel, CustomerRef=ref(record.customer)) if record.customer else {}


REFUND = Entity(
    kind=Kind.REFUND,
    model=RefundReceiptModel,
    wire=raw.RefundReceipt,
    read=_read,
    write=_write,
    looks=document_looks,
    required=_required,
    removals={Removal.DELETE: DELETED},
    numbered=True,
)
