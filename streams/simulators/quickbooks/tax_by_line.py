"""How is a sale taxed where every line carries a code of its own, as in Canada?

Tax falls rate by rate on the net sum; of amounts that include it the pre-tax part is rounded line
by line, so the sum may be a cent off another's reckoning (quickbooks-money.md 5.3).
"""

from decimal import Decimal
from typing import Any

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault, business
from streams.simulators.quickbooks.tax_codes import rates_of
from streams.simulators.quickbooks.tax_lines import (
    ITEM,
    NO_TAX,
    Nets,
    day_of,
    detail_of,
    kept_share,
    known_code,
)

_NO_CODE = "Make sure all your transactions have a GST/HST rate before you save."
_NOT_APPLICABLE = "Tax detail is not allowed where GlobalTaxCalculation is NotApplicable"


def code_lines(book: Book, draft: Record, sold: list[Record]) -> None:
    """Check every line's code and leave its pre-tax amount. Faults 2170, 2500, 6000, 6100, 6170."""
    how = draft.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if how not in ("TaxExcluded", "TaxInclusive", "NotApplicable"):
        raise Fault("2170", f"Invalid Enumeration : {how}", element="GlobalTaxCalculation")
    if how == "NotApplicable":
        if (draft.get("TxnTaxDetail") or {}).get("TaxLine"):
            raise Fault("6170", _NOT_APPLICABLE)
        return
    for line in sold:
        _check_code(book, line[ITEM].get("TaxCodeRef"))
        if how == "TaxInclusive":
            _take_tax_out(line, sum((share for _, share in _rates(book, draft, line)), Decimal(0)))


def tax_of(
    book: Book, draft: Record, lines: list[Record], discounts: list[Record], sent: Record
) -> Record:
    """Return the TxnTaxDetail; an override is kept where it names every rate (5.3)."""
    how = draft["GlobalTaxCalculation"]
    if how == "NotApplicable":
        return NO_TAX
    kept = kept_share(lines, discounts)
    nets = _nets(book, draft, lines, kept)
    own = sent.get("TaxLine") or []
    named = {str(_rate_ref(line).get("value")) for line in own}
    if sent.get("TotalTax") is not None and own and named >= nets.keys():
        return {"TotalTax": cents(sent["TotalTax"]), "TaxLine": own}
    worked_out = detail_of(nets)
    if how == "TaxInclusive":
        worked_out["TotalTax"] = cents(sum(map(_included, lines), Decimal(0)) * kept)
    return worked_out


def _nets(book: Book, draft: Record, lines: list[Record], kept: Decimal) -> Nets:
    nets: Nets = {}
    for line in lines:
        for rate_id, percent in _rates(book, draft, line):
            before = nets.get(rate_id, (percent, Decimal(0)))[1]
            nets[rate_id] = (percent, before + line["Amount"] * kept)
    return nets


def _take_tax_out(line: Record, percent: Decimal) -> None:
    detail = line[ITEM]
    # Zero is python-quickbooks' way of saying that none is given (7.2).
    gross = cents(detail.get("TaxInclusiveAmt") or line["Amount"])
    detail["TaxInclusiveAmt"] = gross
    line["Amount"] = cents(gross / (1 + percent / 100))


def _included(line: Record) -> Decimal:
    gross = line.get(ITEM, {}).get("TaxInclusiveAmt")
    return Decimal(0) if gross is None else gross - line["Amount"]


def _rates(book: Book, draft: Record, line: Record) -> list[tuple[str, Decimal]]:
    code = (line.get(ITEM, {}).get("TaxCodeRef") or {}).get("value")
    rates = rates_of(book, str(code), day_of(book, draft)) if code else []
    return [(rate["Id"], percent) for rate, percent in rates]


def _rate_ref(line: Record) -> Any:
    return (line.get("TaxLineDetail") or {}).get("TaxRateRef") or {}


def _check_code(book: Book, ref: Any) -> None:
    code = (ref or {}).get("value")
    if code is None:
        raise business(_NO_CODE)
    if code in ("TAX", "NON"):
        raise Fault("6100", f"Invalid Line TaxCode : {code}", element="TaxCodeRef")
    known_code(book, str(code))
