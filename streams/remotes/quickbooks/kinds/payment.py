"""How does a payment cross QuickBooks' wire?

Its private note holds both a person's memo and, in the last line, our marker; so whoever writes one
of them writes both.  Links other than to invoices (credit memos, journal entries) are none of ours,
and an update says them again as QuickBooks shows them; of what is settled by them no money came.
"""

from decimal import Decimal
from typing import Any

import msgspec
from quickbooks.objects.base import LinkedTxn
from quickbooks.objects.payment import Payment as PaymentModel
from quickbooks.objects.payment import PaymentLine

from schemas.commands import Removal
from schemas.records import Allocation, Payment
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity, Operation, document_looks
from streams.remotes.quickbooks.wire_fields import Body, join_note, named, ref, split_note

INVOICE, DEPOSIT = "Invoice", "Deposit"
#: What stands for money in a payment and is none (quickbooks-money.md 1 and 2).
CREDITS = frozenset({"CreditMemo", "JournalEntry"})
VOIDED_NOTE = "Voided"
#: What QuickBooks alone says of a payment, and what is written with its links.
READ_ONLY = ("credited", "deposited", "voided", "as_shown")
VOIDED = Operation({"operation": "update", "include": "void"}, {"sparse": True})


_decode_lines = msgspec.json.Decoder(tuple[raw.PaymentLine, ...]).decode
_encode = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


def _read(shown: raw.Payment) -> Payment:
    memo, marker = split_note(shown.private_note)
    lines = _decode_lines(shown.line)
    return Payment(
        customer=shown.customer_ref.value,
        amount=shown.total_amt,
        received=shown.txn_date,
        reference=shown.payment_ref_num or None,
        memo=memo,
        applied=tuple(
            Allocation(invoice=link.txn_id, amount=line.amount)
            for line in lines
            for link in line.linked_txn
            if link.txn_type == INVOICE
        ),
        credited=sum((line.amount for line in lines if _is_credit(line)), Decimal(0)),
        deposited=next(
            (each.txn_id for each in shown.linked_txn if each.txn_type == DEPOSIT), None
        ),
        voided=not shown.total_amt and shown.private_note.startswith(VOIDED_NOTE),
        as_shown=tuple(_encode(_kept(line)).decode() for line in lines if not _is_ours(line)),
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
        "applied": named(
            model,
            Line=[
                *(_line(applied) for applied in record.applied),
                *(_decode(text) for text in record.as_shown),
            ],
        ),
        **{name: {} for name in READ_ONLY},
    }


def _required(record: Payment) -> Body:
    # quickbooks-online.md 2.3.
    return named(PaymentModel, CustomerRef=ref(record.customer), TotalAmt=record.amount)


def _line(applied: Allocation) -> Body:
    link = named(LinkedTxn, TxnId=applied.invoice, TxnType=INVOICE)
    return named(PaymentLine, Amount=applied.amount, LinkedTxn=[link])


def _is_ours(line: raw.PaymentLine) -> bool:
    return all(link.txn_type == INVOICE for link in line.linked_txn)


def _is_credit(line: raw.PaymentLine) -> bool:
    return any(link.txn_type in CREDITS for link in line.linked_txn)


def _kept(line: raw.PaymentLine) -> Body:
    links = [named(LinkedTxn, TxnId=link.txn_id, TxnType=link.txn_type) for link in line.linked_txn]
    return named(PaymentLine, Amount=line.amount, LinkedTxn=links)


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
