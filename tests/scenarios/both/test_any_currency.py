"""Whatever happens in a company of several currencies, nothing of one becomes another's.

In the end the books agree per currency, to the cent of each, or a difference is parked by name.
"""

import os

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from tests.scenarios.both.currency_deeds import MONEY
from tests.scenarios.both.deeds import DEEDS, do, end_faults
from tests.scenarios.both.people import a_customer, an_invoice, open_shop
from tests.scenarios.both.town import Town, opened

SEED = int(os.environ["DAYS"])
ALL = {**DEEDS, **MONEY}
deeds = st.tuples(
    st.sampled_from(sorted(MONEY)) | st.sampled_from(sorted(DEEDS)),
    st.integers(min_value=0, max_value=59),
)


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.timeout(0)
@seed(SEED)
@settings(
    max_examples=15,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(story=st.lists(deeds, min_size=5, max_size=20))
async def test_after_any_story_in_several_currencies_each_agrees_or_is_parked_by_name(story):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        await open_shop(town)
        town.qbo.person.set_currencies(several=True)
        for name, code in (("Harbour Books", "USD"), ("Lumière", "EUR")):
            await an_invoice(town, await a_customer(town, name, currency_code=code))
        await town.run(60)
        for name, n in story:
            await do(town, name, n, ALL)
        end_faults(town)
        await town.run(1200)

        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}
        stands_in_its_currency(town)


def stands_in_its_currency(town: Town) -> None:
    """Hold each document of QuickBooks against its customer, and against MediaOS', by itself."""
    own = {each["Id"]: each["CurrencyRef"] for each in town.in_qbo("Customer")}
    names = {each["external_reference"]: each for each in town.in_mediaos("invoices")}
    for kind in ("Invoice", "CreditMemo", "Payment", "RefundReceipt"):
        for document in town.in_qbo(kind):
            assert document["CurrencyRef"] == own[document["CustomerRef"]["value"]]
    for document in town.in_qbo("Invoice"):
        there = names.get(document["Id"])
        if there is not None and there["exchange_rate"] is None:
            assert document["CurrencyRef"]["value"] == "USD"
