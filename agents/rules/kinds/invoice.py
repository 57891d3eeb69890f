"""An invoice: made in MediaOS, numbered after its id there, sold as items of QuickBooks."""

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
from schemas.facts import DecisionInput
from schemas.records import Invoice, Line
from schemas.values import Kind, Side

#: Lengths that QBO holds (quickbooks-online.md 7).
MEMO, DESCRIPTION = 1000, 4000


def _convert(invoice: Invoice, to: Side, given: DecisionInput) -> Invoice:
    return replace(
        invoice,
        customer=customer_across(to, given, invoice.customer),
        email=emails_across(to, given, invoice.email),
        lines=tuple(_line(line, given.items) for line in invoice.lines)
        if to is Side.QBO
        else invoice.lines,
    )


def _line(line: Line, items: Mapping[str, str]) -> Line:
    return replace(
        line,
        product=items.get(line.product or ""),
        description=line.description[:DESCRIPTION],
    )


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
    born=frozenset({Side.MEDIAOS}),
    day=Day("issued", "issued_at"),
    mailed="email",
    needs=(Need.CUSTOMER,),
    convert=_convert,
    left_out=lambda invoice: emails_left_out(invoice.email),
    unsayable=invoice_unsayable,
    hangs_on=invoice_hangs_on,
    removals=AS_MONEY,
    gap=invoice_gap,
    parts_gap=invoice_parts_gap,
    variance=invoice_variance,
    same=lambda asked, found: (asked.customer, asked.total) == (found.customer, found.total),
    numbered=True,
)
