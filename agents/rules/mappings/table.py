"""Which things of MediaOS are mapped to things of QuickBooks?

What QuickBooks has of each stands in streams/remotes/quickbooks/name_lists.py.
"""

from agents.rules.mappings.policy import MappingPolicy
from schemas.kinds import KINDS, kind_of
from schemas.records import Payment, Record
from schemas.state import ParkReason
from schemas.values import MappingKind


def _sold(record: Record) -> tuple[str | None, ...]:
    return tuple(line.product for line in KINDS[kind_of(record)].lines(record))


PRODUCT = MappingPolicy(
    kind=MappingKind.PRODUCT,
    source="product",
    target="item",
    becomes="sold as",
    command="isthmus map products",
    group="products",
    named=_sold,
    unnamed="a line names no product: give it one in MediaOS",
    unmapped=ParkReason.UNMAPPED_PRODUCT,
    inactive=ParkReason.ITEM_INACTIVE,
)


def _paid_by(record: Record) -> tuple[str | None, ...]:
    return (record.method,) if isinstance(record, Payment) and record.method else ()


PAYMENT_TYPE = MappingPolicy(
    kind=MappingKind.PAYMENT_TYPE,
    source="payment type",
    target="payment method",
    becomes="booked as",
    command="isthmus map payment-types",
    group="payment-types",
    named=_paid_by,
    unnamed="it says no payment type: give it one in MediaOS",
    unmapped=ParkReason.UNMAPPED_PAYMENT_TYPE,
    inactive=ParkReason.PAYMENT_METHOD_INACTIVE,
    optional=True,
    words=("Cash", "Check", "Credit", "Other"),
    alike=(("Credit", "CREDIT_CARD", "QuickBooks takes it for a credit card"),),
)

#: In the order in which a document waits for what it lacks.
MAPPINGS: dict[MappingKind, MappingPolicy] = {each.kind: each for each in (PRODUCT, PAYMENT_TYPE)}
