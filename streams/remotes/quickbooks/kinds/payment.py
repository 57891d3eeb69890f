"""How does a payment cross QuickBooks' wire?

Its private note holds both a person's memo and, in the last line, our marker; so whoever writes one
of them writes both.  Its total holds what was given back too: a returned cheque stays in the books.
"""

from collections.abc import Iterable

from quickbooks.objects.payment import Payment as PaymentModel

from schemas.commands import Removal
from schemas.records import Payment
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.currency import worth
from streams.remotes.quickbooks.kinds.entity import DELETED, Entity, Operation, document_looks
from streams.remotes.quickbooks.kinds.payment_lines import lines_of, taken_apart
from streams.remotes.quickbooks.wire_fields import (
    Body,
    is_void,
    join_note,
    named,
    ref,
    split_note,
)

DEPOSIT = "Deposit"
#: What QuickBooks alone says of a payment, what is written with its links, or is for us alone.
READ_ONLY = (
    *("credits", "parts", "charged", "returned", "on_account", "deposited", "refunded", "foreign"),
    *("voided", "as_shown", "received_at"),
)
VOIDED = Operation({"operation": "update", "include": "void"}, {"sparse": True})


def read_payment(shown: raw.Payment) -> Payment:
    """Return what a payment of QuickBooks says."""
    voided = is_void(shown.total_amt, shown.private_note)
    memo, marker = split_note(shown.private_note, voided=voided)
    parts = taken_apart(shown)
    return Payment(
        customer=shown.customer_ref.value,
        amount=shown.total_amt - parts.returned,
        received=shown.txn_date,
        reference=shown.payment_ref_num or None,
        memo=memo,
        applied=parts.applied,
        credits=parts.credits,
        parts=parts.parts,
        returned=parts.returned,
        deposited=deposit_of(shown.linked_txn),
        currency=shown.currency_ref.value,
        rate=shown.exchange_rate,
        voided=voided,
        as_shown=parts.others,
        marker=marker,
        method=shown.payment_method_ref.value if shown.payment_method_ref else None,
        account=shown.deposit_to_account_ref.value if shown.deposit_to_account_ref else None,
    )


def deposit_of(linked: Iterable[raw.LinkedTxn]) -> str | None:
    """Return the deposit at the bank that a record is a part of, None where it is of none."""
    return next((each.txn_id for each in linked if each.txn_type == DEPOSIT), None)


def _write(record: Payment) -> dict[str, Body]:
    model = PaymentModel
    note = named(model, PrivateNote=join_note(record.memo, record.marker))
    into = named(model, DepositToAccountRef=ref(record.account)) if record.account else {}
    return {
        "customer": named(model, CustomerRef=ref(record.customer)),
        "amount": named(model, TotalAmt=record.amount + record.returned),
        "received": named(model, TxnDate=record.received.isoformat()),
        "reference": named(model, PaymentRefNum=record.reference or ""),
        "memo": note,
        "method": named(model, PaymentMethodRef=ref(record.method)) if record.method else {},
        "account": into,
        "marker": note,
        **worth(model, record),
        "applied": named(model, Line=lines_of(record)),
        **{name: {} for name in READ_ONLY},
    }


def _required(record: Payment) -> Body:
    # quickbooks-online.md 2.3.
    total = record.amount + record.returned
    return named(PaymentModel, CustomerRef=ref(record.customer), TotalAmt=total)


PAYMENT = Entity(
    kind=Kind.PAYMENT,
    model=PaymentModel,
    wire=raw.Payment,
    read=read_payment,
    write=_write,
    looks=document_looks,
    required=_required,
    removals={Removal.VOID: VOIDED, Removal.DELETE: DELETED},
)
