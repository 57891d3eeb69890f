"""An invoice: made in MediaOS, numbered after its id there, sold as items of QuickBooks.

One that is born in QuickBooks, which is made in MediaOS by setting, keeps its own number.
"""

from msgspec.structs import replace

from agents.rules.kinds.currency import same_rate
from agents.rules.kinds.days import Day
from agents.rules.kinds.dimensions import DIMENSION_FIELDS, scattered
from agents.rules.kinds.emails import emails_left_out
from agents.rules.kinds.merging import lines_shown, merged_lines, same_lines, yielded_lines
from agents.rules.kinds.money import (
    invoice_hangs_on,
    sale_gap,
    sale_parts_gap,
    sale_unsayable,
    sale_unsayable_here,
    sale_variance,
)
from agents.rules.kinds.policy import (
    AS_MONEY,
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
from schemas.decision_input import DecisionInput
from schemas.records import Invoice
from schemas.values import Kind, MappingKind, Side

#: What QBO holds of it (quickbooks-online.md 7).
MEMO = 1000


def _convert(invoice: Invoice, to: Side, given: DecisionInput) -> Invoice:
    # MediaOS takes no word for a term.
    term = given.target(MappingKind.TERM, invoice.term) if to is Side.QBO and invoice.term else None
    return replace(sale_across(invoice, to, given), term=term or "")


def _unsayable(invoice: Invoice, to: Side) -> str | None:
    return sale_unsayable(invoice) if to is Side.QBO else sale_unsayable_here(invoice)


def _voided(invoice: Invoice, _given: DecisionInput) -> str | None:
    return "it was voided in QuickBooks before it crossed" if invoice.voided else None


def _comes_to_nothing(invoice: Invoice, given: DecisionInput) -> str | None:
    """Return that an invoice asks for nothing, where those are not to be sent."""
    if invoice.total or not given.settings.skip_zero_invoices:
        return None
    return "its total is zero, and such invoices are set not to be sent"


POLICY = SyncPolicy(
    kind=Kind.INVOICE,
    fields={
        "customer": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "issued": Field(TO_QBO, Side.MEDIAOS, on_create=True),
        "due": Field(BOTH, Side.QBO),
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
        "term": Field(TO_QBO, Side.QBO, once=True),
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
    convert=_convert,
    left_out=lambda invoice: emails_left_out(invoice.email),
    unsayable=_unsayable,
    untaxable=untaxable,
    scattered=scattered,
    carried=tax_carried,
    hangs_on=invoice_hangs_on,
    removals=AS_MONEY,
    gap=sale_gap,
    parts_gap=sale_parts_gap,
    variance=sale_variance,
    returned=tax_returned,
    unsaid=tax_unsaid,
    reckoned_by=tax_by,
    remembered=REMEMBERED,
    room=tax_within,
    not_made=_voided,
    not_sent=_comes_to_nothing,
    same=lambda asked, found: (asked.customer, asked.total) == (found.customer, found.total),
    by_setting=True,
    numbered=True,
)
