"""Whatever people do on a day, and whatever goes wrong in it: in the end the ledgers agree.

What waits for a person is named by the journal; everything else stands on both sides, once, to the
cent.
"""

import os

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from tests.scenarios.both.deeds import DEEDS, do, end_faults
from tests.scenarios.both.neighbour import moves_in
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    open_shop,
)
from tests.scenarios.both.town import opened

#: Other days in every run; the run's header names the seed, and DAYS=<seed> plays them again.
SEED = int(os.environ["DAYS"])
MOST_TENANTS = 3

#: Whose deed it is, which, and on which of the records.
deeds = st.tuples(
    st.integers(min_value=0, max_value=MOST_TENANTS - 1),
    st.sampled_from(sorted(DEEDS)),
    st.integers(min_value=0, max_value=59),
)


@pytest.mark.slow
@pytest.mark.timeout(0)
@seed(SEED)
@settings(
    max_examples=15,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    tenants=st.integers(min_value=1, max_value=MOST_TENANTS),
    day=st.lists(deeds, min_size=10, max_size=30),
)
async def test_after_any_day_the_ledgers_agree_but_for_what_waits_by_name(tenants, day):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        everybody = [town, *[await moves_in(town, n) for n in range(2, tenants + 1)]]
        for each in everybody:
            await open_shop(each)
            for name in ("Harbour Books", "North Light"):
                await an_invoice(each, await a_customer(each, name))
        await town.run(5)
        for whose, name, n in day:
            await do(everybody[whose % tenants], name, n)
        for each in everybody:
            end_faults(each)
        await town.run(600)

        assert town.letters() == []
        for each in everybody:
            report = await each.report()
            assert report.findings == ()
            assert ParkReason.BUG not in {one.reason for one in report.waiting}


@pytest.mark.parametrize("side", ["mediaos", "qbo"])
async def test_a_cent_that_is_moved_behind_our_back_is_found(town, side):
    _, invoice = await a_customer_with_an_invoice(town)
    if side == "qbo":
        town.qbo.tamper.shift_amount("Invoice", town.in_qbo("Invoice")[0]["Id"])
    else:
        town.mediaos.tampering.shift_amount("invoices", invoice)

    found = (await town.report()).findings
    assert {(each.where, each.field) for each in found} == {
        (f"mediaos/invoice/{invoice}", "total"),
        (f"mediaos/invoice/{invoice}", "balance"),
    }
