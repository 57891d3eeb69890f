"""How does a payment cross QuickBooks' wire?

Its private note holds both a person's memo and, in the last line, our marker; so whoever writes one
of them writes both.  Links other than to invoices are none of ours.
"""

from quickbooks.objects.base import LinkedTxn
from quickbooks.objects.payment import Payment as PaymentModel
from quickbooks.objects.payment import PaymentLine

from schemas.commands import Removal
from schemas.records import Allocation, Payment
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity, Operation, document_looks
from streams.remotes.quickbooks.wire_fields import Body, join_note, named, ref, split_note

INVOICE = "Invoice"
VOIDED = Operation({"operation": "update", "include": "void"}, {"sparse": True})


def _read(shown: raw.Payment) -> Payment:
    memo, marker = split_note(shown.private_note)
    return Payment(
        customer=shown.customer_ref.value,
        amount=shown.total_amt,
        received=shown.txn_date,
        reference=shown.payment_ref_num or None,
        memo=memo,
        applied=tuple(
            Allocation(invoice=link.txn_id, amount=line.amount)
            for line in shown.line
            for link in line.linked_txn
            if link.txn_type == INVOICE
        ),
        marker=marker,
    )


def _write(record: Payment) -> dict[str, Body]:
    model = PaymentModel
    note = named(model, PrivateNote=join_note(record.memo, record.marker))
    return {
        "customer": named(model, CustomerRef=ref(record.customer)),
        "amount": named(model, TotalAmt=record.amount),
        "received": named(model, TxnDate=record.received.isoformat()),
        "reference": named(model, PaymentRefNum=record.reference or ""),
        "memo": note,
        "marker": note,
        "applied": named(model, Line=[_line(applied) for applied in record.applied]),
    }


def _required(record: Payment) -> Body:
    # quickbooks-online.md 2.3.
    return named(PaymentModel, CustomerRef=ref(record.customer), TotalAmt=record.amount)


def _line(applied: Allocation) -> Body:
    link = named(LinkedTxn, TxnId=applied.invoice, TxnType=INVOICE)
    return named(PaymentLine, Amount=applied.amount, LinkedTxn=[link])


PAYMENT = Entity(
    kind=Kind.PAYMENT,
    model=PaymentModel,
    wire=raw.Payment,
    read=_read,
    write=_write,
    looks=document_looks,
    required=_required,
    removals={Removal.VOID: VOIDED, Removal.DELETE: DELETED},
)
