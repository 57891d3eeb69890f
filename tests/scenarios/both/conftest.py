from collections.abc import AsyncIterator

import pytest

from tests.scenarios.both.people import a_customer, an_invoice, open_shop
from tests.scenarios.both.town import Town, opened
from tests.testing.plain_words import raw_words, sentences


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """A town; whatever happens in it, no sentence that it tells people holds a word of ours."""
    async with opened() as made:
        yield made
        raw = {each: words for each in sentences(made.told()) if (words := raw_words(each))}
        assert raw == {}


@pytest.fixture(params=["gone", "inactive"])
async def merged(town, request):
    """Advertisers 42 and 43, say, each with an invoice; the second's customer is the first's."""
    town.qbo.change_settings({"merged_loser": request.param})
    await open_shop(town)
    keeps = await a_customer(town)
    loses = await a_customer(town, "Harbour Books Ltd.")
    await an_invoice(town, keeps, ("1", "60"))
    invoice = await an_invoice(town, loses, ("1", "40"))
    await town.run()
    there = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    town.qbo.person.merge(keep=there["Harbour Books"], lose=there["Harbour Books Ltd."])
    await town.run()
    return keeps, loses, invoice, there["Harbour Books"]
