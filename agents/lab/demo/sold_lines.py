"""What does a line of an invoice come to, and all of them with their tax?"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from schemas.values import cents

#: In percent, for advertisers of the publisher's own state.
SALES_TAX = Decimal(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """One line of an invoice: which product (its place in the list), how many, at what price."""

    product: int
    description: str
    quantity: Decimal
    price: Decimal
    taxed: bool = False

    @property
    def amount(self) -> Decimal:
        """Return what it comes to, in cents, half up."""
        return cents(self.quantity * self.price)


def owed(lines: Iterable[SoldLine]) -> Decimal:
    """Return what lines come to with the sales tax."""
    sold = tuple(lines)
    taxed = sum((line.amount for line in sold if line.taxed), Decimal(0))
    return sum((line.amount for line in sold), cents(taxed * SALES_TAX / 100))
