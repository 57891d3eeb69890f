"""What should somebody know of a company's sales tax before a tenant goes live?"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agents.rules.mappings.taxes import TAXED, UNTAXED, tax_needed, tax_reckoned_by
from agents.rules.tenant.company import TAX_TOLD
from schemas.company import Company, TaxModel
from schemas.tenant_state import TaxBy, TenantSettings


class Told(NamedTuple):
    """One thing about it, in words."""

    name: str
    what: str
    why: str
    remedy: str


def taxes_told(settings: TenantSettings, company: Company, mapped: Sequence[str]) -> Iterator[Told]:
    """Yield how tax crosses, as company and setting stand; `mapped` are the taxes that are."""
    if company.tax_model in {TaxModel.UNKNOWN, TaxModel.OFF}:
        return
    yield _setting(settings, company)
    lacking = [
        word
        for word in (TAXED, UNTAXED)
        if tax_needed(word, settings, company) and not _is_mapped(word, mapped)
    ]
    if lacking:
        yield Told(
            name="unmapped-taxes",
            what=f"no tax code of QuickBooks is mapped for what is {' or '.join(lacking)}",
            why="an invoice with such a line waits until its tax is mapped",
            remedy="isthmus map tax-codes add, by the rate (8.25%), taxed or untaxed",
        )


def _setting(settings: TenantSettings, company: Company) -> Told:
    by = tax_reckoned_by(settings, company)
    if by is TaxBy.QUICKBOOKS:
        told = "what it works out returns to MediaOS where that has no tax of its own; else a "
        told += "difference of more than a cent parks the invoice"
    else:
        told = "a tax that MediaOS has printed must come back equal; else the invoice parks"
    return Told(
        name="tax-form",
        what=f"of QuickBooks: {TAX_TOLD[company.tax_model]}; the tax of {by.called} counts",
        why=told,
        remedy="isthmus settings set --tax, and compare the tax of the first invoices",
    )


def _is_mapped(word: str, mapped: Sequence[str]) -> bool:
    """Tell whether a word is mapped; any rate, name or product may stand for what is taxed."""
    return word in mapped or (word == TAXED and any(each != UNTAXED for each in mapped))
