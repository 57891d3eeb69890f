"""What does chance decide on a day?  Lines, prices, parts of a payment, who pays what together.

Every draw comes from one seeded source; the order of the questions is part of what a seed means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from agents.lab.demo.deeds import Bill
from agents.lab.demo.names import PRODUCTS, STREETS
from agents.lab.demo.sold_lines import SoldLine
from schemas.values import cents

PAID_IN_FULL = 0.6
DISCOUNTS = ("1", "0.95", "0.9", "0.875")
#: How many further invoices a payment settles.
TOGETHER = (0, 0, 0, 1, 2)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Draw:
    """Answers by chance."""

    random: Random

    def line(self, *, taxed: bool) -> SoldLine:
        """Draw one line of an invoice."""
        place = self.random.randrange(len(PRODUCTS))
        product = PRODUCTS[place]
        return SoldLine(
            product=place,
            description=product.name.split(": ")[-1].capitalize(),
            quantity=Decimal(self.random.choice(product.quantities)),
            price=_negotiated(product.price, self.random.choice(DISCOUNTS)),
            taxed=taxed,
        )

    def phone(self) -> str:
        """Draw a phone number of the range that nobody has."""
        return f"(802) 555-{self.random.randint(0, 9999):04}"

    def street(self) -> str:
        """Draw a house in a street."""
        return f"{self.random.randint(1, 980)} {self.random.choice(STREETS)}"

    def holders(self, advertisers: int, invoices: int) -> list[int]:
        """Draw who is billed, in order: everybody once, then the large ones more often."""
        everybody = list(range(advertisers))
        weights = [1 / (1 + place % 10) for place in everybody]
        return everybody + self.random.choices(everybody, weights, k=invoices - advertisers)

    def part_of(self, bill: Bill) -> Decimal:
        """Draw what is paid of an invoice: mostly all of it, else an odd part."""
        if self.random.random() < PAID_IN_FULL:
            return bill.total
        share = Decimal(self.random.randint(25, 75)) / 100
        return max(cents(bill.total * share), CENT)

    def together(self, bills: list[Bill]) -> Iterator[list[Bill]]:
        """Group invoices into payments: mostly one by one, some of one advertiser together."""
        waiting = list(bills)
        while waiting:
            first = waiting.pop(0)
            others = [bill for bill in waiting if bill.advertiser == first.advertiser]
            taken = others[: self.random.choice(TOGETHER)]
            waiting = [bill for bill in waiting if bill not in taken]
            yield [first, *taken]


def _negotiated(price: Decimal, share: str) -> Decimal:
    # Five decimals are what MediaOS holds (mediaos-api.md); QuickBooks holds more.
    return (price * Decimal(share)).quantize(Decimal("0.00001")).normalize()
