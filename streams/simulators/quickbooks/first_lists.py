"""Which lists does every company have from its first day?

A chart of accounts, ways and terms of payment, and the currencies it may turn on. Some accounts
have the ids of Intuit's sample company, which clients' own tests have written into them.
"""

from decimal import Decimal

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.exchange_rates import rate
from streams.simulators.quickbooks.neighbouring import complete_neighbour

#: Name, detail, and the id where it is not simply the next.
_ACCOUNTS: tuple[tuple[str, str, str | None], ...] = (
    ("Advertising Income", "ServiceFeeIncome", "1"),
    ("Accounts Receivable (A/R)", "AccountsReceivable", "2"),
    ("Undeposited Funds", "UndepositedFunds", "3"),
    ("Retained Earnings", "RetainedEarnings", None),
    ("Opening Balance Equity", "OpeningBalanceEquity", None),
    ("Advertising", "AdvertisingPromotional", None),
    ("Automobile", "Auto", None),
    ("Bank Charges", "BankCharges", None),
    ("Dues & Subscriptions", "DuesSubscriptions", None),
    ("Insurance", "Insurance", None),
    ("Legal & Professional Fees", "LegalProfessionalFees", None),
    ("Meals and Entertainment", "EntertainmentMeals", None),
    ("Office Expenses", "OfficeGeneralAdministrativeExpenses", None),
    ("Rent or Lease", "RentOrLeaseOfBuildings", None),
    ("Supplies", "SuppliesMaterials", None),
    ("Travel", "Travel", None),
    ("Utilities", "Utilities", None),
    ("Accounts Payable (A/P)", "AccountsPayable", "33"),
    ("Checking", "Checking", "35"),
    ("Savings", "Savings", "36"),
    ("Truck", "Vehicles", "37"),
    ("Mastercard", "CreditCard", "41"),
    ("Visa", "CreditCard", "42"),
    ("Notes Payable", "OtherLongTermLiabilities", "44"),
    ("Sales of Product Income", "SalesOfProductIncome", "79"),
    ("Cost of Goods Sold", "SuppliesMaterialsCogs", "80"),
    ("Inventory Asset", "Inventory", "81"),
    ("Discounts given", "DiscountsRefundsGiven", "86"),
)
_PAYMENT_METHODS = (
    ("Cash", "NON_CREDIT_CARD"),
    ("Check", "NON_CREDIT_CARD"),
    ("Visa", "CREDIT_CARD"),
    ("MasterCard", "CREDIT_CARD"),
    ("Discover", "CREDIT_CARD"),
    ("American Express", "CREDIT_CARD"),
)
#: Days until a document is due; the third is the preferences' default.
_TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
#: What a company may turn on, and what each was worth in dollars on the first day there is.
_CURRENCIES = (("CAD", "0.72"), ("EUR", "1.16"), ("GBP", "1.33"))
_FIRST_DAY = "2010-01-01"


def open_lists(book: Book) -> None:
    """Write the lists of a new company."""
    for name, detail, record_id in _ACCOUNTS:
        _open(book, "Account", {"Name": name, "AccountSubType": detail}, record_id)
    for name, kind in _PAYMENT_METHODS:
        _open(book, "PaymentMethod", {"Name": name, "Type": kind})
    for name, days in _TERMS:
        _open(book, "Term", {"Name": name, "DueDays": days})
    for code, value in _CURRENCIES:
        _open(book, "CompanyCurrency", {"Code": code})
        book.insert("ExchangeRate", rate(book, code, Decimal(value), _FIRST_DAY), quiet=True)


def _open(book: Book, kind: str, draft: Record, record_id: str | None = None) -> None:
    done = complete_neighbour(book, kind, draft, None)
    book.insert(kind, done, quiet=True, record_id=record_id)
