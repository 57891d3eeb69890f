"""By which tax codes of QuickBooks does a sale of MediaOS go, and what of one there is taxed?

In the US a line is TAX or NON and nothing else, and a company that reckons by hand puts the whole
sale under one tax; in other countries each line carries a code of its own (quickbooks-money.md 5).
"""

from collections.abc import Iterator
from typing import TypeVar

from msgspec.structs import replace

from agents.rules.kinds.tax_returned import tax_left_over
from agents.rules.mappings.policy import alternatives
from agents.rules.mappings.taxes import UNTAXED, tax_named, tax_reckoned_by
from schemas.company import TaxModel
from schemas.decision_input import DecisionInput
from schemas.records import CreditMemo, Invoice, Line, Refund, Sale
from schemas.tenant_state import TaxBy
from schemas.values import ZERO, MappingKind, Side

S = TypeVar("S", Invoice, CreditMemo, Refund)

TAXED, NOT_TAXED = "TAX", "NON"
#: How QuickBooks calls amounts to which tax is added, and those in which it is.
EXCLUDED, INCLUSIVE = "TaxExcluded", "TaxInclusive"


def taxed_across(sale: S, to: Side, given: DecisionInput) -> S:
    """Return a sale with its taxes in the other side's words."""
    if to is Side.MEDIAOS:
        lines = tuple(
            replace(line, taxable=_is_taxable(line, given), tax="") for line in sale.lines
        )
        return replace(sale, lines=lines, tax_code="", calculation="", after_discount=False)
    if tax_left_over(sale):
        sale = replace(sale, tax=ZERO, total=sale.total - sale.tax)
    by_line = given.company.tax_model is TaxModel.BY_LINE
    headers = () if by_line else header_codes(sale, given)
    return replace(
        sale,
        lines=tuple(_coded(sale, given)),
        tax_code=headers[0] if len(headers) == 1 else "",
        calculation=EXCLUDED if by_line else "",
        after_discount=sale.after_discount and not by_line,
        printed=tax_reckoned_by(given.settings, given.company) is TaxBy.MEDIAOS,
    )


def header_codes(sale: Sale, given: DecisionInput) -> tuple[str, ...]:
    """Return the taxes of QuickBooks that a sale goes under as a whole, where it must say one.

    A company whose tax is automated finds its own, unless it is to keep what MediaOS has printed.
    """
    by_mediaos = tax_reckoned_by(given.settings, given.company) is TaxBy.MEDIAOS
    model = given.company.tax_model
    if model is not TaxModel.MANUAL and not (model is TaxModel.AUTOMATED and by_mediaos):
        return ()
    found = (_code_of(line, given) for line in sale.lines if line.taxable)
    return tuple(dict.fromkeys(code for code in found if code))


def line_codes(sale: Sale, given: DecisionInput) -> tuple[str, ...]:
    """Return the tax code of QuickBooks of each line of a sale of MediaOS."""
    if given.company.tax_model is TaxModel.BY_LINE:
        return tuple(_code_of(line, given) for line in sale.lines)
    # What an earlier release has kept tells of no line: all are taxed, or none.
    untold = bool(sale.tax) and all(line.taxable is None for line in sale.lines)
    return tuple(TAXED if untold or line.taxable else NOT_TAXED for line in sale.lines)


def _coded(sale: Sale, given: DecisionInput) -> Iterator[Line]:
    for line, code in zip(sale.lines, line_codes(sale, given), strict=True):
        yield replace(line, taxable=None, tax=code)


def _code_of(line: Line, given: DecisionInput) -> str:
    named = tax_named(line)
    return (given.target(MappingKind.TAX_CODE, named) if named else None) or ""


def _is_taxable(line: Line, given: DecisionInput) -> bool | None:
    """Tell whether a line of QuickBooks is taxed; None where it shows no code."""
    if not line.tax:
        return None
    sources = given.source(MappingKind.TAX_CODE, line.tax)
    untaxed = bool(sources) and all(alternatives(each)[-1] == UNTAXED for each in sources)
    return line.tax != NOT_TAXED and not untaxed
