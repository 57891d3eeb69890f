"""What does a company have before anybody has written in its book?

Only what every company has: its own particulars, preferences and lists. Items and customers are
made by people or by the API.
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.first_lists import open_lists
from streams.simulators.quickbooks.refusals import Fault, stale

#: Preferences that the API shows, and ignores when they are sent (quickbooks-money.md 1, 5.1, 7).
_BY_PEOPLE = frozenset(
    {
        *("AutoApplyCredit", "AutoApplyPayments", "BookCloseDate", "UsingSalesTax"),
        *("PartnerTaxEnabled", "MultiCurrencyEnabled", "HomeCurrency"),
        *("ETransactionPaymentEnabled", "ETransactionEnabledStatus"),
    }
)


def open_books(book: Book, company_name: str) -> None:
    """Write a new company's particulars, preferences (2.9) and lists."""
    book.insert("CompanyInfo", _particulars(company_name), quiet=True)
    book.insert("Preferences", _preferences(), quiet=True)
    open_lists(book)


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
        kept = {name: value for name, value in changes.items() if name not in _BY_PEOPLE}
        draft[section] = {**old[section], **kept}
    return book.replace("Preferences", old, draft)


def _particulars(company_name: str) -> Record:
    return {
        "CompanyName": company_name,
        "LegalName": company_name,
        "CompanyAddr": {"Id": "1", "Line1": "123 Sierra Way", "City": "San Pablo"},
        "Country": "US",
        "FiscalYearStartMonth": "January",
        "SupportedLanguages": "en",
        # In Intuit's schema; many a company shows none.
        "DefaultTimeZone": "America/Los_Angeles",
        "NameValue": [{"Name": "NeoEnabled", "Value": "true"}],
    }


def _preferences() -> Record:
    return {
        "AccountingInfoPrefs": {
            "TrackDepartments": False,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": False,
            "CustomerTerminology": "Customers",
            "DepartmentTerminology": "Location",
            "FirstMonthOfFiscalYear": "January",
            "TaxYearMonth": "January",
            "UseAccountNumbers": False,
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
        },
        "VendorAndPurchasesPrefs": {"TrackingByCustomer": True, "BillableExpenseTracking": True},
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": True,
            "ShowBillRateToAll": False,
            "WorkWeekStartDate": "Monday",
            "MarkTimeEntriesBillable": True,
        },
        "EmailMessagesPrefs": {
            f"{form}Message": {
                "Subject": f"{form} from us",
                "Message": "Please see the attachment.",
            }
            for form in ("Invoice", "Estimate", "SalesReceipt", "Statement")
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "AllowDeposit": False,
            "AllowDiscount": True,
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
            "ETransactionPaymentEnabled": False,
            "ETransactionEnabledStatus": "NotApplicable",
            "DefaultTerms": {"value": "3"},
        },
        "TaxPrefs": {"UsingSalesTax": False, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "OtherPrefs": {"NameValue": [{"Name": "SalesFormsPrefs.DefaultCustomerMessage"}]},
    }
