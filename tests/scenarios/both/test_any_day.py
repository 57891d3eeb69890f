"""Whatever people do on a day, and whatever goes wrong in it: in the end the ledgers agree.

What waits for a person is named by the journal; everything else stands on both sides, once, to the
cent.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from tests.scenarios.both.deeds import DEEDS, do, end_faults
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    open_shop,
)
from tests.scenarios.both.town import opened

days = st.lists(
    st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(min_value=0, max_value=59)),
    min_size=10,
    max_size=30,
)


@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(day=days)
async def test_after_any_day_the_ledgers_agree_but_for_what_waits_by_name(day):
    async with opened(lockout_minutes=1) as town:
        await open_shop(town)
        for name in ("Harbour Books", "North Light"):
            await an_invoice(town, await a_customer(town, name))
        await town.run(5)
        for name, n in day:
            await do(town, name, n)
        end_faults(town)
        await town.run(600)

        report = await town.report()
        assert report.findings == ()
        assert town.letters() == []
        assert ParkReason.BUG not in {each.reason for each in report.waiting}


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
