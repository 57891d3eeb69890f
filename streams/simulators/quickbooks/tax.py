"""What sales tax does a sale bear, whatever total of it a client sends?

Tax follows from the codes of the lines, rate by rate on the net sum and not line by line; a bare
TotalTax is ignored (quickbooks-money.md 5). A company without sales tax stores none of it (5.1).
"""

from streams.simulators.quickbooks import tax_by_line, tax_us
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.tax_codes import company_code, tax_model
from streams.simulators.quickbooks.tax_lines import ITEM, NO_TAX


def code_lines(book: Book, draft: Record, lines: list[Record]) -> None:
    """Give every item line its tax code, and take tax out of amounts that include it.

    Faults 2170, 2500, 6000, 6100 and 6170 (quickbooks-money.md 5.2, 5.3).
    """
    sold = [line for line in lines if line.get("DetailType") == ITEM]
    reckons = tax_by_line if tax_model(book) == "per_line" else tax_us
    reckons.code_lines(book, draft, sold)


def tax_of(
    book: Book, draft: Record, lines: list[Record], discounts: list[Record], sent: Record
) -> Record:
    """Return the TxnTaxDetail of a sale whose lines bear their codes. Faults 2500 and 6160."""
    match tax_model(book):
        case "off":
            return NO_TAX
        case "per_line":
            return tax_by_line.tax_of(book, draft, lines, discounts, sent)
        case model:
            header = company_code(book) if model == "automated" else tax_us.header_code(book, sent)
            base = tax_us.taxed_base(draft, lines, discounts)
            return tax_us.tax_of(book, draft, base, sent, header)
