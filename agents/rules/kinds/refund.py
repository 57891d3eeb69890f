"""A refund: money that was paid out for what is taken back; nothing is owed by it or for it.

MediaOS's documented API knows none but the day on which a payment was given back
(`date_refunded`, without an amount or an account: mediaos-api.md 4.1), so what one says is
specified here: the lines of what was sold, and how the money was paid out.  In QuickBooks it is a
refund receipt, which posts against income and the account that the money comes from, touches no
receivable and reopens no invoice (quickbooks-money.md 2.5, simple books): what was paid stays
applied on both sides.  The account must be said there (quickbooks-money.md 0): MediaOS has none,
so it is the one to which the type of the payment is mapped.

What was paid too much, or a credit that is paid out, is none of these: a receipt could not take it
off what is on account, and accountants book it in more than one way (quickbooks-money.md 2.5).
"""

from msgspec.structs import replace

from agents.rules.kinds.currency import same_rate
from agents.rules.kinds.days import Day
from agents.rules.kinds.dimensions import DIMENSION_FIELDS, dimensions_across, scattered
from agents.rules.kinds.merging import lines_shown, merged_lines, same_lines, yielded_lines
from agents.rules.kinds.money import (
    sale_gap,
    sale_parts_gap,
    sale_unsayable,
    sale_unsayable_here,
    sale_variance,
)
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.payment import deposited
from agents.rules.kinds.policy import (
    BOTH,
    SAID_ONCE,
    TO_MEDIAOS,
    TO_QBO,
    Field,
    Limit,
    Need,
    SyncPolicy,
)
from agents.rules.kinds.sale import TAX_FIELDS, lines_across
from agents.rules.kinds.tax_codes import taxed_across
from agents.rules.kinds.tax_returned import tax_asked, tax_returned
from agents.rules.kinds.tax_said import (
    REMEMBERED,
    tax_by,
    tax_carried,
    tax_unsaid,
    tax_within,
    untaxable,
)
from schemas.commands import Removal
from schemas.decision_input import DecisionInput
from schemas.records import Refund
from schemas.values import Kind, MappingKind, Side

#: What QBO holds of it (quickbooks-online.md 7).
MEMO = 1000


def _convert(refund: Refund, to: Side, given: DecisionInput) -> Refund:
    said = taxed_across(dimensions_across(refund, to, given), to, given)
    return replace(
        said,
        customer=customer_across(to, given, refund.customer),
        lines=lines_across(said.lines, to, given),
        method=_mapped(MappingKind.PAYMENT_TYPE, refund, to, given),
        account=_mapped(MappingKind.REFUND_ACCOUNT, refund, to, given),
    )


def _mapped(kind: MappingKind, refund: Refund, to: Side, given: DecisionInput) -> str | None:
    """Return to what its type is mapped in QuickBooks; MediaOS takes no word for either."""
    if to is Side.MEDIAOS or refund.method is None:
        return None
    return given.target(kind, refund.method)


def _unsayable(refund: Refund, to: Side) -> str | None:
    return sale_unsayable(refund) if to is Side.QBO else sale_unsayable_here(refund)


def _voided(refund: Refund, _given: DecisionInput) -> str | None:
    return "it was voided in QuickBooks before it crossed" if refund.voided else None


POLICY = SyncPolicy(
    kind=Kind.REFUND,
    fields={
        "customer": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "issued": Field(TO_QBO, Side.MEDIAOS, on_create=True),
        "memo": Field(BOTH, Side.MEDIAOS, limit=Limit(MEMO)),
        "method": Field(TO_QBO, Side.QBO, once=True),
        "account": Field(TO_QBO, Side.QBO, on_create=True, once=True),
        "lines": Field(
            TO_QBO,
            None,
            on_create=True,
            names=True,
            same=same_lines,
            shown=lines_shown,
            merge=merged_lines,
            yields=yielded_lines,
        ),
        "tax": Field(TO_QBO, Side.MEDIAOS, taken=tax_asked),
        **TAX_FIELDS,
        **DIMENSION_FIELDS,
        "discount": Field(TO_QBO, Side.MEDIAOS),
        "number": Field(TO_MEDIAOS, Side.QBO, mirror=True),
        "currency": SAID_ONCE,
        "rate": Field(TO_QBO, Side.MEDIAOS, same=same_rate),
        "marker": Field(TO_MEDIAOS, Side.QBO, mirror=True, on_create=True),
    },
    born=BOTH,
    day=Day("issued", "issued_at"),
    needs=(Need.CUSTOMER,),
    convert=_convert,
    unsayable=_unsayable,
    untaxable=untaxable,
    scattered=scattered,
    carried=tax_carried,
    # QuickBooks' API voids none (quickbooks-money.md 2.5).
    removals={Side.QBO: Removal.DELETE, Side.MEDIAOS: Removal.DELETE},
    gap=sale_gap,
    parts_gap=sale_parts_gap,
    variance=sale_variance,
    returned=tax_returned,
    unsaid=tax_unsaid,
    reckoned_by=tax_by,
    remembered=REMEMBERED,
    room=tax_within,
    frozen=deposited,
    not_made=_voided,
    same=lambda asked, found: (asked.customer, asked.total) == (found.customer, found.total),
    by_setting=True,
    numbered=True,
    # One space of numbers may hold all kinds (quickbooks-money.md 1), and ids of MediaOS meet.
    number_sign="RF-",
)
