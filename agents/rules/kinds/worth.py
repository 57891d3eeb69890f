"""What do amounts come to, in each currency once?  For a page to say."""

from collections.abc import Iterable
from decimal import Decimal

from agents.rules.kinds.currency import by_currency
from schemas.values import ZERO

#: Each sum with the code of its currency.
Worth = tuple[tuple[Decimal, str], ...]


def worth_of(amounts: Iterable[tuple[str, Decimal]], home: str) -> Worth:
    """Return the sums of amounts by currency, the home one first, and alone where all is nothing.

    A side may name the home currency or leave it out.
    """
    sums = by_currency(("" if code == home else code, amount) for code, amount in amounts)
    told = ((amount, code or home) for code, amount in sums.items() if code or amount)
    return tuple(told) or ((ZERO, home),)
