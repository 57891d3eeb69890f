"""How does a company in the US tax a sale?

A line is TAX or NON, and nothing else (quickbooks-money.md 5.2). The rate comes from the company's
own code where tax is automated, whatever code is sent, and else from the header's.
"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault, business
from streams.simulators.quickbooks.tax_codes import rates_of, tax_model
from streams.simulators.quickbooks.tax_lines import (
    ITEM,
    NO_TAX,
    day_of,
    detail_of,
    kept_share,
    known_code,
)

_US_CODES = "Invalid Line TaxCode : For US, specify TAX or NON"


def code_lines(book: Book, draft: Record, sold: list[Record]) -> None:
    """Say TAX or NON on every line. Fault 6100, and 6000 for GlobalTaxCalculation by switch."""
    if draft.pop("GlobalTaxCalculation", None) and book.settings().us_global_tax == "refused":
        raise business("GlobalTaxCalculation is not supported in this region.")
    for line in sold:
        line[ITEM]["TaxCodeRef"] = {"value": _code(book, draft, line[ITEM])}


def header_code(book: Book, sent: Record) -> str | None:
    """Return the tax group that a sale is put under. Faults 2500, 6160."""
    code = (sent.get("TxnTaxCodeRef") or {}).get("value")
    if code in ("TAX", "NON", "CustomSalesTax"):
        raise Fault("6160", f"Invalid TaxCode : {code} is no tax group", element="TxnTaxCodeRef")
    return None if code is None else known_code(book, str(code))


def taxed_base(draft: Record, lines: list[Record], discounts: list[Record]) -> Decimal:
    """Return what tax falls on: before the discount unless ApplyTaxAfterDiscount (5.4)."""
    base = sum((line["Amount"] for line in lines if _is_taxed(line)), Decimal(0))
    after = draft.get("ApplyTaxAfterDiscount") is True
    return cents(base * kept_share(lines, discounts)) if after else cents(base)


def tax_of(book: Book, draft: Record, base: Decimal, sent: Record, header: str | None) -> Record:
    """Return the TxnTaxDetail; an override is kept only beside a code (0)."""
    if header is None or not base or _is_exempt(book, draft):
        return NO_TAX
    rates = rates_of(book, header, day_of(book, draft))
    detail = detail_of({rate["Id"]: (percent, base) for rate, percent in rates})
    shown = {"TxnTaxCodeRef": {"value": header}}
    if not _overrides(book, sent):
        return shown | detail
    total = cents(sent["TotalTax"])
    own = sent.get("TaxLine") or [{**line, "Amount": total} for line in detail["TaxLine"][:1]]
    marked = {"TaxReviewStatus": "AST_TAX_OVERRIDE"} if tax_model(book) == "automated" else {}
    return shown | {"TotalTax": total, "TaxLine": own, **marked}


def _code(book: Book, draft: Record, detail: Record) -> str:
    code = (detail.get("TaxCodeRef") or {}).get("value")
    if code in ("TAX", "NON"):
        return str(code)
    if code is not None:
        raise Fault("6100", _US_CODES, element="TaxCodeRef")
    match book.settings().missing_tax_code:
        case "by_preference":
            taxed = tax_model(book) != "off"
        case "by_item":
            item = book.find("Item", str((detail.get("ItemRef") or {}).get("value"))) or {}
            taxed = item.get("Taxable") is True
        case "by_header":
            taxed = (draft.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef") is not None
        case always:
            return always
    return "TAX" if taxed else "NON"


def _overrides(book: Book, sent: Record) -> bool:
    given = sent.get("TotalTax") is not None and sent.get("TxnTaxCodeRef")
    automatic = sent.get("UseAutomatedSalesTax") is True
    return bool(given) and not automatic and book.settings().tax_override == "with_code"


def _is_taxed(line: Record) -> bool:
    return bool(line.get(ITEM, {}).get("TaxCodeRef", {}).get("value") == "TAX")


def _is_exempt(book: Book, draft: Record) -> bool:
    customer = book.find("Customer", str((draft.get("CustomerRef") or {}).get("value"))) or {}
    return customer.get("Taxable") is False
