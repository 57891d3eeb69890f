"""How does the API make agencies and codes of tax?

A code is made with its rates in one call and answered without an envelope; neither is changed or
deleted afterwards (quickbooks-money.md 5.3).
"""

from decimal import Decimal
from typing import Any

from streams.simulators.quickbooks.amounts import exact
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault, duplicate_name, missing
from streams.simulators.quickbooks.tax_codes import insert_code, insert_rate


def complete_agency(book: Book, _kind: str, draft: Record, old: Record | None) -> Record:
    """Complete an agency of tax. Fault 6240."""
    for other in book.all("TaxAgency"):
        taken = other["DisplayName"].casefold() == draft["DisplayName"].casefold()
        if taken and other["Id"] != (old or {}).get("Id"):
            raise duplicate_name("tax agency")
    draft.setdefault("TaxTrackedOnSales", True)
    draft.setdefault("TaxTrackedOnPurchases", False)
    return draft


def create_code(book: Book, body: Record) -> Record:
    """Make a code of tax, and those of its rates that are new. Faults 2020, 2090, 2500, 6240."""
    name, details = body.get("TaxCode"), body.get("TaxRateDetails")
    if not isinstance(name, str) or not name:
        raise missing("TaxCode")
    if not isinstance(details, list) or not details:
        raise missing("TaxRateDetails")
    if any(name.casefold() == code["Name"].casefold() for code in book.all("TaxCode")):
        raise duplicate_name("tax code")
    # All are looked at before the first of them is made.
    checked = [_checked(book, detail) for detail in details]
    rates = [one if "Id" in one else insert_rate(book, **one) for one in checked]
    code = insert_code(book, name, [{"value": one["Id"], "name": one["Name"]} for one in rates])
    answered = [_answered(rate) for rate in rates]
    return {"TaxCode": name, "TaxCodeId": code["Id"], "TaxRateDetails": answered}


def _checked(book: Book, detail: Any) -> Record:
    """Return a rate that is there, or what a new one is made of."""
    if not isinstance(detail, dict):
        raise missing("TaxRateDetails")
    if detail.get("TaxRateId") not in (None, ""):
        return _found(book, "TaxRate", str(detail["TaxRateId"]))
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if detail.get(name) in (None, ""):
            raise missing(name)
    called = str(detail["TaxRateName"])
    if any(called.casefold() == rate["Name"].casefold() for rate in book.all("TaxRate")):
        raise duplicate_name("tax rate")
    agency = _found(book, "TaxAgency", str(detail["TaxAgencyId"]))
    return {"name": called, "value": _percentage(detail["RateValue"]), "agency": agency["Id"]}


def _percentage(value: Any) -> Decimal:
    try:
        percent = exact(value)
    except (TypeError, ValueError) as reason:
        raise Fault(
            "2090", f"Invalid value for RateValue : {value}", element="RateValue"
        ) from reason
    if not 0 <= percent <= Decimal(100):
        raise Fault("2090", f"Invalid value for RateValue : {value}", element="RateValue")
    return percent


def _found(book: Book, kind: str, record_id: str) -> Record:
    record = book.find(kind, record_id)
    if record is None:
        raise Fault("2500", f"Invalid Reference Id : {kind} element id {record_id} not found")
    return record


def _answered(rate: Record) -> Record:
    return {
        "TaxRateName": rate["Name"],
        "TaxRateId": rate["Id"],
        "RateValue": rate["RateValue"],
        "TaxAgencyId": rate["AgencyRef"]["value"],
        "TaxApplicableOn": "Sales",
    }
