"""An invoice that waits, moves to another advertiser and turns its sign in one edit.

Below zero it is a credit memo, above an invoice: two lanes may come to hold it under two names.
The newest revision counts, whichever of them has what it waits for first.
"""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from tests.scenarios.both.people import (
    FULL_PAGE,
    HALF_PAGE,
    a_customer,
    an_invoice,
    an_item,
    delete,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.town import Town

pytestmark = pytest.mark.few_rows

#: What an invoice is, by the sign of its one line.
ABOVE, BELOW = "80", "-30"


def sold(amount: str, product: str) -> list[dict[str, Any]]:
    return lines_of(("1", amount), product=product)


async def given_two_who_wait(town: Town, *products: str) -> tuple[str, str]:
    """Two advertisers that have crossed, and products that are not mapped."""
    await open_shop(town)
    first = await a_customer(town, "Harbour Books")
    second = await a_customer(town, "Tide Press")
    await town.run()
    for product in products or (FULL_PAGE, HALF_PAGE):
        await town.maps(product, None)
    await town.run(1)
    return first, second


async def mapped(town: Town, product: str) -> None:
    await town.maps(product, an_item(town, f"Sold as {product}"))


def documents(town: Town) -> list[tuple[str, Decimal, str]]:
    """What QuickBooks has of it: as what, over how much, and whose it is."""
    return [
        (kind, each["TotalAmt"], each["CustomerRef"]["name"])
        for kind in ("Invoice", "CreditMemo")
        for each in town.in_qbo(kind)
    ]


def as_what(amount: str) -> tuple[str, Decimal]:
    return "CreditMemo" if amount.startswith("-") else "Invoice", abs(Decimal(amount))


@pytest.mark.parametrize(("before", "after"), [(BELOW, ABOVE), (ABOVE, BELOW)])
@pytest.mark.parametrize("released", ["at once", "old first", "new first"])
async def test_it_crosses_once_as_its_newest_revision_has_it(town, before, after, released):
    first, second = await given_two_who_wait(town)
    invoice = await an_invoice(town, first, ("1", before), product=FULL_PAGE)
    await town.run()
    product = FULL_PAGE if released == "at once" else HALF_PAGE
    await edit(
        town, "invoices", invoice, advertiser_id=second, line_items=sold(after, product)
    )
    await town.run()
    for each in (HALF_PAGE, FULL_PAGE) if released == "new first" else (FULL_PAGE, HALF_PAGE):
        await mapped(town, each)
        await town.run()

    assert documents(town) == [(*as_what(after), "Tide Press")]
    await town.agrees()
