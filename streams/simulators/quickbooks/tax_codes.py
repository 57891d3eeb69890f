"""Which tax codes, rates and agencies does a company have?

A company in the US also shows three pseudo codes, always first and beyond what a page holds, with
ids that are words and without the properties of a record (quickbooks-money.md 0).
"""

from decimal import Decimal
from typing import Literal

from streams.simulators.quickbooks.amounts import exact
from streams.simulators.quickbooks.book import Book, Record

#: How a company reckons sales tax (quickbooks-money.md 5.1).
TaxModel = Literal["off", "automated", "manual", "per_line"]

#: Kinds that are read, and made by people or the tax service alone.
KINDS = ("TaxCode", "TaxRate")
_STAMP = {"CreateTime": "2012-05-10T00:15:18-07:00", "LastUpdatedTime": "2012-05-10T00:15:18-07:00"}
_PSEUDO = (("TAX", True, False), ("NON", False, False), ("CustomSalesTax", True, True))
#: Highest rate in percent.
_MOST = 100
#: Codes of a company whose lines each carry one, by the percentages of their rates.
_PER_LINE = {
    "GST": {"GST": "5"},
    "HST ON": {"HST (ON)": "13"},
    "GST/PST BC": {"GST": "5", "PST (BC)": "7"},
    "Zero-rated": {"Zero-rated": "0"},
}
_US_NAME, _US_RATE = "California", "8.25"
_AGENCIES = {"US": "California Department of Tax and Fee Administration", "CA": "Receiver General"}


def tax_model(book: Book) -> TaxModel:
    """Return how the company reckons sales tax, by its preferences and its country."""
    preferences = book.all("Preferences")[0]["TaxPrefs"]
    if not preferences["UsingSalesTax"]:
        return "off"
    if book.all("CompanyInfo")[0]["Country"] != "US":
        return "per_line"
    return "automated" if preferences.get("PartnerTaxEnabled") else "manual"


def pseudo_codes(book: Book) -> list[Record]:
    """Return the codes that every US company shows and none can change."""
    if tax_model(book) == "per_line":
        return []
    return [
        {
            "Id": name,
            "MetaData": _STAMP,
            "Name": name,
            "Description": name,
            "Taxable": taxable,
            "TaxGroup": group,
        }
        for name, taxable, group in _PSEUDO
    ]


def rates_of(book: Book, code_id: str, on: str) -> list[tuple[Record, Decimal]]:
    """Return a code's rates and the percentages in force on a day, none for a code of no tax."""
    code = book.find("TaxCode", code_id) or {}
    details = code.get("SalesTaxRateList", {}).get("TaxRateDetail", ())
    rates = [book.get("TaxRate", detail["TaxRateRef"]["value"]) for detail in details]
    return [(rate, _percentage(rate, on)) for rate in rates]


def company_code(book: Book) -> str:
    """Return the id of the code that automated tax puts on every sale."""
    return next(str(code["Id"]) for code in book.all("TaxCode") if code["Name"] == _US_NAME)


def set_sales_tax(book: Book, model: TaxModel, rate: str | None) -> Record:
    """Let the company reckon tax so; `rate` is the US rate, in a per-line company that of GST.

    ValueError for a rate that is no percentage.
    """
    if rate is not None and not 0 <= exact(rate) <= _MOST:
        raise ValueError(f"rate is {rate}; it must be a percentage from 0 to {_MOST}")
    country = "CA" if model == "per_line" else "US"
    info = book.all("CompanyInfo")[0]
    book.replace("CompanyInfo", info, {**info, "Country": country}, quiet=True)
    if model != "off":
        codes = _PER_LINE if model == "per_line" else {_US_NAME: {_US_NAME: _US_RATE}}
        for name, rates in codes.items():
            changed = {
                one: rate if rate and one in ("GST", _US_NAME) else rates[one] for one in rates
            }
            _set_code(book, name, changed, country)
    old = book.all("Preferences")[0]
    taxes = {"UsingSalesTax": model != "off"}
    if model in ("off", "automated"):
        # Absent in a company that reckons by hand or by line (quickbooks-money.md 5.1).
        taxes["PartnerTaxEnabled"] = model == "automated"
    return book.replace("Preferences", old, {**old, "TaxPrefs": taxes})


def _percentage(rate: Record, on: str) -> Decimal:
    for one in rate["EffectiveTaxRate"]:
        if one["EffectiveDate"][:10] <= on <= one.get("EndDate", "9999")[:10]:
            return Decimal(one["RateValue"])
    return Decimal(0)


def insert_code(book: Book, name: str, rates: list[Record]) -> Record:
    """Store a new code with the references of its rates."""
    if not book.all("TaxCode"):
        # The recorded customers' default code is "2" (7).
        book.take_number("TaxCode")
    details = [
        {"TaxRateRef": ref, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0} for ref in rates
    ]
    code = {"Name": name, "Description": name, "Active": True, "Hidden": False, "Taxable": True}
    code |= {"TaxGroup": True, "SalesTaxRateList": {"TaxRateDetail": details}}
    code |= {"PurchaseTaxRateList": {"TaxRateDetail": []}, "TaxCodeConfigType": "USER_DEFINED"}
    return book.insert("TaxCode", code, quiet=True)


def insert_rate(book: Book, name: str, value: Decimal, agency: str) -> Record:
    """Store a new rate in percent, that of an agency by id."""
    return book.insert("TaxRate", _rate(name, value, agency), quiet=True)


def _rate(name: str, value: Decimal, agency: str) -> Record:
    effective = {"RateValue": value, "EffectiveDate": "2000-01-01T00:00:00-08:00"}
    rate = {"Name": name, "Description": name, "Active": True, "RateValue": value}
    rate |= {"AgencyRef": {"value": agency}, "SpecialTaxType": "NONE"}
    return rate | {"DisplayType": "ReadOnly", "EffectiveTaxRate": [effective]}


def _set_code(book: Book, name: str, rates: dict[str, str], country: str) -> None:
    refs = [_set_rate(book, one, Decimal(value), country) for one, value in rates.items()]
    if not any(code["Name"] == name for code in book.all("TaxCode")):
        insert_code(book, name, refs)


def _set_rate(book: Book, name: str, value: Decimal, country: str) -> Record:
    agency = _agency(book, _AGENCIES[country])
    old = next((one for one in book.all("TaxRate") if one["Name"] == name), None)
    if old is None:
        stored = insert_rate(book, name, value, agency)
    else:
        stored = book.replace("TaxRate", old, _rate(name, value, agency))
    return {"value": stored["Id"], "name": name}


def _agency(book: Book, name: str) -> str:
    found = next((one for one in book.all("TaxAgency") if one["DisplayName"] == name), None)
    if found is None:
        tracked = {"TaxTrackedOnSales": True, "TaxTrackedOnPurchases": False}
        found = book.insert("TaxAgency", {"DisplayName": name, **tracked}, quiet=True)
    return str(found["Id"])
