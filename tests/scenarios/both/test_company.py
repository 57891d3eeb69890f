"""What a QuickBooks company is set to is known before anything is written to it.

Its zone decides the day of a payment that has a time, its closing date what is not tried, its
mailing what an invoice does not say.
"""

from datetime import date

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    open_shop,
)
from tests.testing.simulated.lying_proxy import Lie

MINUTE = 60
CLOSED_UNTIL = date(2026, 2, 28)
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


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("America/New_York", "1900-01-01 02:30:00", "1900-01-01"),
        ("Asia/Tokyo", "2100-12-31 20:00:00", "2100-12-31"),
    ],
)
async def test_no_zone_moves_a_payment_out_of_the_years_that_are_read(town, zone, at, day):
    town.qbo.person.set_time_zone(zone)
    customer, invoice = await a_customer_with_an_invoice(town)
    await a_payment(town, customer, "100.00", {invoice: "100.00"}, date_created=at)
    await town.run()

    assert days(town) == [day]
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


async def test_another_zone_moves_no_day_and_the_ledger_check_agrees(town):
    _, _, payment = await a_payment_in_new_york(town)
    await town.settings(time_zone="Asia/Tokyo")
    await edit(town, "payments", payment, notes="by cheque")
    await town.run()

    assert days(town) == ["2026-02-28"]
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
    await town.run(6 * MINUTE)
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


async def closed_books(town, until=CLOSED_UNTIL):
    """Somebody closes the books, or opens them, and a webhook tells of it."""
    town.qbo.person.close_books(until)
    await town.run(MINUTE)


async def test_what_is_dated_in_closed_books_is_not_tried_and_goes_once_they_are_open(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await closed_books(town)
    written = town.writes()
    old = await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{old}").park
    assert park is not None
    assert park.reason is ParkReason.BOOKS_CLOSED
    assert park.detail == (
        "books are closed until 2026-02-28 in QuickBooks, and it is dated 2026-02-15: open them "
        "there (Account and settings, Advanced, Accounting), or date it later, and it goes by "
        "itself"
    )
    assert town.writes() == written
    await town.agrees(parked=1)

    await closed_books(town, until=date(2026, 3, 31))
    park = town.document(customer, f"mediaos/invoice/{old}").park
    assert park is not None
    assert park.detail.startswith("books are closed until 2026-03-31 in QuickBooks")
    assert town.writes() == written

    await closed_books(town, until=date(2026, 1, 31))
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_the_closing_date_itself_is_closed_and_the_day_after_it_is_not(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await closed_books(town)
    await an_invoice(town, customer, date_created="2026-02-28 00:00:00")
    await an_invoice(town, customer, date_created="2026-03-01 00:00:00")
    await town.run()

    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees(parked=1)


async def test_an_edit_of_what_stands_in_closed_books_waits_and_so_does_one_into_them(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    old = await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await town.run()
    await closed_books(town)
    written = town.writes()
    await edit(town, "invoices", old, date_created="2026-03-02 00:00:00", comments="April")
    await edit(town, "invoices", invoice, date_created="2026-02-27 00:00:00")
    await town.run()
    told = [town.document(customer, f"mediaos/invoice/{i}").park.detail for i in (old, invoice)]
    assert "it is dated 2026-02-15 in QuickBooks and 2026-03-02 in MediaOS" in told[0]
    assert "it is dated 2026-03-02 in QuickBooks and 2026-02-27 in MediaOS" in told[1]
    assert town.writes() == written
    await town.agrees(parked=2)

    await closed_books(town, until=None)
    assert [each["TxnDate"] for each in town.in_qbo("Invoice")] == ["2026-02-27", "2026-03-02"]
    await town.agrees()


async def test_a_payment_of_today_on_an_invoice_in_closed_books_crosses(town):
    customer, _ = await a_customer_with_an_invoice(town)
    old = await an_invoice(town, customer, ("1", "60"), date_created="2026-02-15 00:00:00")
    await town.run()
    await closed_books(town)
    await a_payment(town, customer, "60.00", {old: "60.00"}, date_created="2026-03-02 00:00:00")
    await town.run()

    assert days(town) == ["2026-03-02"]
    await town.agrees()


async def test_an_evening_payment_in_closed_books_is_judged_by_its_day_there(town):
    in_new_york(town)
    customer, invoice = await a_customer_with_an_invoice(town)
    await closed_books(town)
    await a_payment(town, customer, "60.00", {invoice: "60.00"}, date_created=EVENING)
    await town.run()
    assert days(town) == []
    await town.agrees(parked=1)

    await closed_books(town, until=None)
    assert days(town) == ["2026-02-28"]
    await town.agrees()


async def test_a_document_that_is_dated_later_goes_though_the_books_stay_closed(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await closed_books(town)
    old = await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await town.run()
    await edit(town, "invoices", old, date_created="2026-03-01 00:00:00")
    await town.run()

    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_a_change_of_quickbooks_in_closed_books_comes_to_mediaos(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await town.run()
    await closed_books(town, until=None)
    [_, made] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", made["Id"], {"CustomerMemo": {"value": "April"}})
    await closed_books(town)

    assert town.in_mediaos("invoices")[1]["comments"] == "April"
    await town.agrees()


async def test_what_mediaos_has_locked_is_not_written_there_and_goes_once_it_is_unlocked(town):
    customer, _ = await a_customer_with_an_invoice(town)
    old = await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await town.run()
    await town.settings(locked_as_of=CLOSED_UNTIL)
    [_, made] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", made["Id"], {"CustomerMemo": {"value": "April"}})
    await town.run()

    park = town.document(customer, f"mediaos/invoice/{old}").park
    assert park.reason is ParkReason.BOOKS_CLOSED
    assert park.detail == (
        "accounting is locked as of 2026-02-28 in MediaOS, and it is dated 2026-02-15: unlock it "
        "there and say so (isthmus settings set --lock-accounting-as-of), or date it later, and it "
        "goes by itself"
    )
    assert not town.in_mediaos("invoices")[1]["comments"]

    await town.settings(locked_as_of=None)
    await town.run()

    assert town.in_mediaos("invoices")[1]["comments"] == "April"
    await town.agrees()


async def test_an_old_invoice_of_mediaos_crosses_and_gets_its_number_there_though_it_is_locked(
    town,
):
    await town.settings(locked_as_of=CLOSED_UNTIL, number_prefix="MediaOS-")
    customer, _ = await a_customer_with_an_invoice(town)
    await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await town.run()

    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_without_webhooks_it_is_heard_of_within_a_quarter_of_an_hour(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await closed_books(town)
    await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await town.run()
    town.qbo.webhooks.misbehave("drop", times=10**6)
    town.qbo.person.close_books(None)
    await town.run(16 * MINUTE)

    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


@pytest.mark.parametrize("password", [True, False])
async def test_books_that_somebody_closed_unheard_show_in_the_refusal_and_are_waited_for(
    town, password
):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo.webhooks.misbehave("drop", times=10**6)
    town.qbo.person.close_books(date(2026, 3, 2), password)
    old = await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    for each in (old, invoice):
        park = town.document(customer, f"mediaos/invoice/{each}").park
        assert park is not None
        assert park.reason is ParkReason.BOOKS_CLOSED
    refused = town.answers(400)
    town.qbo.person.close_books(None)
    await town.run(16 * MINUTE)

    assert (len(town.in_qbo("Invoice")), town.answers(400)) == (2, refused)
    await town.agrees()


@pytest.mark.parametrize("unread", [0, 1, 3])
async def test_books_closed_unheard_are_told_whenever_the_company_is_read(town, unread):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo.webhooks.misbehave("drop", times=10**6)
    town.qbo.person.close_books(date(2026, 3, 2))
    town.qbo_proxy.lie(Lie(503), "/preferences", method="GET", times=unread)
    old = await an_invoice(town, customer, date_created="2026-02-15 00:00:00")
    await edit(town, "invoices", invoice, comments="April")
    await town.run(2 * MINUTE)

    for each in (old, invoice):
        park = town.document(customer, f"mediaos/invoice/{each}").park
        assert park is not None
        assert park.reason is ParkReason.BOOKS_CLOSED
    town.qbo.person.close_books(None)
    await town.run(16 * MINUTE)
    await town.agrees()


async def test_many_changes_ask_no_more_often_what_the_company_is_set_to(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await town.run(MINUTE)
    for n in range(12):
        await an_invoice(town, customer, date_created=f"2026-02-{n + 10} 00:00:00")
        await town.run(10)

    asked = [each for each in town.qbo.requests if each["path"].endswith("/preferences")]
    assert (len(asked), len(town.in_qbo("Invoice"))) == (1, 13)


def mailed(town):
    return [each["EmailStatus"] for each in town.in_qbo("Invoice")]


async def test_a_company_that_mails_by_itself_mails_nothing_of_ours(town):
    await open_shop(town)
    town.qbo.person.set_mailing(True)
    await town.run(MINUTE)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, billing_email={"value": "ads@harbour.example"})
    await town.run()
    await edit(town, "invoices", invoice, comments="April")
    await town.run()

    assert mailed(town) == ["NotSet"]
    assert "BillEmail" not in town.in_qbo("Invoice")[0]
    assert town.in_mediaos("invoices")[0]["billing_email"]["value"] == "ads@harbour.example"
    await town.agrees()


async def test_while_the_preferences_cannot_be_read_nothing_of_ours_is_mailed(town):
    town.qbo.person.set_mailing(True)
    town.qbo_proxy.lie(Lie(503), "/preferences", method="GET", times=99)
    await open_shop(town)
    await town.run(MINUTE)
    customer = await a_customer(town)
    await an_invoice(town, customer, billing_email={"value": "ads@harbour.example"})
    await town.run()

    assert mailed(town) == ["NotSet"]


async def test_an_address_that_a_person_typed_there_stays_and_comes_to_mediaos(town):
    await open_shop(town)
    town.qbo.person.set_mailing(True)
    await town.run(MINUTE)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, billing_email={"value": "ads@harbour.example"})
    await town.run()
    [made] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", made["Id"], {"BillEmail": {"Address": "pay@harbour.example"}})
    await edit(town, "invoices", invoice, comments="April")
    await town.run()

    [shown] = town.in_qbo("Invoice")
    assert (shown["BillEmail"], shown["CustomerMemo"]["value"]) == (
        {"Address": "pay@harbour.example"},
        "April",
    )
    assert town.in_mediaos("invoices")[0]["billing_email"]["value"] == "pay@harbour.example"
    await town.agrees()


async def test_where_nobody_mails_by_itself_the_address_is_said(town):
    await open_shop(town)
    await town.run(MINUTE)
    customer = await a_customer(town)
    await an_invoice(town, customer, billing_email={"value": "ads@harbour.example"})
    await town.run()

    assert town.in_qbo("Invoice")[0]["BillEmail"] == {"Address": "ads@harbour.example"}
    assert mailed(town) == ["NotSet"]
    await town.agrees()


async def test_what_was_left_out_once_is_no_difference_when_mailing_is_off_again(town):
    await open_shop(town)
    town.qbo.person.set_mailing(True)
    await town.run(MINUTE)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, billing_email={"value": "ads@harbour.example"})
    await town.run()
    town.qbo.person.set_mailing(False)
    await town.run()
    await town.agrees()

    await edit(town, "invoices", invoice, billing_email={"value": "new@harbour.example"})
    await town.run()
    assert town.in_qbo("Invoice")[0]["BillEmail"] == {"Address": "new@harbour.example"}
    await town.agrees()
