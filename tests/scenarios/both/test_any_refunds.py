"""Whatever is refunded, changed and taken away on both sides, with lost replies between.

In the end the books agree to the cent, or each difference is parked by its name.
"""

import os

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from tests.scenarios.both.deeds import DEEDS, do, end_faults
from tests.scenarios.both.people import a_customer, a_refund, account_called, keeps, open_shop
from tests.scenarios.both.town import opened

SEED = int(os.environ["DAYS"])
REFUNDS = sorted({name for name in DEEDS if "refund" in name} | {"account", "bring back"})
OTHERS = ("rename", "lost before", "lost after", "mediaos lost after", "mediaos wrong 412")
OTHERS = (*OTHERS, "qbo ill", "webhooks twice", "restart", "moment", "time")
deeds = st.tuples(
    st.sampled_from(REFUNDS) | st.sampled_from(OTHERS), st.integers(min_value=0, max_value=59)
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
@given(story=st.lists(deeds, min_size=3, max_size=14))
async def test_after_any_refunds_the_books_agree_but_for_what_is_parked(story):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        await open_shop(town)
        await keeps(town, "Check", account_called(town, "Checking"))
        customer = await a_customer(town)
        for price in ("50", "12.35", "0.005"):
            await a_refund(town, customer, ("1", price))
        await town.run()
        for name, n in story:
            await do(town, name, n)
        end_faults(town)
        await town.run(1200)

        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}
        assert all(row.mediaos.receivable == row.qbo.receivable == 0 for row in report.rows)
