"""A payment: made on either side, and in QuickBooks' hands from then on."""

from msgspec.structs import replace

from agents.rules.kinds.merging import merged_links
from agents.rules.kinds.money import payment_gap, payment_parts_gap, payment_unsayable
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.policy import BOTH, TO_QBO, Field, Limit, Need, SyncPolicy
from schemas.facts import DecisionInput
from schemas.records import Allocation, Payment
from schemas.values import Kind, RecordRef, Side

#: Lengths that QBO holds (quickbooks-online.md 2.9 and 7).
REFERENCE, MEMO = 21, 1000


def _convert(payment: Payment, to: Side, given: DecisionInput) -> Payment:
    return replace(
        payment,
        customer=customer_across(to, given, payment.customer),
        applied=tuple(
            Allocation(
                invoice=given.across(RecordRef(to.other, Kind.INVOICE, part.invoice)) or "",
                amount=part.amount,
            )
            for part in payment.applied
        ),
    )


def _deposited(shown: Payment) -> str | None:
    if shown.deposited is None:
        return None
    return (
        f"it is part of bank deposit {shown.deposited} in QuickBooks: take it out of that deposit "
        "there first, or record the change in QuickBooks"
    )


POLICY = SyncPolicy(
    kind=Kind.PAYMENT,
    fields={
        "customer": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "amount": Field(BOTH, Side.QBO, on_create=True),
        "received": Field(BOTH, Side.QBO, on_create=True),
        "reference": Field(BOTH, Side.QBO, limit=Limit(REFERENCE)),
        "memo": Field(BOTH, Side.QBO, limit=Limit(MEMO)),
        "applied": Field(BOTH, Side.QBO, on_create=True, names=True, merge=merged_links),
    },
    born=BOTH,
    needs=(Need.CUSTOMER, Need.APPLIED),
    convert=_convert,
    unsayable=payment_unsayable,
    gap=payment_gap,
    parts_gap=payment_parts_gap,
    frozen=_deposited,
    same=lambda asked, found: (asked.customer, asked.amount) == (found.customer, found.amount),
)
