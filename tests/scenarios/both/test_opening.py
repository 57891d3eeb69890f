"""What both sides say is owed on the day on which a tenant goes live."""

from collections.abc import AsyncIterator

import pytest

from agents.cli.opening import owed_of
from agents.rules.tenant.opening import opening, to_come
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    an_invoice,
    open_shop,
    sold_in_qbo,
)
from tests.scenarios.both.town import TENANT, Town, opened

pytestmark = pytest.mark.few_rows


@pytest.fixture
async def observing() -> AsyncIterator[Town]:
    async with opened(live=False) as made:
        yield made


async def found(town: Town):
    """What the command line would find."""
    report = await town.report()
    lanes = [town.workers[-1].lane(f"{TENANT}/mediaos/{each}") for each in ids(town)]
    documents = [document for lane in lanes for document in lane.documents.values()]
    return opening(map(owed_of, report.rows), to_come(documents), report.home)


def ids(town: Town) -> list[str]:
    return [each["id"] for each in town.in_mediaos("advertisers")]


async def test_what_mediaos_made_since_is_still_to_cross_and_stands_in_nobodys_way(observing):
    await open_shop(observing)
    customer = await a_customer(observing)
    await an_invoice(observing, customer, ("1", "100"))
    await observing.run()

    assert observing.in_qbo("Invoice") == []
    assert await found(observing) == ()


async def test_what_is_to_cross_in_another_currency_is_no_difference_in_any(observing):
    await open_shop(observing)
    observing.qbo.person.set_currencies(several=True)
    for name, code in (("Harbour Books", "USD"), ("Lumière", "EUR")):
        customer = await a_customer(observing, name, currency_code=code)
        invoice = await an_invoice(observing, customer, ("1", "100"))
        await a_payment(observing, customer, "40", {invoice: "40"})
        await a_credit_memo(observing, customer, ("1", "30"))
    await observing.run()

    assert await found(observing) == ()


async def test_what_is_owed_in_quickbooks_alone_is_named(observing):
    await open_shop(observing)
    await a_customer(observing)
    there = observing.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})
    sold_in_qbo(observing, there["Id"], "80")
    await observing.run()

    [finding] = await found(observing)
    assert "Harbour Books 0.00 in MediaOS, 80.00 in QuickBooks" in finding.what


async def test_books_of_before_that_say_the_same_agree(observing):
    await open_shop(observing)
    observing.mediaos_unheard = True
    customer = await a_customer(observing)
    await an_invoice(observing, customer, ("1", "80"))
    observing.mediaos_unheard = False
    there = observing.qbo.person.create("Customer", {"DisplayName": "harbour books"})
    sold_in_qbo(observing, there["Id"], "80")
    await observing.run()

    assert await found(observing) == ()
