"""By which names may the tax of a line of MediaOS be mapped to a tax code of QuickBooks?

By its product (`product-101`), else by the tax itself: the name that MediaOS gives it, or its rate
(`8.25%`), or that there is one (`taxed`), or none (`untaxed`).
"""

from agents.rules.mappings.policy import OR, alternatives
from schemas.company import Company, TaxModel
from schemas.kinds import KINDS, kind_of
from schemas.records import Line, Record
from schemas.tenant_state import TaxBy, TenantSettings

TAXED, UNTAXED = "taxed", "untaxed"
#: At the end of a rate, by which MediaOS reckons itself.
PERCENT = "%"


def tax_reckoned_by(settings: TenantSettings, company: Company) -> TaxBy:
    """Return whose reckoning of tax counts."""
    if settings.tax is not None:
        return settings.tax
    return TaxBy.MEDIAOS if company.tax_model is TaxModel.BY_LINE else TaxBy.QUICKBOOKS


def tax_named(line: Line) -> str | None:
    """Return by which names the tax of a line of MediaOS may be mapped; None where it says none."""
    if line.taxable is None:
        return line.tax or None
    word = line.tax or (TAXED if line.taxable else UNTAXED)
    return f"product-{line.product}{OR}{word}" if line.product else word


def taxes_named(record: Record) -> tuple[str | None, ...]:
    """Return the taxes that a record names, in QuickBooks' values their codes."""
    named = (tax_named(line) for line in KINDS[kind_of(record)].lines(record))
    return tuple(each for each in named if each)


def tax_needed(source: str, settings: TenantSettings, company: Company) -> bool:
    """Tell whether a tax must be mapped: what says it in QuickBooks is TAX or NON else."""
    model, untaxed = company.tax_model, alternatives(source)[-1] == UNTAXED
    if model is TaxModel.BY_LINE:
        return True
    if untaxed or model not in {TaxModel.MANUAL, TaxModel.AUTOMATED}:
        return False
    by_mediaos = tax_reckoned_by(settings, company) is TaxBy.MEDIAOS
    return model is TaxModel.MANUAL or by_mediaos
