"""May this tenant go live, and what should be put right before?

The guide asks for empty books before connecting: what stands there already would be written twice,
or stand on one side only.  What cannot be read counts as not empty.  A finding that blocks can be
overruled by a person, by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.rules.kinds.days import zone_named, zone_of
from agents.rules.tenant.company import as_described, as_preferred, is_whole, mails, part
from agents.rules.tenant.preflight_tax import taxes_told
from schemas.company import PREFERENCES, Company
from schemas.outcomes import Fault
from schemas.tenant_state import TenantSettings
from schemas.values import Kind

#: How many names are told before "and so many more".
TOLD = 5
FORBIDDEN, TOO_MANY = {401, 403}, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the first page of one of MediaOS's lists shows; `more` records were not looked at."""

    live: int
    deleted: int
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was found on both sides; a Fault, or text, stands for what could not be read.

    `preferences` are QuickBooks' own words, `particulars` those about the company, `numbers` the
    document numbers there that are not ours, `unmapped` the names of MediaOS's products without an
    item, `taxes` are what is mapped to a tax code.
    """

    settings: TenantSettings
    books: Mapping[Kind, Listed | Fault | str]
    preferences: Mapping[str, Any] | Fault | str
    particulars: Mapping[str, Any] | Fault | str
    numbers: tuple[str, ...] | Fault | str
    unmapped: tuple[str, ...]
    taxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that somebody should know before a tenant goes live."""

    name: str
    what: str
    why: str
    remedy: str
    blocking: bool


def examine(facts: Facts) -> tuple[Finding, ...]:
    """Return the findings, those that block first."""
    found = [
        *(each for kind, listed in facts.books.items() for each in _book(kind, listed)),
        *_preferences(facts),
        *_days(facts),
        *_numbers(facts),
        *_unmapped(facts.unmapped),
    ]
    return tuple(sorted(found, key=lambda each: not each.blocking))


def blocking(findings: tuple[Finding, ...], overruled: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return what stands in the way still; ValueError names what is overruled and not there."""
    names = {each.name for each in findings if each.blocking}
    unknown = [name for name in overruled if name not in names]
    if unknown:
        known = ", ".join(sorted(names)) or "none"
        raise ValueError(f"{', '.join(unknown)} does not block; these do: {known}")
    return tuple(each for each in findings if each.blocking and each.name not in overruled)


def _book(kind: Kind, listed: Listed | Fault | str) -> list[Finding]:
    if not isinstance(listed, Listed):
        return [_unreadable(f"mediaos-{kind}s", f"MediaOS's {kind}s", "MediaOS", listed)]
    found = []
    if listed.live or listed.more:
        found.append(
            Finding(
                name=f"{kind}s-not-empty",
                what=f"MediaOS has {kind}s already: {_counted(listed)}",
                why="each would be created in QuickBooks, where it may stand already",
                remedy="empty the list, or overrule when none of them is in QuickBooks",
                blocking=True,
            )
        )
    if listed.deleted:
        found.append(
            Finding(
                name=f"{kind}s-deleted",
                what=f"MediaOS keeps {listed.deleted} deleted {kind}s",
                why="a deleted one is not sent; restored, it is a new one to QuickBooks",
                remedy="nothing, unless they are to be restored",
                blocking=False,
            )
        )
    return found


def _counted(listed: Listed) -> str:
    if not listed.more:
        return str(listed.live)
    return f"{listed.live} on its first page, and {listed.more} more that were not looked at"


def _unreadable(name: str, what: str, side: str, why: Fault | str) -> Finding:
    status = why.status if isinstance(why, Fault) else 0
    remedy = f"see that {side} answers, then look again"
    if status in FORBIDDEN:
        remedy = f"give the key of {side} the right to read it, or connect again with more rights"
    elif status == TOO_MANY:
        remedy = f"the budget of calls to {side} is spent: look again when there is some"
    return Finding(
        name=f"{name}-unreadable",
        what=f"{what} cannot be read: {why}",
        why="what cannot be read counts as not empty and not fit",
        remedy=remedy,
        blocking=True,
    )


def _preferences(facts: Facts) -> list[Finding]:
    told = facts.preferences
    if not isinstance(told, Fault | str) and not is_whole(PREFERENCES, told):
        told = "the answer is empty or cut"
    if isinstance(told, Fault | str):
        what = "QuickBooks' preferences"
        return [_unreadable("quickbooks-preferences", what, "QuickBooks", told)]
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


def _days(facts: Facts) -> list[Finding]:
    told = facts.particulars
    if isinstance(told, Fault | str):
        return [_unreadable("quickbooks-company", "QuickBooks' company", "QuickBooks", told)]
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


def _taxes(facts: Facts, preferences: Mapping[str, Any]) -> list[Finding]:
    shown = {} if isinstance(facts.particulars, Fault | str) else facts.particulars
    company = as_preferred(as_described(Company(), shown), preferences)
    told = taxes_told(facts.settings, company, facts.taxes)
    return [Finding(**each._asdict(), blocking=False) for each in told]


def _numbers(facts: Facts) -> list[Finding]:
    if not facts.settings.assign_invoice_id:
        return []
    prefix, numbers = facts.settings.number_prefix, facts.numbers
    if isinstance(numbers, Fault | str):
        what = "QuickBooks' invoices"
        return [_unreadable("quickbooks-invoices", what, "QuickBooks", numbers)]
    taken = [each for each in numbers if each.startswith(prefix) and each[len(prefix) :].isdigit()]
    if not taken:
        return []
    return [
        Finding(
            name="number-collision",
            what=f"QuickBooks has invoices of such numbers already: {some(taken)}",
            why="an invoice of MediaOS whose number is taken there parks",
            remedy="choose another prefix: isthmus settings set --prefix",
            # Without a prefix any numbered book collides; only what is met will park.
            blocking=bool(prefix),
        )
    ]


def _unmapped(names: tuple[str, ...]) -> list[Finding]:
    if not names:
        return []
    return [
        Finding(
            name="unmapped-products",
            what=f"products without an item of QuickBooks: {some(list(names))}",
            why="an invoice that names one waits until it is mapped",
            remedy="isthmus map products suggest, then isthmus map products add",
            blocking=False,
        )
    ]


def some(names: list[str]) -> str:
    """Return the first of some names, and how many more there are."""
    more = len(names) - TOLD
    return ", ".join(names[:TOLD]) + (f" and {more} more" if more > 0 else "")
