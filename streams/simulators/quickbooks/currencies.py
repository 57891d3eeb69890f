"""In which currency is a record, and what is it worth in the company's own?

A person turns several currencies on, once and for all. A customer has one currency from its making,
and a document that of its customer; amounts are the document's, and a rate that is left out is 1
(quickbooks-money.md 6). The texts of the refusals are invented: none was recorded.
"""

import re
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault, business, missing

#: What QBO calls a currency; another one is called by its code (invented).
_NAMES = {
    "CAD": "Canadian Dollar",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "JPY": "Japanese Yen",
    "USD": "United States Dollar",
}
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)
#: What is made in the currency of its customer, and shows what it is worth at home.
_SALES = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate")
_OF_CUSTOMERS = (*_SALES, "Payment")


def currency_named(code: str) -> Record:
    """Return a currency as a record refers to it."""
    return {"value": code, "name": _NAMES.get(code, code)}


def home_currency(book: Book) -> Record:
    """Return the company's own currency."""
    return currency_named(str(_preferences(book)["HomeCurrency"]["value"]))


def keeps_several(book: Book) -> bool:
    """Say whether somebody has turned several currencies on."""
    return bool(_preferences(book)["MultiCurrencyEnabled"])


def set_several(book: Book, *, several: bool) -> Record:
    """Turn several currencies on. Fault 6000 for turning them off again."""
    if keeps_several(book) and not several:
        raise business("Multicurrency cannot be turned off once it is on.")
    old = book.all("Preferences")[0]
    draft = {**old, "CurrencyPrefs": {**old["CurrencyPrefs"], "MultiCurrencyEnabled": several}}
    return book.replace("Preferences", old, draft)


def keep_currency(book: Book, draft: Record, old: Record | None) -> None:
    """Set the currency of a name: for good (7); one not in the list is added. Faults 2220, 6000."""
    if old:
        # A change is ignored like any read-only property.
        draft["CurrencyRef"] = old["CurrencyRef"]
        return
    code = _asked(book, draft) or home_currency(book)["value"]
    if code not in _listed(book):
        book.insert("CompanyCurrency", _entry(code), quiet=True)
    draft["CurrencyRef"] = currency_named(code)


def currency_said(book: Book, draft: Record) -> Record:
    """Return the currency that a draft names, or that of home. Faults 2220, 6000."""
    return currency_named(_asked(book, draft) or home_currency(book)["value"])


def set_currency(book: Book, draft: Record) -> None:
    """Set the currency and the rate of a document by its customer. Faults 2220 and 6000."""
    customer = book.find("Customer", str((draft.get("CustomerRef") or {}).get("value")))
    own = customer["CurrencyRef"] if customer else home_currency(book)
    asked = _asked(book, draft)
    if asked and asked != own["value"]:
        raise business(f"The transaction is in {asked} and its customer in {own['value']}.")
    draft["CurrencyRef"] = own
    if keeps_several(book):
        _set_rate(book, draft)


def value_at_home(draft: Record) -> Record:
    """Return a sale with what it and its balance are worth at home, where it has a rate."""
    if "HomeTotalAmt" not in draft:
        return draft
    rate = draft["ExchangeRate"]
    worth = {"HomeTotalAmt": cents(draft["TotalAmt"] * rate)}
    if "Balance" in draft:
        worth["HomeBalance"] = cents(draft["Balance"] * rate)
    return {**draft, **worth}


def valued_sale(book: Book, draft: Record) -> Record:
    """Return a sale that shows what it is worth at home, in a company of several currencies."""
    if not keeps_several(book):
        return draft
    return value_at_home({**draft, "HomeTotalAmt": Decimal(0)})


def check_currency_said(book: Book, kind: str, body: Record) -> None:
    """Fault 2020 for a document that names no currency where there are several, by switch."""
    if kind not in _OF_CUSTOMERS or not keeps_several(book):
        return
    if book.settings().missing_currency == "refused" and not body.get("CurrencyRef"):
        raise missing("CurrencyRef")


def _set_rate(book: Book, draft: Record) -> None:
    rate = draft.get("ExchangeRate")
    if rate is not None and rate <= 0:
        raise Fault("2090", f"Invalid Number : {rate}", element="ExchangeRate")
    at_home = draft["CurrencyRef"] == home_currency(book)
    draft["ExchangeRate"] = Decimal(1) if at_home or rate is None else rate


def _asked(book: Book, draft: Record) -> str | None:
    """Return the code that a body names. Fault 2220 for none, 6000 where there is only one."""
    code = (draft.get("CurrencyRef") or {}).get("value")
    if code is None:
        return None
    if not _CODE.fullmatch(str(code)):
        raise Fault("2220", f"Invalid Currency : {code}", element="CurrencyRef")
    if code != home_currency(book)["value"] and not keeps_several(book):
        raise business("Multi Currency should be enabled to perform this operation.")
    return str(code)


def _listed(book: Book) -> set[str]:
    return {home_currency(book)["value"], *(one["Code"] for one in book.all("CompanyCurrency"))}


def _entry(code: str) -> Record:
    return {"Code": code, "Name": currency_named(code)["name"], "Active": True}


def _preferences(book: Book) -> Record:
    preferences: Record = book.all("Preferences")[0]["CurrencyPrefs"]
    return preferences
