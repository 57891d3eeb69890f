"""In which currency does a record cross, and when does it not?

A record crosses in the currency of its customer, which each side keeps for good, and which the
company of QuickBooks must keep: one that it does not know would be added to its list by a typo
(quickbooks-money.md 6).  Where only one side is in another currency, or no rate is known, it is
parked by name before any call.
"""

from decimal import Decimal
from typing import Any

from agents.rules.kinds.currency import broken_units, is_code, reciprocal
from agents.rules.tenant.company import keeps
from schemas.decision_input import DecisionInput
from schemas.kinds import is_customer, kind_of
from schemas.records import CreditApplication, Customer, Record
from schemas.state import Park, ParkReason
from schemas.tenant_conditions import CurrencyKept
from schemas.values import Side

_AT_HOME = Decimal(1)


def worth_across(record: Record, to: Side, given: DecisionInput) -> dict[str, Any]:
    """Return the currency of a record, and the rate of a document, as the other side says them.

    QuickBooks is told both of everything where it keeps several: what is left out it would take for
    its customer's currency, and for a rate of 1.  MediaOS has no rate of its home currency.
    """
    if not _has_one(record):
        return {}
    home, several = given.company.home, given.company.several
    code = _code(record, to.other, given) or home
    if not several or (to is Side.MEDIAOS and code == home):
        said, rate = "", None
    else:
        said, rate = code, _AT_HOME if code == home else _rate(record, to, given)
    if isinstance(record, Customer):
        return {"currency": said}
    return {"currency": said, "rate": rate}


def in_another_currency(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return why a record that a side shows cannot cross in its currency, or None."""
    if not _has_one(record):
        return None
    code, rate = _code(record, side, given), getattr(record, "rate", None)
    told = _unnamed(record, code, side) or broken_units(record)
    if told is not None:
        return _unsayable(told)
    if not given.company.home:
        return None if _told_at_home(record, code, side, given) else _unread()
    code = code or given.company.home
    park = _not_kept(code, given)
    if park is not None:
        return park
    told = _not_its_customers(record, code, given)
    if told is None and code != given.company.home:
        told = _unrated(record, code, rate, side)
    return _unsayable(told) if told is not None else None


def _has_one(record: Record) -> bool:
    """Tell whether a record of that kind is in a currency; a product is in none."""
    return "currency" in record.__struct_fields__


def _code(record: Record, side: Side, given: DecisionInput) -> str:
    """Return the code that a side gives a record; MediaOS gives a credit application none.

    Words that nobody knows are the home currency's where a document has no rate, as the contract
    with MediaOS says; else a company whose own currency is not in our table could send nothing.
    """
    if side is Side.MEDIAOS and isinstance(record, CreditApplication):
        return given.credited_in
    code: str = getattr(record, "currency", "")
    rated = isinstance(record, Customer) or getattr(record, "rate", None) is not None
    return code if rated or is_code(code) else ""


def _rate(record: Record, to: Side, given: DecisionInput) -> Decimal | None:
    if to is Side.QBO and isinstance(record, CreditApplication):
        # No money comes, and the credit is worth what its memo is.
        return given.credited_at
    return reciprocal(getattr(record, "rate", None))


def _unnamed(record: Record, code: str, side: Side) -> str | None:
    """Return that a currency is meant, and nobody knows which, or None."""
    earlier = getattr(record, "foreign", None)
    if earlier:
        read = "was read by an earlier release, without its rate"
        return f"it is in {earlier} and {read}: save it once more in {side.called}"
    if code and not is_code(code):
        return f"its currency is called {code!r} in {side.called}, and no code is known of that"
    rate = getattr(record, "rate", None)
    if not code and rate not in {None, _AT_HOME}:
        return f"it has an exchange rate of {rate} in {side.called}, and no currency"
    return None


def _told_at_home(record: Record, code: str, side: Side, given: DecisionInput) -> bool:
    """Tell whether a record counts as one of the home currency while nobody knows that."""
    if getattr(record, "rate", None) not in {None, _AT_HOME}:
        return False
    if isinstance(record, Customer):
        return side is Side.QBO or not code
    own = _customers(given, Side.QBO)
    return not code or not own or code == own


def _unread() -> Park:
    return Park(
        reason=ParkReason.UNSAYABLE,
        detail="which currencies its company keeps was not read yet from QuickBooks",
        waits_for=(str(CurrencyKept()),),
    )


def _not_kept(code: str, given: DecisionInput) -> Park | None:
    """Return that the company does not keep a currency, or None."""
    company = given.company
    if code == company.home or keeps(company, code):
        return None
    if company.several and company.currencies is None:
        return _unread()
    if company.several:
        remedy = f"the list of currencies there has no active {code}: add it (Currencies)"
    else:
        remedy = (
            f"its company keeps {company.home} alone: turn on Multicurrency there (Account and "
            "settings, Advanced, Currency), which nobody can turn off again"
        )
    return Park(
        reason=ParkReason.UNSAYABLE,
        detail=f"it is in {code}, and in QuickBooks {remedy}; then it goes by itself",
        waits_for=(str(CurrencyKept(code)),),
    )


def _not_its_customers(record: Record, code: str, given: DecisionInput) -> str | None:
    if is_customer(kind_of(record)):
        return None
    for side in Side:
        own = _customers(given, side)
        if own and own != code:
            return (
                f"it is in {code}, and its customer is kept in {own} in {side.called}, which "
                f"nobody changes: {code} needs an advertiser and a customer of its own"
            )
    return None


def _customers(given: DecisionInput, side: Side) -> str:
    """Return the code of the currency in which a side keeps the customer, "" where none is said."""
    merged = given.merged_into and side is Side.QBO
    customer = given.survivor if merged else given.customer
    shown = customer.shown(side) if customer is not None else None
    code: str = getattr(shown.record, "currency", "") if shown is not None else ""
    return code if is_code(code) else ""


def _unrated(record: Record, code: str, rate: Decimal | None, side: Side) -> str | None:
    """Return that nobody says what a document of another currency is worth at home, or None."""
    none_of_its_own = side is Side.MEDIAOS and isinstance(record, CreditApplication)
    if isinstance(record, Customer) or none_of_its_own or reciprocal(rate) is not None:
        return None
    return f"it is in {code}, and {side.called} has no exchange rate of it: enter that there"


def _unsayable(told: str) -> Park:
    return Park(reason=ParkReason.UNSAYABLE, detail=told)
