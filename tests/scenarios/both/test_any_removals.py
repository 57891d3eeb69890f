"""Whatever is edited, voided, deleted and brought back on both sides, with lost replies between.

In the end the books agree to the cent, or each difference is parked by its name.
"""

import os

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from tests.scenarios.both.deeds import REMOVALS, do, end_faults
from tests.scenarios.both.people import a_customer_with_an_invoice, a_payment, an_invoice
from tests.scenarios.both.town import opened

SEED = int(os.environ["DAYS"])
OTHERS = (
    "invoice",
    "payment",
    "memo",
    "lines",
    "less paid",
    "qbo memo",
    "qbo payment",
    "qbo unapply",
    "lost after",
    "mediaos lost after",
    "restart",
    "moment",
    "time",
)
deeds = st.tuples(
    st.sampled_from(sorted(REMOVALS)) | st.sampled_from(OTHERS),
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
@given(
    of_paid=st.sampled_from(["unlink", "refuse_6000", "refuse_if_deposited"]),
    keeps=st.booleans(),
    unapply_first=st.booleans(),
    story=st.lists(deeds, min_size=3, max_size=14),
)
async def test_after_any_removals_the_books_agree_but_for_what_is_parked(
    of_paid, keeps, unapply_first, story
):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        town.qbo.change_settings({"void_paid": of_paid, "void_keeps_lines": keeps})
        customer, invoice = await a_customer_with_an_invoice(town, ("1", "100"))
        await town.settings(unapply_first=unapply_first)
        await a_payment(town, customer, "40", {invoice: "40"})
        await an_invoice(town, customer, ("2", "30"))
        await town.run()
        for name, n in story:
            await do(town, name, n)
        end_faults(town)
        await town.run(1200)

        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}
