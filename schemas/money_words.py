"""How is an amount of money written?  In one way for people, and in one for programs."""

from collections.abc import Iterable
from decimal import Decimal


def money_words(amount: Decimal, currency: str = "") -> str:
    """Return an amount as an accountant writes it: `1,234.50 USD`, `-0.125`.

    More digits than cents stand only where it has them, and what is nothing has no sign.
    """
    if not amount.is_finite():
        return str(amount)
    whole, _, part = f"{amount or abs(amount):,f}".partition(".")
    return f"{whole}.{part.rstrip('0'):0<2} {currency}".rstrip()


def sums_words(sums: Iterable[tuple[Decimal, str]]) -> str:
    """Return sums by currency: `1,200.00 EUR and 3.00 USD`; blank without any."""
    return " and ".join(money_words(amount, code) for amount, code in sums)


def money_text(amount: Decimal) -> str:
    """Return an amount for a program: `1861.08`, and more digits only where there are more."""
    in_cents = f"{amount:.2f}"
    return in_cents if Decimal(in_cents) == amount else f"{amount:f}"
