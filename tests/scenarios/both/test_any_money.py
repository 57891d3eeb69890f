"""Whatever money comes, bounces, is credited below zero or paid for others, with replies lost.

In the end the books agree to the cent, or each difference is parked by its name.
"""

import os

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from tests.scenarios.both.deeds import do, end_faults
from tests.scenarios.both.people import a_customer, a_customer_with_an_invoice, an_invoice
from tests.scenarios.both.town import opened

SEED = int(os.environ["DAYS"])
MONEY = (
    *("below zero", "turned", "apply below zero", "qbo bounce", "qbo pays for all"),
    *("payment", "less paid", "qbo payment", "qbo unapply", "qbo apply", "qbo lines", "lines"),
)
OTHERS = (
    *("bring back", "delete invoice", "delete payment", "unapply", "qbo void", "qbo void credit"),
    *("qbo delete credit", "qbo delete payment", "qbo reference", "qbo void invoice"),
    *("lost after", "mediaos lost after", "qbo ill", "restart", "moment", "time"),
)
deeds = st.tuples(
    st.sampled_from(MONEY) | st.sampled_from(OTHERS), st.integers(min_value=0, max_value=59)
)


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.timeout(0)
@seed(SEED)
@settings(
    max_examples=20,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(story=st.lists(deeds, min_size=4, max_size=18))
async def test_after_any_money_the_books_agree_but_for_what_is_parked(story):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        customer, _ = await a_customer_with_an_invoice(town, ("1", "100"))
        await an_invoice(town, customer, ("1", "-30"))
        await an_invoice(town, await a_customer(town, "Tide Press"), ("2", "30"))
        await town.run()
        for name, n in story:
            await do(town, name, n)
        end_faults(town)
        await town.run(1200)

        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}
