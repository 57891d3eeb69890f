"""What of QuickBooks' words about a company does a rule look at, and when are they read again?"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from agents.rules.kinds.currency import is_code
from schemas.company import (
    CURRENCIES,
    PARTICULARS,
    PREFERENCES,
    SEVERAL,
    Classes,
    Company,
    TaxModel,
)

#: People close and open the books, and no notice of it comes.
PREFERENCES_AGE = timedelta(minutes=15)
#: What was read at somebody's asking is no older: who is refused against it need not ask for more.
JUST_READ = timedelta(minutes=5)
#: Hardly anybody moves a company to another zone.
PARTICULARS_AGE = timedelta(days=1)
#: People add a currency before they make its first customer.
CURRENCIES_AGE = timedelta(minutes=15)
#: How soon a worker that takes a tenant over reads what the journal knows: workers come and go more
#: often than anybody changes a company.
TAKEN_OVER = timedelta(minutes=5)
#: No name of a zone is nearly as long.
LONGEST_ZONE = 100
#: How a company's sales tax is told.
TAX_TOLD = {
    TaxModel.UNKNOWN: "its sales tax is not known",
    TaxModel.OFF: "it reckons no sales tax",
    TaxModel.AUTOMATED: "it reckons sales tax by itself",
    TaxModel.MANUAL: "it reckons sales tax by the tax that a sale is put under",
    TaxModel.BY_LINE: "it reckons tax by the code of each line",
}
#: The sections of the preferences that a rule looks at.
SECTIONS = ("AccountingInfoPrefs", "SalesFormsPrefs")
#: What its list of currencies is called.
CURRENCY_LIST = "CompanyCurrency"

Shown = Mapping[str, Any]


def as_preferred(company: Company, shown: Shown) -> Company:
    """Return a company with what its Preferences show."""
    books, sales = part(shown, "AccountingInfoPrefs"), part(shown, "SalesFormsPrefs")
    read = replace(
        company,
        closed=closing_date(books),
        mails=mails(sales),
        classes=classes(books),
        locations=books.get("TrackDepartments") is True,
    )
    tax = shown.get("TaxPrefs")
    if isinstance(tax, Mapping):
        read = replace(read, sales_tax=str(sales_tax(tax)))
    return _known(_with_currencies(read, shown), PREFERENCES)


def as_described(company: Company, shown: Shown) -> Company:
    """Return a company with what its CompanyInfo shows; without a zone it keeps the known one."""
    zone = shown.get("DefaultTimeZone", company.zone)
    country = str(shown.get("Country", company.country) or "")[:LONGEST_ZONE]
    read = replace(company, zone=str(zone or "")[:LONGEST_ZONE], country=country)
    return _known(read, PARTICULARS)


def as_listed(company: Company, shown: Shown) -> Company:
    """Return a company with the currencies of its list that can be used."""
    rows = (each for each in shown[CURRENCY_LIST] if each.get("Active") is not False)
    return replace(company, currencies=tuple(sorted(str(each.get("Code")) for each in rows)))


def _with_currencies(company: Company, shown: Shown) -> Company:
    """Return a company with its own currency; where it shows none it keeps what is known."""
    currency = part(shown, "CurrencyPrefs")
    home = str(part(currency, "HomeCurrency").get("value") or "")
    if not is_code(home):
        return company
    several = currency.get("MultiCurrencyEnabled") is True
    kept = company.currencies if several else None
    return replace(company, home=home, several=several, currencies=kept)


def is_whole(name: str, shown: Shown) -> bool:
    """Tell whether an answer shows that part of a company, and is not empty or cut.

    QuickBooks leaves out the closing date of open books, never the sections around it.
    """
    if name == PARTICULARS:
        return bool(shown)
    if name == CURRENCIES:
        rows = shown.get(CURRENCY_LIST)
        return isinstance(rows, tuple) and all(isinstance(each, Mapping) for each in rows)
    return all(isinstance(shown.get(each), Mapping) for each in SECTIONS)


def closing_date(books: Shown) -> date | None:
    """Return the last day of the closed books; what is no date closes nothing."""
    try:
        return date.fromisoformat(str(books.get("BookCloseDate") or "")[:10])
    except ValueError:
        return None


def mails(sales: Shown) -> bool:
    """Tell whether QuickBooks mails a new sale that names an address."""
    return sales.get("ETransactionEnabledStatus") == "Enabled"


def classes(books: Shown) -> Classes:
    """Tell what of a sale goes under a class; only one of both is so (quickbooks-money.md 7)."""
    if books.get("ClassTrackingPerTxnLine") is True:
        return Classes.BY_LINE
    return Classes.BY_SALE if books.get("ClassTrackingPerTxn") is True else Classes.OFF


def sales_tax(tax: Shown) -> TaxModel:
    """Tell how QuickBooks reckons sales tax, were the company in the US.

    One that is automated and not set up reckons none (quickbooks-money.md 5.1).
    """
    if not tax.get("UsingSalesTax"):
        return TaxModel.OFF
    match tax.get("PartnerTaxEnabled"):
        case None:
            return TaxModel.MANUAL
        case set_up:
            return TaxModel.AUTOMATED if set_up else TaxModel.OFF


def is_open_on(company: Company, day: date) -> bool:
    """Tell whether what is dated on a day may be changed; the closing date itself is closed."""
    return company.closed is None or day > company.closed


def keeps(company: Company, code: str) -> bool:
    """Tell whether a company keeps a currency, or several; without a code, whether it is known."""
    if not company.home or (company.several and company.currencies is None):
        return False
    if code == SEVERAL:
        return company.several
    return code in {"", company.home, *(company.currencies or ())}


def company_told(company: Company) -> str:
    """Return in a sentence what a company is set to."""
    if not company.realm:
        return "What its company is set to in QuickBooks was not read yet."
    zone = "not read yet" if PARTICULARS in company.unread else company.zone or "not shown"
    if PREFERENCES in company.unread:
        unknown = "whether its books are closed and whether it mails was not read yet"
        return f"In QuickBooks: time zone {zone}; {unknown}."
    closed = f"closed up to {company.closed}" if company.closed else "not closed"
    tax = TAX_TOLD[company.tax_model]
    mailing = "mails new invoices by itself" if company.mails else "mails nothing by itself"
    told = f"In QuickBooks: time zone {zone}, books {closed}, it {mailing}, {tax}."
    told = f"{told} {_kept_told(company)}" if company.classes or company.locations else told
    return f"{told} {_currencies_told(company)}" if company.several else told


def _kept_told(company: Company) -> str:
    kept = {Classes.BY_LINE: "a class for each line", Classes.BY_SALE: "a class for each sale"}
    found = (kept.get(company.classes), "a location for each sale" if company.locations else None)
    return f"It keeps {' and '.join(filter(None, found))}."


def _currencies_told(company: Company) -> str:
    listed = "not read yet" if company.currencies is None else ", ".join(company.currencies)
    return f"Its currency is {company.home}, besides it keeps: {listed or 'none'}."


def part(shown: Shown, name: str) -> Shown:
    """Return a section of what is shown, empty where there is none."""
    found = shown.get(name)
    return found if isinstance(found, Mapping) else {}


def doubted(company: Company, name: str) -> Company:
    """Return a company of which somebody changed a part, and nobody could read it since."""
    return replace(company, unread=(*_known(company, name).unread, name))


def _known(company: Company, name: str) -> Company:
    return replace(company, unread=tuple(each for each in company.unread if each != name))


def read_after(before: datetime | None, now: datetime) -> datetime:
    """Return when something was read, later than it was read before, whatever the clock did."""
    return now if before is None else max(now, before + timedelta(microseconds=1))


def taken_over(age: timedelta, now: datetime) -> datetime:
    """Return when something counts as read that the journal knows, and this worker never read."""
    return now - age + min(age, TAKEN_OVER)


def is_old(read_at: datetime | None, age: timedelta, now: datetime) -> bool:
    """Tell whether something is to be read (again)."""
    return read_at is None or now - read_at >= age
