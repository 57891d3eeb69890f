"""In which currency is a record, and at which rate?

A currency is named in words; an admin enters what a unit of the home currency is worth in it. An
advertiser's is fixed once set, and what is his is in it (mediaos-api.md section 8). A rate is the
multiplier from the home currency (3.2). How one is written is specified here: by its code.
"""

import re
from decimal import Decimal
from typing import Any

from streams.simulators.mediaos.book import Book, Record
from streams.simulators.mediaos.fields import bad
from streams.simulators.mediaos.refusals import bad_fields
from streams.simulators.mediaos.writing import show_number, to_cents

HOME = "USD"
#: By their codes: id, name, and what the admin has entered.
_KNOWN = {
    "USD": ("1", "U.S. Dollar", None),
    "EUR": ("2", "Euro", "0.8"),
    "GBP": ("3", "Pound Sterling", "0.75"),
    "CAD": ("4", "Canadian Dollar", "1.4"),
    "JPY": ("5", "Japanese Yen", "150"),
}
_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")


def currency_code(value: Any) -> str:
    """Read the code of a currency that the account has."""
    if not isinstance(value, str) or value not in _KNOWN:
        raise bad(f"the code of a currency that is set up: {', '.join(_KNOWN)}")
    return value


def rate(value: Any) -> str:
    """Read a rate: what a unit of the home currency is worth."""
    if not isinstance(value, str) or not _RATE.fullmatch(value) or not Decimal(value):
        raise bad("a number in a text above zero, with up to 12 decimals")
    return show_number(Decimal(value))


def named(code: str) -> Record:
    """Return a currency as a record shows it."""
    return {"id": _KNOWN[code][0], "name": _KNOWN[code][1]}


def currency_of(book: Book, advertiser_id: str) -> Record:
    """Return in which currency what is an advertiser's is."""
    own = book.records["advertisers"][advertiser_id]["currency"]
    return named(HOME) if own is None else dict(own)


def settled(book: Book, typed: Record, advertiser_id: str) -> tuple[Record, str | None]:
    """Take currency and rate of a new record out of what was typed; raises the 422.

    A rate that is left out is the admin's, and none is shown of the home currency.
    """
    own, asked = currency_of(book, advertiser_id), typed.pop("currency_code", None)
    if asked is not None and named(asked) != own:
        raise bad_fields([("currency_code", f"must be that of the advertiser, {own['name']}")])
    entered = next(each[2] for each in _KNOWN.values() if each[0] == own["id"])
    given = typed.pop("exchange_rate", None)
    return own, None if entered is None else given or entered


def refuse_another(book: Book, record: Record, advertiser_id: str) -> None:
    """Refuse to move a record to an advertiser of another currency."""
    if currency_of(book, advertiser_id) != record["currency"]:
        raise bad_fields([("advertiser_id", "is an advertiser of another currency")])


def variance(amount: str, paid_at: str | None, invoiced_at: str | None) -> str:
    """Return the gain of a part of a payment at home, a loss below zero."""
    if paid_at is None or invoiced_at is None:
        return "0"
    paid, invoiced = (Decimal(amount) / Decimal(each) for each in (paid_at, invoiced_at))
    return show_number(to_cents(paid - invoiced))
