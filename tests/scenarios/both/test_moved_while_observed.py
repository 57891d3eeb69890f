"""What moves to another customer before its tenant goes live crosses there, and waits nowhere."""

import pytest

from tests.scenarios.both.people import a_customer, a_payment, an_invoice, edit, open_shop
from tests.scenarios.both.town import opened

#: Many alike.
pytestmark = pytest.mark.few_rows


@pytest.mark.parametrize("again", [False, True], ids=["on account", "applied again"])
@pytest.mark.parametrize(
    "order", [("invoices", "payments"), ("payments", "invoices")], ids="-".join
)
async def test_an_invoice_and_its_payment_that_both_move_wait_nowhere(order, again):
    async with opened(live=False) as town:
        await open_shop(town)
        one, two = [await a_customer(town, name) for name in ("One", "Two")]
        await town.run()
        invoice = await an_invoice(town, one, ("1", "100"))
        payment = await a_payment(town, one, "100", {invoice: "100"})
        await town.run()
        await edit(town, "payments", payment, lines=[])
        for kind in order:
            moved = {"invoices": invoice, "payments": payment}[kind]
            await edit(town, kind, moved, advertiser_id=two)
            await town.run()
        if again:
            part = {"invoice_id": invoice, "amount": "100"}
            await edit(town, "payments", payment, lines=[part])
            await town.run()
        await town.goes_live()
        await town.run(1200)
        [there] = town.in_qbo("Invoice")
        # One that went by what the first customer's lane had seen is voided, and made anew.
        [paid] = [each for each in town.in_qbo("Payment") if each["TotalAmt"]]
        assert there["CustomerRef"] == paid["CustomerRef"]
        assert there["CustomerRef"]["name"] == "Two"
        assert there["Balance"] == (0 if again else 100)
        report = await town.report()
        assert (report.findings, report.counts.parked) == ((), 0)
        assert report.waiting == ()
