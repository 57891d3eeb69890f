"""How does MediaOS write a day, an address and a currency, and what do they mean?

Its API writes everything as text and in more than one way (mediaos-api.md 1 and 9): an amount may
be a number, no date may be null, empty or a year that never was.
"""

from datetime import date
from decimal import Decimal

from agents.audit import mediaos_wire as wire
from agents.audit.books import LedgerUnreadableError
from agents.audit.currencies import code_of
from schemas.values import ZERO

#: The first letters of what MediaOS writes where there is no date.
NO_DATE = ("", "0000-00-00", "1969-12-31")


def currency_of(shown: wire.Invoice | wire.CreditMemo | wire.Refund) -> str:
    """Return the code of a document's currency; blank where it is the home one."""
    name = shown.currency.name if shown.currency is not None else None
    return code_named(name, shown.exchange_rate)


def code_named(name: str | None, rate: Decimal | None) -> str:
    """Return a currency's code; a name that has none here is the home one's where no rate is."""
    known = code_of(name)
    if known is None and rate not in (None, ZERO, Decimal(1)):
        return name or "another currency"
    return known or ""


def mail(shown: wire.Mail | None) -> str | None:
    """Return an address, None where it is empty."""
    return (shown.value or None) if shown is not None else None


def day_made(shown: wire.Shown) -> date:
    """Return the day on which a record was made; LedgerUnreadableError where none is shown."""
    day = day_in(shown.date_created)
    if day is None:
        raise LedgerUnreadableError(f"MediaOS shows record {shown.id} without date_created.")
    return day


def day_in(text: str | None) -> date | None:
    """Return the day a text begins with, None where there is none; LedgerUnreadableError else."""
    day = (text or "")[:10]
    if day in NO_DATE:
        return None
    try:
        return date.fromisoformat(day)
    except ValueError as fault:
        raise LedgerUnreadableError(
            f"MediaOS shows the date {text!r}; YYYY-MM-DD HH:MM:SS was expected: correct it there."
        ) from fault
