"""A credit memo: made in MediaOS, numbered after its id there, of lines that each name an item.

Alone it owes the customer money; what it settles is said by credit applications.
"""

from decimal import Decimal

from agents.rules.kinds.currency import same_rate
from agents.rules.kinds.days import Day
from agents.rules.kinds.dimensions import DIMENSION_FIELDS, scattered
from agents.rules.kinds.emails import emails_left_out
from agents.rules.kinds.merging import lines_shown, merged_lines, same_lines, yielded_lines
from agents.rules.kinds.money import (
    sale_gap,
    sale_parts_gap,
    sale_unsayable,
    sale_unsayable_here,
    sale_variance,
)
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
from agents.rules.kinds.sale import TAX_FIELDS, sale_across
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
from schemas.money_words import money_words
from schemas.records import CreditMemo
from schemas.values import ZERO, Kind, Side

#: What QBO holds of it (quickbooks-online.md 7).
MEMO = 1000


def _unsayable(memo: CreditMemo, to: Side) -> str | None:
    return sale_unsayable(memo) if to is Side.QBO else sale_unsayable_here(memo)


def _voided(memo: CreditMemo, _given: DecisionInput) -> str | None:
    return "it was voided in QuickBooks before it crossed" if memo.voided else None


def _hangs_on(shown: CreditMemo, by_known: Decimal | None) -> str | None:
    rest = shown.total - shown.remaining - (by_known or ZERO)
    to = "invoices or refunds" if by_known is None else "what is not known here"
    return f"{money_words(rest)} of it applied to {to}" if rest > 0 else None


POLICY = SyncPolicy(
    kind=Kind.CREDIT_MEMO,
    fields={
        "customer": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "issued": Field(TO_QBO, Side.MEDIAOS, on_create=True),
        "memo": Field(BOTH, Side.MEDIAOS, limit=Limit(MEMO)),
        "email": Field(BOTH, Side.MEDIAOS),
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
    mailed="email",
    needs=(Need.CUSTOMER,),
    convert=sale_across,
    left_out=lambda memo: emails_left_out(memo.email),
    unsayable=_unsayable,
    untaxable=untaxable,
    scattered=scattered,
    carried=tax_carried,
    hangs_on=_hangs_on,
    # QuickBooks' API voids none (quickbooks-money.md 0).
    removals={Side.QBO: Removal.DELETE, Side.MEDIAOS: Removal.DELETE},
    gap=sale_gap,
    parts_gap=sale_parts_gap,
    variance=sale_variance,
    returned=tax_returned,
    unsaid=tax_unsaid,
    reckoned_by=tax_by,
    remembered=REMEMBERED,
    room=tax_within,
    not_made=_voided,
    same=lambda asked, found: (asked.customer, asked.total) == (found.customer, found.total),
    by_setting=True,
    numbered=True,
    # One space of numbers may hold both (quickbooks-money.md 1), and ids of MediaOS meet.
    number_sign="CM-",
)
