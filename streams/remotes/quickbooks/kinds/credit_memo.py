"""How does a credit memo cross QuickBooks' wire?

All its amounts are positive there too.  A line that names no item counts for nothing
(quickbooks-money.md 1), so none is sent.  The API deletes one and voids none; people void.
"""

from quickbooks.objects.base import CustomerMemo, EmailAddress
from quickbooks.objects.creditmemo import CreditMemo as CreditMemoModel

from schemas.commands import Removal
from schemas.records import CreditMemo
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.currency import worth
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity, document_looks
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

#: What QuickBooks alone says of a credit memo, and what is written with its lines.
READ_ONLY = (
    "total",
    "remaining",
    "foreign",
    "home_total",
    "voided",
    "made",
    "as_shown",
    "issued_at",
    "printed",
)


def _read(shown: raw.CreditMemo) -> CreditMemo:
    lines, discount = sold(shown.line)
    voided = is_void(shown.total_amt, shown.private_note)
    return CreditMemo(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        lines=lines,
        memo=shown.customer_memo.value or None,
        email=shown.bill_email.address or None,
        **tax_shown(shown),
        **dimensions_shown(shown),
        discount=discount,
        total=shown.total_amt,
        remaining=shown.remaining_credit,
        currency=shown.currency_ref.value,
        rate=shown.exchange_rate,
        home_total=shown.home_total_amt,
        voided=voided,
        made=shown.meta_data.create_time,
        as_shown=kept(bytes(shown.line)),
        marker=split_note(shown.private_note, voided=voided)[1],
    )


def _write(record: CreditMemo) -> dict[str, Body]:
    model = CreditMemoModel
    lines = named(model, Line=written(record)) | tax_again(model, record)
    return {
        "customer": named(model, CustomerRef=ref(record.customer)),
        "number": named(model, DocNumber=record.number or ""),
        "issued": named(model, TxnDate=record.issued.isoformat()),
        "lines": lines,
        "discount": lines,
        "memo": named(model, CustomerMemo=named(CustomerMemo, value=record.memo or "")),
        "email": named(model, BillEmail=named(EmailAddress, Address=record.email or "")),
        **tax_written(model, record),
        **dimensions_written(model, record),
        **worth(model, record),
        "marker": named(model, PrivateNote=record.marker or ""),
        **{name: {} for name in READ_ONLY},
    }


def _required(record: CreditMemo) -> Body:
    return named(CreditMemoModel, CustomerRef=ref(record.customer))


CREDIT_MEMO = Entity(
    kind=Kind.CREDIT_MEMO,
    model=CreditMemoModel,
    wire=raw.CreditMemo,
    read=_read,
    write=_write,
    looks=document_looks,
    required=_required,
    removals={Removal.DELETE: DELETED},
    numbered=True,
)
