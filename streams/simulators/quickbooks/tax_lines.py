"""What does a TxnTaxDetail say, once it is known what of a sale each rate falls on?"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.refusals import Fault

ITEM = "SalesItemLineDetail"
NO_TAX = {"TotalTax": Decimal(0)}
#: Rates with their percentage and what of the sale they fall on.
Nets = dict[str, tuple[Decimal, Decimal]]


def detail_of(nets: Nets) -> Record:
    """Return the detail with one line for each rate, on its net sum (quickbooks-money.md 5.3)."""
    lines: list[Record] = [
        {
            "Amount": cents(net * percent / 100),
            "DetailType": "TaxLineDetail",
            "TaxLineDetail": {
                "TaxRateRef": {"value": rate_id},
                "PercentBased": True,
                "TaxPercent": percent,
                "NetAmountTaxable": cents(net),
            },
        }
        for rate_id, (percent, net) in nets.items()
    ]
    total = sum((line["Amount"] for line in lines), Decimal(0))
    return {"TotalTax": cents(total), "TaxLine": lines}


def kept_share(lines: list[Record], discounts: list[Record]) -> Decimal:
    """Return what part of the lines a discount leaves."""
    subtotal = sum((line.get("Amount", Decimal(0)) for line in lines), Decimal(0))
    off = sum((line["Amount"] for line in discounts), Decimal(0))
    return 1 - off / subtotal if subtotal and off else Decimal(1)


def known_code(book: Book, code: str) -> str:
    """Return the id of a tax code. Fault 2500 where there is none."""
    if book.find("TaxCode", code) is None:
        detail = f"Invalid Reference Id : TaxCode element id {code} not found"
        raise Fault("2500", detail, element="TaxCodeRef")
    return code


def day_of(book: Book, draft: Record) -> str:
    """Return the day whose rates count, which is the document's own."""
    return str(draft.get("TxnDate") or pacific_date(book.now()).isoformat())
