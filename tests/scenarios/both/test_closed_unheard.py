"""Somebody closes QuickBooks' books, and nobody hears of it: one refusal, and not one an event.

What was refused waits until the closing date could be read, and is judged by that.
"""

from datetime import date

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import a_customer_with_an_invoice, an_invoice, edit
from tests.testing.simulated.lying_proxy import Lie

MINUTE = 60
CLOSED_UNTIL = date(2026, 2, 28)
FEBRUARY = "2026-02-15 00:00:00"
MANY = 10**4
#: Preferences of books that are open.
OPEN = b'{"Preferences":{"AccountingInfoPrefs":{},"SalesFormsPrefs":{}}}'


def unheard(town):
    """No webhook tells of it, and the preferences cannot be read."""
    town.qbo.webhooks.misbehave("drop", times=10**6)
    town.qbo_proxy.lie(Lie(503), "/preferences", method="GET", times=MANY)


async def events(town, invoice, count=5):
    """So many events of the lane that the closed books do not keep from going."""
    for n in range(count):
        await edit(town, "invoices", invoice, comments=f"call {n}")
        await town.run(MINUTE)


async def known_customer(town, *, never_read):
    """A customer with an invoice, both across, of a company whose preferences were read or not."""
    if never_read:
        unheard(town)
    customer, invoice = await a_customer_with_an_invoice(town)
    unheard(town)
    town.qbo.person.close_books(CLOSED_UNTIL)
    return customer, invoice


def park_of(town, customer, invoice):
    return town.document(customer, f"mediaos/invoice/{invoice}").park


@pytest.mark.parametrize("never_read", [True, False])
async def test_it_is_sent_once_however_many_events_come_while_the_date_cannot_be_read(
    town, never_read
):
    customer, invoice = await known_customer(town, never_read=never_read)
    old = await an_invoice(town, customer, date_created=FEBRUARY)
    await town.run(MINUTE)
    await events(town, invoice)

    park = park_of(town, customer, old)
    assert (town.answers(400), park.reason) == (1, ParkReason.REFUSED)
    assert "the closing date there is read first, and it is judged by that" in park.detail

    town.qbo_proxy.tell_the_truth()
    await town.run(2 * MINUTE)
    assert park_of(town, customer, old).reason is ParkReason.BOOKS_CLOSED
    assert town.answers(400) == 1
    town.qbo.person.close_books(None)
    await town.run(16 * MINUTE)
    await town.agrees()


@pytest.mark.parametrize("never_read", [True, False])
async def test_books_that_are_open_again_when_they_can_be_read_let_it_go_by_itself(
    town, never_read
):
    customer, _ = await known_customer(town, never_read=never_read)
    await an_invoice(town, customer, date_created=FEBRUARY)
    await town.run(MINUTE)
    town.qbo.person.close_books(None)
    await town.run(20 * MINUTE)
    town.qbo_proxy.tell_the_truth()
    await town.run(2 * MINUTE)

    assert (len(town.in_qbo("Invoice")), town.answers(400)) == (2, 1)
    await town.agrees()


async def test_a_worker_that_takes_over_knows_that_the_date_is_in_doubt(town):
    customer, _ = await known_customer(town, never_read=False)
    old = await an_invoice(town, customer, date_created=FEBRUARY)
    await town.run(MINUTE)
    await town.worker()
    await town.run(MINUTE)
    town.qbo_proxy.tell_the_truth()
    await town.run(6 * MINUTE)

    assert park_of(town, customer, old).reason is ParkReason.BOOKS_CLOSED
    assert town.answers(400) == 1
    town.qbo.person.close_books(None)
    await town.run(16 * MINUTE)
    await town.agrees()


async def test_what_is_refused_though_the_books_show_as_open_is_a_persons_after_one_more_try(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo.webhooks.misbehave("drop", times=10**6)
    town.qbo_proxy.lie(Lie(200, OPEN, "application/json"), "/preferences", method="GET", times=MANY)
    town.qbo.person.close_books(CLOSED_UNTIL)
    old = await an_invoice(town, customer, date_created=FEBRUARY)
    await town.run(2 * MINUTE)
    told = park_of(town, customer, old)
    # Once, again when its date was read, and under another id, in case the second was the first.
    assert (town.answers(400), told.reason) == (3, ParkReason.REFUSED)
    assert "then retry it" in told.detail
    for n in range(3):
        await edit(town, "invoices", invoice, comments=f"call {n}")
        await town.run(20 * MINUTE)

    assert (town.answers(400), park_of(town, customer, old)) == (3, told)
    town.qbo_proxy.tell_the_truth()
    await town.run(16 * MINUTE)
    assert park_of(town, customer, old).reason is ParkReason.BOOKS_CLOSED
    town.qbo.person.close_books(None)
    await town.run(16 * MINUTE)
    await town.agrees()
