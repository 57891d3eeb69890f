"""Which kinds are kept in step?  Those with a policy; a product is only known, by its name."""

from typing import Any

from agents.rules.kinds import (
    credit_application,
    credit_memo,
    customer,
    invoice,
    payment,
    refund,
)
from agents.rules.kinds.policy import SyncPolicy
from schemas.below_zero import invoice_of
from schemas.kinds import KINDS, Anchor, kind_of
from schemas.records import Record
from schemas.values import Kind, Side

POLICIES: dict[Kind, SyncPolicy[Any]] = {
    each.kind: each
    for each in (
        customer.POLICY,
        invoice.POLICY,
        credit_memo.POLICY,
        payment.POLICY,
        credit_application.POLICY,
        refund.POLICY,
    )
}


def numbered(kind: Kind) -> bool:
    """Tell whether MediaOS's id gives such a record its number in QuickBooks."""
    return kind in POLICIES and POLICIES[kind].numbered


def numbered_as(kind: Kind, record_id: str) -> str:
    """Return what of a record of MediaOS stands in its number, behind the tenant's prefix.

    An invoice that is a credit there keeps the number of an invoice.
    """
    invoice = invoice_of(record_id) if kind is Kind.CREDIT_MEMO else None
    return invoice or f"{POLICIES[kind].number_sign}{record_id}"


def gets_customers(side: Side) -> bool:
    """Tell whether customers of the other side are made on this one, so that two lanes are one."""
    return any(
        side.other in policy.born
        for kind, policy in POLICIES.items()
        if KINDS[kind].anchor is Anchor.ITSELF
    )


def policy_of(record: Record) -> SyncPolicy[Any]:
    """Return the policy of a record's kind; TypeError where that does not cross."""
    kind = kind_of(record)
    if kind not in POLICIES:
        raise TypeError(f"a {kind.called} does not cross")
    return POLICIES[kind]
