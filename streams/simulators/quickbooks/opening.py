"""What does a company have before anybody has written in its book?

Only what every company has: its own particulars, preferences and three accounts. Items and
customers are made by people or by the API.
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.parts import US_DOLLAR
from streams.simulators.quickbooks.refusals import Fault, stale

#: Names, types and classifications of the accounts that a new company has.
_ACCOUNTS = (
    ("Advertising Income", "Income", "Revenue"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "Asset"),
    ("Undeposited Funds", "Other Current Asset", "Asset"),
    ("Discounts given", "Income", "Revenue"),
)


def open_books(book: Book, company_name: str) -> None:
    """Write a new company's particulars, preferences (2.9) and accounts."""
    book.insert("CompanyInfo", _particulars(company_name), quiet=True)
    book.insert("Preferences", _preferences(), quiet=True)
    for name, kind, classification in _ACCOUNTS:
        account = {"Name": name, "FullyQualifiedName": name, "Active": True, "SubAccount": False}
        account |= {"AccountType": kind, "Classification": classification}
        book.insert("Account", account | {"CurrencyRef": US_DOLLAR}, quiet=True)


def change_preferences(book: Book, body: Record, other_user: str) -> Record:
    """Change sections of the preferences, each named property by itself. Faults 2010, 5010."""
    old = book.all("Preferences")[0]
    if str(body.get("SyncToken")) != old["SyncToken"]:
        raise stale(other_user)
    draft = dict(old)
    for section, changes in body.items():
        if section in ("Id", "SyncToken", "sparse", "domain", "MetaData"):
            continue
        if section not in old or not isinstance(changes, dict):
            raise Fault("2010", f'Property Name:Unrecognized field "{section}" (class Preferences)')
        draft[section] = {**old[section], **changes}
    return book.replace("Preferences", old, draft)


def _particulars(company_name: str) -> Record:
    return {
        "CompanyName": company_name,
        "LegalName": company_name,
        "CompanyAddr": {"Id": "1", "Line1": "123 Sierra Way", "City": "San Pablo"},
        "Country": "US",
        "FiscalYearStartMonth": "January",
        "SupportedLanguages": "en",
        "NameValue": [{"Name": "NeoEnabled", "Value": "true"}],
    }


def _preferences() -> Record:
    return {
        "AccountingInfoPrefs": {
            "TrackDepartments": False,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": False,
            "CustomerTerminology": "Customers",
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "AllowDeposit": False,
            "AllowDiscount": True,
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
            "DefaultTerms": {"value": "3"},
        },
        "TaxPrefs": {"UsingSalesTax": False, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "OtherPrefs": {"NameValue": [{"Name": "SalesFormsPrefs.DefaultCustomerMessage"}]},
    }
