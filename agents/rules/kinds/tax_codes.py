"""By which tax code of QuickBooks does a line of a sale go, and is it taxed in MediaOS?

In the US a line is TAX or NON and nothing else (quickbooks-money.md 5.2).
"""

from schemas.records import Line, Sale

TAXED, NOT_TAXED = "TAX", "NON"


def codes_across(sale: Sale) -> tuple[str, ...]:
    """Return the tax code of QuickBooks for each line of a sale of MediaOS.

    Where it has a tax and no line is ticked, nobody has told which: all of them are taxed.
    """
    untold = bool(sale.tax) and not any(line.taxable for line in sale.lines)
    return tuple(TAXED if untold or line.taxable else NOT_TAXED for line in sale.lines)


def taxable_across(line: Line) -> bool | None:
    """Tell whether a line of QuickBooks is taxed; None where it shows no code."""
    return line.tax != NOT_TAXED if line.tax else None
