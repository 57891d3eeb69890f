"""An invoice: made in MediaOS, numbered after its id there, sold as items of QuickBooks.

One that is born in QuickBooks, which is made in MediaOS by setting, keeps its own number.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from agents.rules.kinds.days import Day
from agents.rules.kinds.emails import emails_across, emails_left_out
from agents.rules.kinds.merging import merged_lines, same_lines
from agents.rules.kinds.money import (
    invoice_gap,
    invoice_hangs_on,
    invoice_parts_gap,
    invoice_unsayable,
    invoice_unsayable_here,
    invoice_variance,
)
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.policy import (
    AS_MONEY,
    BOTH,
    TO_MEDIAOS,
    TO_QBO,
    Field,
    Limit,
    Need,
    SyncPolicy,
)
from schemas.decision_input import DecisionInput
from schemas.records import Invoice, Line
from schemas.values import Kind, Side

#: Lengths that QBO holds (quickbooks-online.md 7).
MEMO, DESCRIPTION = 1000, 4000


def _convert(invoice: Invoice, to: Side, given: DecisionInput) -> Invoice:
    return replace(
        invoice,
        customer=customer_across(to, given, invoice.customer),
        email=emails_across(to, given, invoice.email),
        lines=tuple(_line(line, _across(to, given)) for line in invoice.lines),
    )


def _across(to: Side, given: DecisionInput) -> Mapping[str, str]:
    """Return items by product, or products by item where that is one."""
    if to is Side.QBO:
        return given.items
    return {item: sources[0] for item, sources in given.sources.items() if len(sources) == 1}


def _line(line: Line, products: Mapping[str, str]) -> Line:
    return replace(
        line,
        product=products.get(line.product or ""),
        description=line.description[:DESCRIPTION],
    )


def _unsayable(invoice: Invoice, to: Side) -> str | None:
    return invoice_unsayable(invoice) if to is Side.QBO else invoice_unsayable_here(invoice)


def _voided(invoice: Invoice, _given: DecisionInput) -> str | None:
    return "it was voided in QuickBooks before it crossed" if invoice.voided else None


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
            Side.MEDIAOS,
            on_create=True,
            names=True,
            same=same_lines,
            merge=merged_lines,
        ),
        "tax": Field(TO_QBO, Side.MEDIAOS),
        "discount": Field(TO_QBO, Side.MEDIAOS),
        "number": Field(TO_MEDIAOS, Side.QBO, mirror=True),
        "marker": Field(TO_MEDIAOS, Side.QBO, mirror=True, on_create=True),
    },
    born=BOTH,
    day=Day("issued", "issued_at"),
    mailed="email",
    needs=(Need.CUSTOMER,),
    convert=_convert,
    left_out=lambda invoice: emails_left_out(invoice.email),
    unsayable=_unsayable,
    hangs_on=invoice_hangs_on,
    removals=AS_MONEY,
    gap=invoice_gap,
    parts_gap=invoice_parts_gap,
    variance=invoice_variance,
    not_made=_voided,
    same=lambda asked, found: (asked.customer, asked.total) == (found.customer, found.total),
    by_setting=True,
    numbered=True,
)
