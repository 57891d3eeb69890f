"""What is a foreign currency worth in the company's own?

A rate belongs to a currency and a day; who asks gets the newest one that is not after the day asked
for. There is no id in a caller's hand: who writes names currency and day again.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.checks import well_formed
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.currencies import home_currency
from streams.simulators.quickbooks.refusals import Fault, missing

_KIND = "ExchangeRate"


def rate_for(book: Book, params: Mapping[str, str]) -> Record:
    """Return the rate of a currency on a day, today unless said. Faults 610, 2020, 2060."""
    wanted = {name.lower(): value for name, value in params.items()}
    code = wanted.get("sourcecurrencycode")
    if not code:
        raise missing("sourcecurrencycode")
    day = wanted.get("asofdate") or pacific_date(book.now()).isoformat()
    try:
        date.fromisoformat(day)
    except ValueError as reason:
        raise Fault("2060", f"Invalid Date : {day}", element="asofdate") from reason
    known = [one for one in _rates(book, code) if one["AsOfDate"] <= day]
    if not known:
        raise Fault("610", f"Object Not Found : no rate of {code} on {day}")
    return max(known, key=lambda one: str(one["AsOfDate"]))


def set_rate(book: Book, body: object) -> Record:
    """Write the rate of a currency on a day. Faults 2010, 2020, 2060, 2090."""
    sent = well_formed(_KIND, body)
    for name in ("SourceCurrencyCode", "Rate"):
        if sent.get(name) is None:
            raise missing(name)
    if sent["Rate"] <= 0:
        raise Fault("2090", f"Invalid Number : Rate {sent['Rate']}", element="Rate")
    day = sent.get("AsOfDate") or pacific_date(book.now()).isoformat()
    draft = rate(book, str(sent["SourceCurrencyCode"]), sent["Rate"], day)
    for old in _rates(book, draft["SourceCurrencyCode"]):
        if old["AsOfDate"] == day:
            return book.replace(_KIND, old, draft, quiet=True)
    return book.insert(_KIND, draft, quiet=True)


def rate(book: Book, code: str, value: Decimal, day: str) -> Record:
    """Return a rate as it stands in the book."""
    return {
        "SourceCurrencyCode": code,
        "TargetCurrencyCode": home_currency(book)["value"],
        "Rate": value,
        "AsOfDate": day,
    }


def _rates(book: Book, code: str) -> list[Record]:
    return [one for one in book.all(_KIND) if one["SourceCurrencyCode"] == code.upper()]
