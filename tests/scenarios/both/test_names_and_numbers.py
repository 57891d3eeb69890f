"""A name or a number that is taken: by a stranger it is a person's choice, by ourselves it is ours.

`forgets` is a QuickBooks that no longer knows our request id, so that the repeat of a create whose
answer was lost meets what it made itself.
"""

import pytest

from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from streams.remotes.quickbooks.rounds import WINDOW_SECONDS
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    edit,
    marker_of,
    open_shop,
    sold_in_qbo,
)


def forgets(town):
    town.qbo.company()._replays.clear()


async def test_a_name_that_a_stranger_has_parks_the_customer_until_it_is_renamed(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    town.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})
    customer = await a_customer(town)
    await an_invoice(town, customer)
    await town.run()
    park = town.document(customer, f"mediaos/customer/{customer}").park
    assert park is not None
    assert park.reason is ParkReason.NAME_TAKEN
    # The stranger is listed; the customer and its invoice wait.
    await town.agrees(parked=2, unplaced=1)

    await edit(town, "advertisers", customer, name="Harbour Books (Advertising)")
    await town.run()
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees(unplaced=1)


async def test_a_vendor_of_the_same_name_parks_the_customer_as_well(town):
    await open_shop(town)
    town.qbo.person.create("Vendor", {"DisplayName": "Harbour Books"})
    await a_customer(town)
    await town.run()

    assert town.in_qbo("Customer") == []
    await town.agrees(parked=1)


async def test_a_name_that_carries_our_marker_is_adopted(town):
    await open_shop(town)
    known = town.qbo.person.create(
        "Customer",
        {"DisplayName": "Harbour Books", "Notes": marker_of("customer", "1001")},
    )
    await town.run()
    customer = await a_customer(town)
    await an_invoice(town, customer)
    await town.run()

    assert [each["Id"] for each in town.in_qbo("Customer")] == [known["Id"]]
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


@pytest.mark.parametrize("kind", ["Customer", "Invoice"])
async def test_our_own_lost_create_is_found_again_and_adopted(town, kind):
    await open_shop(town)
    customer = await a_customer(town)
    if kind == "Invoice":
        await town.run()
    town.qbo.faults.time_out_next("after")
    await an_invoice(town, customer)
    await town.run(WINDOW_SECONDS if kind == "Invoice" else 0)
    assert len(town.in_qbo(kind)) == 1
    forgets(town)
    await town.run()

    # A taken name is refused (6240); a number is looked for before.
    assert town.answers(400) == (kind == "Customer")
    assert (len(town.in_qbo("Customer")), len(town.in_qbo("Invoice"))) == (1, 1)
    await town.agrees()


@pytest.mark.few_rows
@pytest.mark.parametrize("kind", ["Customer", "Invoice"])
async def test_our_own_create_lost_before_an_outage_of_an_hour_is_looked_for_first(town, kind):
    await open_shop(town)
    customer = await a_customer(town)
    if kind == "Invoice":
        await town.run()
    town.qbo.faults.time_out_next("after")
    await an_invoice(town, customer)
    await town.run(WINDOW_SECONDS if kind == "Invoice" else 0)
    assert len(town.in_qbo(kind)) == 1
    town.qbo.faults.refuse_company("150", seconds=3700)
    await town.run(100)
    forgets(town)
    # It is tried again every 15 minutes by then.
    await town.run(4800)

    assert (len(town.in_qbo("Customer")), len(town.in_qbo("Invoice"))) == (1, 1)
    await town.agrees()


async def test_a_number_that_a_strangers_document_has_parks_the_invoice(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await town.settings(born_in_quickbooks=BornInQuickbooks.LIST)
    await town.run(1)
    stranger = town.qbo.person.create("Customer", {"DisplayName": "Walk-in"})
    theirs = sold_in_qbo(town, stranger["Id"], "5", DocNumber="MediaOS-20002")
    second = await an_invoice(town, customer)
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{second}").park
    assert park is not None
    assert park.reason is ParkReason.NUMBER_TAKEN
    await town.agrees(parked=1, unplaced=2)

    town.qbo.person.edit("Invoice", theirs["Id"], {"DocNumber": "W-1"})
    await town.retries(customer, f"mediaos/invoice/{second}")
    await town.run()
    assert len(town.in_qbo("Invoice")) == 3
    await town.agrees(unplaced=2)


async def test_a_number_of_more_than_21_characters_parks_until_the_prefix_is_shorter(town):
    await open_shop(town, number_prefix="Advertising-in-2026-")
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer)
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park is not None
    assert park.reason is ParkReason.NUMBER_TOO_LONG

    await town.settings(number_prefix="A-")
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run()
    assert town.in_qbo("Invoice")[0]["DocNumber"] == f"A-{invoice}"
    await town.agrees()


async def test_a_parked_customer_that_is_edited_and_still_has_a_taken_name_parks_again(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    town.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})
    customer = await a_customer(town)
    await town.run()
    await edit(town, "advertisers", customer, phone="555-0100")
    await town.run(600)

    park = town.document(customer, f"mediaos/customer/{customer}").park
    assert park is not None
    assert park.reason is ParkReason.NAME_TAKEN
    await town.agrees(parked=1, unplaced=1)


async def test_a_taken_name_parks_again_also_when_an_earlier_answer_was_lost(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    town.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})
    town.qbo.faults.time_out_next("before")
    customer = await a_customer(town)
    await town.run()
    await edit(town, "advertisers", customer, phone="555-0100")
    await town.run(900)

    await town.agrees(parked=1, unplaced=1)


async def test_a_taken_number_parks_also_where_quickbooks_would_take_the_twin(town):
    customer, _ = await a_customer_with_an_invoice(town)
    town.qbo.person.set_custom_numbers(False)
    await town.run(301)
    await town.settings(born_in_quickbooks=BornInQuickbooks.LIST)
    await town.run(1)
    stranger = town.qbo.person.create("Customer", {"DisplayName": "Walk-in"})
    sold_in_qbo(town, stranger["Id"], "5", DocNumber="MediaOS-20002")
    second = await an_invoice(town, customer)
    await town.run()

    park = town.document(customer, f"mediaos/invoice/{second}").park
    assert park is not None
    assert park.reason is ParkReason.NUMBER_TAKEN
    numbers = [each["DocNumber"] for each in town.in_qbo("Invoice")]
    assert sorted(numbers) == ["MediaOS-20001", "MediaOS-20002"]
    await town.agrees(parked=1, unplaced=2)


async def test_another_prefix_frees_what_its_number_held_up_and_renumbers_nothing(town):
    customer, first = await a_customer_with_an_invoice(town)
    await town.settings(born_in_quickbooks=BornInQuickbooks.LIST)
    await town.run(1)
    stranger = town.qbo.person.create("Customer", {"DisplayName": "Walk-in"})
    sold_in_qbo(town, stranger["Id"], "5", DocNumber="MediaOS-20002")
    second = await an_invoice(town, customer)
    await town.run()
    await town.agrees(parked=1, unplaced=2)

    await town.settings(number_prefix="00-")
    await edit(town, "invoices", first, comments="April")
    await town.run()
    crossed = {each["DocNumber"]: each for each in town.in_qbo("Invoice")}
    assert set(crossed) == {f"MediaOS-{first}", "MediaOS-20002", f"00-{second}"}
    assert crossed[f"MediaOS-{first}"]["CustomerMemo"] == {"value": "April"}
    await town.agrees(unplaced=2)


async def test_a_shorter_prefix_frees_a_number_that_was_too_long(town):
    await open_shop(town, number_prefix="Advertising-in-2026-")
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer)
    await town.run()
    await town.agrees(parked=1)

    await town.settings(number_prefix="A-")
    await town.run()
    assert town.in_qbo("Invoice")[0]["DocNumber"] == f"A-{invoice}"
    await town.agrees()
