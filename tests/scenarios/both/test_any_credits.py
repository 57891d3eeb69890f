"""Whatever credits are applied, changed and taken off on both sides, with lost replies between.

In the end the books agree to the cent, or each difference is parked by its name.
"""

import os

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from tests.scenarios.both.credit_deeds import CREDITS
from tests.scenarios.both.deeds import DEEDS, do, end_faults
from tests.scenarios.both.people import a_customer_with_an_invoice, an_invoice
from tests.scenarios.both.test_credit_applications import a_memo
from tests.scenarios.both.town import opened

SEED = int(os.environ["DAYS"])
OTHERS = ("payment", "less paid", "qbo payment", "lost after", "mediaos lost after")
OTHERS = (*OTHERS, "restart", "moment", "time")
ALL = {**{name: DEEDS[name] for name in OTHERS}, **CREDITS}
deeds = st.tuples(
    st.sampled_from(sorted(CREDITS)) | st.sampled_from(OTHERS),
    st.integers(min_value=0, max_value=59),
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
async def test_after_any_credits_the_books_agree_but_for_what_is_parked(story):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        customer, _ = await a_customer_with_an_invoice(town, ("1", "100"))
        await an_invoice(town, customer, ("2", "30"))
        await a_memo(town, customer, "25")
        await town.run()
        for name, n in story:
            await do(town, name, n, ALL)
        end_faults(town)
        await town.run(1200)

        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}
