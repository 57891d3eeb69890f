"""What a QuickBooks company is set to is known before anything is written to it.

Its zone decides the day of a payment that has a time, its closing date what is not tried, its
mailing what an invoice does not say.
"""

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    a_payment,
    edit,
)

MINUTE = 60
#: Half past nine in the evening of the last day of February, in New York.
EVENING = "2026-03-01 02:30:00"


def in_new_york(town):
    town.qbo.person.set_time_zone("America/New_York")


async def a_payment_in_new_york(town, at=EVENING):
    """It has crossed; the customer, the invoice and the payment, by MediaOS's ids."""
    in_new_york(town)
    customer, invoice = await a_customer_with_an_invoice(town)
    payment = await a_payment(town, customer, "100.00", {invoice: "100.00"}, date_created=at)
    await town.run()
    return customer, invoice, payment


def days(town):
    return [each["TxnDate"] for each in town.in_qbo("Payment")]


async def test_an_evening_payment_keeps_its_day_and_its_month(town):
    await a_payment_in_new_york(town)

    assert days(town) == ["2026-02-28"]
    await town.agrees()


async def test_a_day_without_a_time_stays_as_it_is_printed(town):
    await a_payment_in_new_york(town, at="2026-03-01 00:00:00")

    assert days(town) == ["2026-03-01"]
    await town.agrees()


async def test_a_day_that_came_back_is_no_edit(town):
    _, _, payment = await a_payment_in_new_york(town)
    [made] = town.in_qbo("Payment")
    town.qbo.person.edit("Payment", made["Id"], {"PaymentRefNum": "W-2"})
    await edit(town, "payments", payment, notes="by cheque")
    await town.run(10 * MINUTE)

    [shown] = town.in_mediaos("payments")
    assert (shown["date_created"], shown["reference_number"]) == (EVENING, "W-2")
    assert days(town) == ["2026-02-28"]
    await town.agrees()


async def test_a_day_that_the_bookkeeper_moves_is_the_day_in_mediaos_and_stays(town):
    await a_payment_in_new_york(town)
    [made] = town.in_qbo("Payment")
    town.qbo.person.edit("Payment", made["Id"], {"TxnDate": "2026-02-27"})
    await town.run(10 * MINUTE)

    assert town.in_mediaos("payments")[0]["date_created"] == "2026-02-27 00:00:00"
    assert days(town) == ["2026-02-27"]
    await town.agrees()


async def test_another_hour_of_the_same_day_writes_nothing_and_one_of_the_next_day_does(town):
    _, _, payment = await a_payment_in_new_york(town)
    written = town.writes()
    await edit(town, "payments", payment, date_created="2026-02-28 18:00:00")
    await town.run()
    assert (days(town), town.writes()) == (["2026-02-28"], written)

    await edit(town, "payments", payment, date_created="2026-03-01 05:00:00")
    await town.run()
    assert days(town) == ["2026-03-01"]
    await town.agrees()


async def test_without_a_zone_a_timed_payment_waits_until_somebody_says_one(town):
    town.qbo.person.set_time_zone(None)
    customer, invoice = await a_customer_with_an_invoice(town)
    payment = await a_payment(town, customer, "100.00", {invoice: "100.00"}, date_created=EVENING)
    await town.run()
    park = town.document(customer, f"mediaos/payment/{payment}").park
    assert park is not None
    assert park.reason is ParkReason.DAY_UNKNOWN
    assert park.detail == (
        "its day is in doubt, 2026-03-01 02:30 in UTC: its company shows no time zone in "
        "QuickBooks; isthmus settings set --time-zone says it (America/New_York), and it goes by "
        "itself"
    )
    await town.agrees(parked=1)

    await town.settings(time_zone="America/New_York")
    await town.run()
    assert days(town) == ["2026-02-28"]
    await town.agrees()


async def test_a_zone_that_is_none_is_named_and_the_next_worker_hears_of_a_right_one(town):
    town.qbo.person.set_time_zone("Mars/Olympus Mons")
    customer, invoice = await a_customer_with_an_invoice(town)
    payment = await a_payment(town, customer, "100.00", {invoice: "100.00"}, date_created=EVENING)
    await town.run()
    park = town.document(customer, f"mediaos/payment/{payment}").park
    assert park is not None
    assert "'Mars/Olympus Mons' is no time zone" in park.detail

    in_new_york(town)
    await town.worker()
    await town.run(MINUTE)
    assert days(town) == ["2026-02-28"]
    await town.agrees()


async def test_a_tenants_own_zone_stands_in_the_place_of_its_companys(town):
    in_new_york(town)
    customer, _ = await a_customer_with_an_invoice(town)
    await town.settings(time_zone="Asia/Tokyo")
    await a_payment(town, customer, "60", {}, date_created="2026-02-28 16:00:00")
    await town.run()

    assert days(town) == ["2026-03-01"]
    await town.agrees()
