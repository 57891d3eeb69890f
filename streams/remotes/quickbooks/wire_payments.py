"""How does a payment cross the wire?

Its private note holds both a person's memo and, in the last line, our marker; so whoever writes one
of them writes both.
"""

from quickbooks.objects.base import LinkedTxn
from quickbooks.objects.payment import Payment as PaymentModel
from quickbooks.objects.payment import PaymentLine

from schemas.records import Allocation, Payment
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.wire_fields import Body, join_note, named, ref, split_note

INVOICE = "Invoice"


def read_payment(shown: raw.Payment) -> Payment:
    """Return the payment that QuickBooks shows; links other than to invoices are left out."""
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


def write_payment(record: Payment) -> dict[str, Body]:
    """Return, by our field, the properties that say it."""
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


def required_by_update(record: Payment) -> Body:
    """Return what even a sparse update of a payment must carry (quickbooks-online.md 2.3)."""
    return named(PaymentModel, CustomerRef=ref(record.customer), TotalAmt=record.amount)


def _line(applied: Allocation) -> Body:
    link = named(LinkedTxn, TxnId=applied.invoice, TxnType=INVOICE)
    return named(PaymentLine, Amount=applied.amount, LinkedTxn=[link])
