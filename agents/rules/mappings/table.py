"""Which things of MediaOS are mapped to things of QuickBooks?

What QuickBooks has of each stands in streams/remotes/quickbooks/name_lists.py.
"""

from agents.rules.mappings.dimensions import keeps_classes, keeps_locations, things_sold
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.taxes import TAXED, UNTAXED, tax_needed, taxes_named
from schemas.kinds import KINDS, kind_of
from schemas.records import Invoice, Payment, Record, Refund
from schemas.state import ParkReason
from schemas.values import MappingKind


def _sold(record: Record) -> tuple[str | None, ...]:
    lines = KINDS[kind_of(record)].lines(record)
    return tuple(line.product for line in lines if line.line_type is None)


def _typed(record: Record) -> tuple[str | None, ...]:
    lines = KINDS[kind_of(record)].lines(record)
    return tuple(line.line_type for line in lines if line.line_type is not None)


PRODUCT = MappingPolicy(
    kind=MappingKind.PRODUCT,
    source="product",
    target="item",
    becomes="sold as",
    command="isthmus map products",
    group="products",
    named=_sold,
    unnamed="a line names no product and no line item type: give it one in MediaOS",
    unmapped=ParkReason.UNMAPPED_PRODUCT,
    inactive=ParkReason.ITEM_INACTIVE,
)

LINE_TYPE = MappingPolicy(
    kind=MappingKind.LINE_TYPE,
    source="line item type",
    target="item",
    becomes="sold as",
    command="isthmus map line-types",
    group="line-types",
    named=_typed,
    unnamed="a line names no line item type: give it one in MediaOS",
    unmapped=ParkReason.UNMAPPED_LINE_TYPE,
    inactive=ParkReason.ITEM_INACTIVE,
    read_there=True,
    writes_off=True,
)


#: What MediaOS is known to say of how money came (mediaos-api.md 8.2).
TYPES = ("Cash", "Check", "Credit", "Other")


def _paid_by(record: Record) -> tuple[str | None, ...]:
    return (record.method or None,) if isinstance(record, Payment | Refund) else ()


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
    words=TYPES,
    alike=(("Credit", "CREDIT_CARD", "QuickBooks takes it for a credit card"),),
)


def _paid_into(record: Record) -> tuple[str | None, ...]:
    """Return how the money of a payment of MediaOS came; one of QuickBooks shows its account."""
    if not isinstance(record, Payment) or record.account:
        return ()
    return (record.method or None,)


PAYMENT_ACCOUNT = MappingPolicy(
    kind=MappingKind.PAYMENT_ACCOUNT,
    source="payment type",
    target="account",
    required_as="deposit-account",
    becomes="deposited to",
    command="isthmus map deposit-accounts",
    group="deposit-accounts",
    of_what="payments",
    named=_paid_into,
    unnamed="it says no payment type: give it one in MediaOS",
    unmapped=ParkReason.UNMAPPED_DEPOSIT_ACCOUNT,
    inactive=ParkReason.ACCOUNT_INACTIVE,
    optional=True,
    otherwise="Undeposited Funds",
    unfit="no money lies in one",
    words=TYPES,
)


def _paid_out_of(record: Record) -> tuple[str | None, ...]:
    """Return what names an account: in QuickBooks itself, in MediaOS how money was paid out."""
    return (record.account or record.method,) if isinstance(record, Refund) else ()


REFUND_ACCOUNT = MappingPolicy(
    kind=MappingKind.REFUND_ACCOUNT,
    source="payment type",
    target="account",
    becomes="paid out of",
    command="isthmus map accounts",
    group="accounts",
    of_what="refunds",
    named=_paid_out_of,
    unnamed="it says no payment type: give it one in MediaOS",
    unmapped=ParkReason.UNMAPPED_ACCOUNT,
    inactive=ParkReason.ACCOUNT_INACTIVE,
    once=True,
    unfit="no money lies in one",
    words=TYPES,
    alike=(("Check", "Bank", "checks are drawn on a bank account"),),
)

TAX_CODE = MappingPolicy(
    kind=MappingKind.TAX_CODE,
    source="tax",
    target="tax code",
    becomes="reckoned by",
    command="isthmus map tax-codes",
    group="tax-codes",
    named=taxes_named,
    unnamed="it says no tax",
    unmapped=ParkReason.UNMAPPED_TAX,
    inactive=ParkReason.TAX_CODE_INACTIVE,
    optional=True,
    needed=tax_needed,
    words=(TAXED, UNTAXED),
)

CLASS = MappingPolicy(
    kind=MappingKind.CLASS,
    source="product",
    target="class",
    becomes="put under",
    command="isthmus map classes",
    group="classes",
    named=things_sold,
    unnamed="it sells nothing",
    unmapped=ParkReason.UNMAPPED_CLASS,
    inactive=ParkReason.CLASS_INACTIVE,
    optional=True,
    kept=keeps_classes,
)

LOCATION = MappingPolicy(
    kind=MappingKind.LOCATION,
    source="product",
    target="location",
    becomes="put under",
    command="isthmus map locations",
    group="locations",
    named=things_sold,
    unnamed="it sells nothing",
    unmapped=ParkReason.UNMAPPED_LOCATION,
    inactive=ParkReason.LOCATION_INACTIVE,
    optional=True,
    kept=keeps_locations,
)


def _paid_by_terms(record: Record) -> tuple[str | None, ...]:
    """Return the terms of an invoice of MediaOS; one of QuickBooks, whose lines have ids, none."""
    if not isinstance(record, Invoice) or any(line.id for line in record.lines):
        return ()
    return (record.term or None,)


TERM = MappingPolicy(
    kind=MappingKind.TERM,
    source="terms",
    target="term",
    becomes="said as",
    command="isthmus map terms",
    group="terms",
    named=_paid_by_terms,
    unnamed="it says no terms of payment: give its contract some in MediaOS",
    unmapped=ParkReason.UNMAPPED_TERM,
    inactive=ParkReason.TERM_INACTIVE,
    optional=True,
    unfit="no invoice can name one",
    read_there=True,
)

#: In the order in which a document waits for what it lacks.
MAPPINGS: dict[MappingKind, MappingPolicy] = {
    each.kind: each
    for each in (
        *(PRODUCT, LINE_TYPE, PAYMENT_TYPE, PAYMENT_ACCOUNT),
        *(REFUND_ACCOUNT, TAX_CODE, CLASS, LOCATION, TERM),
    )
}


def requirable() -> dict[str, MappingKind]:
    """Return, by their words, the kinds that a tenant's setting may require."""
    return {
        policy.word: kind
        for kind, policy in MAPPINGS.items()
        if policy.optional and policy.needed is None
    }
