"""What is set aside as hardly news stands in memory alone, and is not lost with it."""

import pytest

from tests.scenarios.both.people import a_customer_with_an_invoice, edit

pytestmark = pytest.mark.few_rows


def due(town):
    [shown] = town.in_mediaos("invoices")
    return shown["date_due"]


async def test_an_edit_that_a_killed_worker_had_set_aside_is_found_by_a_sweep(town):
    _, invoice = await a_customer_with_an_invoice(town)
    await town.run()
    await edit(town, "invoices", invoice, comments="May")
    await town.run(1)
    [crossed] = town.in_qbo("Invoice")
    assert crossed["CustomerMemo"] == {"value": "May"}
    # In the second of our own write, which explains the notice.
    town.qbo.person.edit("Invoice", crossed["Id"], {"DueDate": "2026-12-24"})
    await town.run(3)
    assert due(town) != "2026-12-24 00:00:00"

    town.qbo.webhooks.misbehave("drop", times=10**6)
    await town.worker()
    await town.run(310)

    assert due(town) == "2026-12-24 00:00:00"
    await town.agrees()
