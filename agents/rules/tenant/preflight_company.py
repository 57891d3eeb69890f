"""What of a QuickBooks company should somebody know before a tenant goes live?"""

from collections.abc import Mapping
from typing import Any

from agents.rules.kinds.days import zone_named, zone_of
from agents.rules.tenant.company import as_described, as_preferred, is_whole, mails, part
from agents.rules.tenant.preflight_findings import Facts, Finding, unreadable
from agents.rules.tenant.preflight_tax import taxes_told
from schemas.company import PREFERENCES, Company
from schemas.outcomes import Fault


def preferences(facts: Facts) -> list[Finding]:
    """Return what the company's preferences say against going live."""
    told = facts.preferences
    if not isinstance(told, Fault | str) and not is_whole(PREFERENCES, told):
        told = "the answer is empty or cut"
    if isinstance(told, Fault | str):
        what = "QuickBooks' preferences"
        return [unreadable("quickbooks-preferences", what, "QuickBooks", told)]
    sales, books = part(told, "SalesFormsPrefs"), part(told, "AccountingInfoPrefs")
    found = []
    if sales.get("AutoApplyCredit") or sales.get("AutoApplyPayments"):
        found.append(_automatic())
    if facts.settings.assign_invoice_id and not sales.get("CustomTxnNumbers"):
        found.append(_own_numbers())
    if books.get("BookCloseDate"):
        found.append(_closed(str(books["BookCloseDate"])))
    if sales.get("ETransactionPaymentEnabled"):
        found.append(_paid_online())
    if mails(sales):
        found.append(_mailing())
    return [*found, *_money(told), *_taxes(facts, told)]


def _automatic() -> Finding:
    return Finding(
        name="automatic-application",
        what="QuickBooks applies credits or payments by itself",
        why="it pays invoices that MediaOS says are open, and our payments find nothing to pay",
        remedy="Account and settings, Advanced, Automation: switch automatic application off",
        blocking=True,
    )


def _own_numbers() -> Finding:
    return Finding(
        name="custom-numbers",
        what="custom transaction numbers are off in QuickBooks",
        why="QuickBooks takes a number twice without a word, from whoever numbers a document there",
        remedy="Account and settings, Sales: switch custom transaction numbers on",
        blocking=False,
    )


def _closed(until: str) -> Finding:
    return Finding(
        name="closing-date",
        what=f"QuickBooks' books are closed up to {until}",
        why="a document dated on or before that day is not tried, and waits",
        remedy="nothing; where such documents are still to be sent, open the books until then",
        blocking=False,
    )


def _paid_online() -> Finding:
    return Finding(
        name="online-payment",
        what="QuickBooks takes payments online, by card or bank transfer",
        why="each new invoice would ask the advertiser to pay that way",
        remedy=(
            "nothing: Isthmus makes its invoices without it; where somebody switches it on for "
            "one of them in QuickBooks, that stays"
        ),
        blocking=False,
    )


def _mailing() -> Finding:
    return Finding(
        name="mailing",
        what="QuickBooks mails each new invoice that has an e-mail address",
        why="the advertiser would have it the moment that it is made there",
        remedy=(
            "nothing: Isthmus makes its invoices without the address, so that none is mailed; "
            "one that somebody types in QuickBooks stays"
        ),
        blocking=False,
    )


def days(facts: Facts) -> list[Finding]:
    """Return that nobody knows in which time zone the books are kept, where that is so."""
    told = facts.particulars
    if isinstance(told, Fault | str):
        return [unreadable("quickbooks-company", "QuickBooks' company", "QuickBooks", told)]
    zone = zone_of(facts.settings, as_described(Company(), told))
    if zone_named(zone) is not None:
        return []
    return [
        Finding(
            name="time-zone",
            what=f"{zone!r} is no time zone" if zone else "QuickBooks shows no time zone",
            why=(
                "a payment that has a time waits, since nobody knows on which day, or in which "
                "month, it stands"
            ),
            remedy="say where the books are kept: isthmus settings set --time-zone",
            blocking=True,
        )
    ]


def _money(told: Mapping[str, Any]) -> list[Finding]:
    currency = part(told, "CurrencyPrefs")
    found = []
    if currency.get("MultiCurrencyEnabled"):
        home = part(currency, "HomeCurrency").get("value", "its own")
        found.append(
            Finding(
                name="currency",
                what=f"QuickBooks keeps several currencies; its home currency is {home}",
                why=(
                    "a record crosses in its customer's currency, at its own rate, and waits where "
                    "QuickBooks' list does not have that currency"
                ),
                remedy=(
                    f"see that {home} is MediaOS' home currency too, and that the list of "
                    "currencies there has each one in which MediaOS bills"
                ),
                blocking=False,
            )
        )
    return found


def _taxes(facts: Facts, told: Mapping[str, Any]) -> list[Finding]:
    shown = {} if isinstance(facts.particulars, Fault | str) else facts.particulars
    company = as_preferred(as_described(Company(), shown), told)
    found = taxes_told(facts.settings, company, facts.taxes)
    return [Finding(**each._asdict(), blocking=False) for each in found]
