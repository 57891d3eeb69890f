"""What is a currency, and what is a record worth at home?

No amount is ever converted: a record crosses in its own currency, with its rate.  QuickBooks' is
what a unit is worth at home, MediaOS' its reciprocal (quickbooks-money.md 6).  An exchange gain is
each side's own arithmetic and is never sent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from agents.rules.kinds.money import A_CENT
from schemas.limits import RATE_DECIMALS
from schemas.money_words import money_words, sums_words
from schemas.values import ZERO, cents

_CODE = re.compile(r"[A-Z]{3}", re.ASCII)
#: ISO 4217: no smaller unit is in use; QuickBooks writes two decimals all the same.
WHOLE_UNITS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
        *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
#: A side may keep six digits of a rate: so much of what something is worth is rounding.
_ROUNDING = Decimal("0.000001")
_ONE = Decimal(1)
_PLACES = _ONE.scaleb(-RATE_DECIMALS)


def is_code(text: str) -> bool:
    """Tell whether a text is written as a code of ISO 4217."""
    return _CODE.fullmatch(text) is not None


def reciprocal(rate: Decimal | None) -> Decimal | None:
    """Return a rate in the other side's sense, to the last decimal that one has; None for none."""
    if rate is None or rate <= 0:
        return None
    inverted = (_ONE / rate).quantize(_PLACES)
    return Decimal(format(inverted, "f").rstrip("0").rstrip(".")) or None


def same_rate(one: Decimal | None, other: Decimal | None) -> bool:
    """Tell whether two rates of one side are the same but for rounding; none is 1."""
    here, there = one or _ONE, other or _ONE
    return abs(here - there) <= max(here, there) * _ROUNDING


def currency_gap(asked: Any, shown: Any) -> str | None:
    """Return that a record is in two currencies, or None; `asked` is in QuickBooks' values."""
    here, there = getattr(asked, "currency", ""), getattr(shown, "currency", "")
    if not here or not there or here == there:
        return None
    return f"it is in {here} in MediaOS and in {there} in QuickBooks, which nobody changes there"


def worth_gap(asked: Any, shown: Any) -> str | None:
    """Return how differently a document is valued at home, or None; `asked` as in QuickBooks."""
    apart = currency_gap(asked, shown)
    if apart is not None:
        return apart
    here, there = _worth(asked), _worth(shown)
    if here is None or there is None or abs(here - there) <= A_CENT + abs(here) * _ROUNDING:
        return None
    return (
        f"MediaOS has it worth {money_words(here)} in the home currency, at {asked.rate}, and "
        f"QuickBooks {money_words(there)}, at {shown.rate}, a difference of "
        f"{money_words(there - here)}"
    )


def by_currency(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return what amounts come to in each currency, the home one (blank) first and always."""
    sums = {"": ZERO}
    for code, amount in amounts:
        sums[code] = sums.get(code, ZERO) + amount
    return sums


def sums_told(sums: Mapping[str, Decimal]) -> str:
    """Return sums by currency in words; the home one is not named, nor told where others are.

    Unless it has something too.
    """
    others = [(amount, code) for code, amount in sorted(sums.items()) if code]
    home = sums.get("", ZERO)
    return sums_words([*([(home, "")] if home or not others else []), *others])


def broken_units(record: Any) -> str | None:
    """Return an amount with cents in a currency that has none, in words, or None."""
    code = getattr(record, "currency", "")
    if code not in WHOLE_UNITS:
        return None
    odd = next((each for each in _amounts(record) if each != each.to_integral_value()), None)
    return (
        f"{code} has no cents, and it has an amount of {money_words(odd)}"
        if odd is not None
        else None
    )


def _worth(record: Any) -> Decimal | None:
    rate = getattr(record, "rate", None)
    amount = getattr(record, "total", getattr(record, "amount", None))
    if rate is None or amount is None:
        return None
    shown = getattr(record, "home_total", None)
    return shown if shown is not None else cents(amount * rate)


def _amounts(record: Any) -> Iterator[Decimal]:
    for name in ("total", "tax", "discount", "amount"):
        amount = getattr(record, name, None)
        if amount is not None:
            yield amount
    for name in ("lines", "applied", "parts"):
        yield from (each.amount for each in getattr(record, name, ()))
