"""A customer that somebody makes in QuickBooks is an advertiser of MediaOS, once, by setting."""

import pytest

from schemas.facts import RequestTaken
from schemas.requests import Link, Push
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Side
from tests.scenarios.both.people import (
    a_customer,
    an_invoice,
    edit,
    marker_of,
    open_shop,
)
from tests.scenarios.both.town import Town, opened

TIDE = {
    "DisplayName": "Tide Press",
    "PrimaryEmailAddr": {"Address": "ap@tide.example"},
    "PrimaryPhone": {"FreeFormNumber": "555-0100"},
    "BillAddr": {"Line1": "1 Quay", "City": "Rockport", "PostalCode": "04856"},
}


def made_there(town: Town, name: str = "Tide Press", **fields: object) -> str:
    return str(town.qbo.person.create("Customer", {**TIDE, "DisplayName": name, **fields})["Id"])


async def pushes(town: Town, customer: str) -> RequestTaken:
    lane = f"{town.tenant}/qbo/{customer}"
    asked = Push(
        id=f"push-{customer}", lane=lane, document=f"qbo/customer/{customer}", side=Side.QBO
    )
    await town.ask(lane, asked)
    await town.run()
    told = [fact for fact in town.told() if isinstance(fact, RequestTaken)]
    return next(fact for fact in told if fact.request == asked.id)


def listed(town: Town, customer: str) -> str | None:
    return town.document(customer, f"qbo/customer/{customer}", side="qbo").unplaced


def parked(town: Town, customer: str, side: str = "qbo"):
    return town.document(customer, f"{side}/customer/{customer}", side=side).park


def names(town: Town) -> list[str]:
    return [each["name"] for each in town.in_mediaos("advertisers")]


async def test_it_is_made_with_all_that_both_hold_and_bears_its_id_there(town):
    await open_shop(town)
    there = made_there(town)
    await town.run()

    [made] = town.in_mediaos("advertisers")
    assert (made["name"], made["phone"]) == ("Tide Press", "555-0100")
    assert made["email"]["value"] == "ap@tide.example"
    assert made["billing_address"]["city"] == "Rockport"
    assert made["external_reference"] == there
    assert len(town.in_qbo("Customer")) == 1
    assert town.writes() == 1, "its echo costs none"
    await town.agrees()


async def test_edits_go_both_ways_from_then_on_and_the_same_field_goes_to_its_owner(town):
    await open_shop(town)
    there = made_there(town)
    await town.run()
    [made] = town.in_mediaos("advertisers")
    town.qbo.person.edit("Customer", there, {"DisplayName": "Tide Press & Sons"})
    await edit(town, "advertisers", made["id"], email={"value": "books@tide.example"})
    await town.run()
    assert names(town) == ["Tide Press & Sons"]
    assert town.in_qbo("Customer")[0]["PrimaryEmailAddr"]["Address"] == "books@tide.example"

    town.qbo.person.edit("Customer", there, {"PrimaryPhone": {"FreeFormNumber": "555-0199"}})
    await edit(town, "advertisers", made["id"], phone="555-0111")
    await town.run()
    assert town.in_qbo("Customer")[0]["PrimaryPhone"]["FreeFormNumber"] == "555-0111"
    await town.agrees()


async def test_what_is_sold_to_it_in_mediaos_is_billed_to_it_there(town):
    await open_shop(town)
    there = made_there(town)
    await town.run()
    [made] = town.in_mediaos("advertisers")
    await an_invoice(town, made["id"])
    await town.run()

    [crossed] = town.in_qbo("Invoice")
    assert crossed["CustomerRef"]["value"] == there
    assert len(town.in_qbo("Customer")) == 1
    await town.agrees()


@pytest.mark.parametrize("when", ["time_out_before_commit", "time_out_after_commit"])
@pytest.mark.parametrize("times", [1, 3])
async def test_a_lost_reply_of_mediaos_makes_one(town, when, times):
    await open_shop(town)
    town.mediaos.faults.arm(when, times=times)
    made_there(town)
    await town.run(60)

    assert names(town) == ["Tide Press"]
    assert len(town.in_qbo("Customer")) == 1
    await town.agrees()


@pytest.mark.parametrize("when", ["time_out_before_commit", "time_out_after_commit"])
async def test_a_reply_that_is_lost_with_its_worker_makes_one(town, when):
    await open_shop(town)
    town.mediaos.faults.arm(when)
    made_there(town)
    await town.run(0)
    await town.worker()
    await town.run(60)

    assert names(town) == ["Tide Press"]
    assert len(town.in_qbo("Customer")) == 1
    await town.agrees()


async def test_set_to_list_it_is_listed_until_somebody_pushes_it(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    there = made_there(town)
    await town.run()
    assert town.in_mediaos("advertisers") == []
    assert f"isthmus push customer {there} --side qbo" in (listed(town, there) or "")
    await town.agrees(unplaced=1)

    told = await pushes(town, there)
    assert told.done, told.detail
    assert names(town) == ["Tide Press"]
    await town.agrees()


async def test_what_was_there_before_go_live_is_listed_also_when_it_is_edited():
    async with opened(live=False) as town:
        await open_shop(town)
        there = made_there(town)
        await town.run()
        assert "not live yet" in (listed(town, there) or "")
        await town.goes_live()
        town.qbo.person.edit("Customer", there, {"DisplayName": "Tide & Sons"})
        await town.run()
        assert "before the tenant went live" in (listed(town, there) or "")
        assert town.in_mediaos("advertisers") == []

        made_there(town, "Harbour Books")
        await town.run()
        assert names(town) == ["Harbour Books"]
        await town.agrees(unplaced=1)
        await pushes(town, there)
        assert names(town) == ["Harbour Books", "Tide & Sons"]
        await town.agrees()


async def test_with_two_way_sync_off_it_waits_for_a_push(town):
    await open_shop(town, manual_push=True)
    there = made_there(town)
    await town.run()
    assert parked(town, there).reason is ParkReason.MANUAL

    await pushes(town, there)
    assert names(town) == ["Tide Press"]
    await town.agrees()


async def test_an_inactive_one_is_not_made_until_it_is_active(town):
    await open_shop(town)
    there = made_there(town, Active=False)
    await town.run()
    assert town.in_mediaos("advertisers") == []
    assert "inactive" in (listed(town, there) or "")
    await town.agrees(unplaced=1)

    town.qbo.person.edit("Customer", there, {"Active": True})
    await town.run()
    assert names(town) == ["Tide Press"]
    await town.agrees()


async def test_a_job_of_another_customer_is_made_only_where_somebody_pushes_it(town):
    await open_shop(town)
    there = made_there(town)
    job = made_there(town, "Spring fair", Job=True, ParentRef={"value": there})
    await town.run()
    assert names(town) == ["Tide Press"]
    assert f"of customer {there}" in (listed(town, job) or "")
    await town.agrees(unplaced=1)

    await pushes(town, job)
    assert names(town) == ["Tide Press", "Spring fair"]
    await town.agrees()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "T" * 256}, "its name has 256 characters, and MediaOS holds 255"),
        ({"BillAddr": {"Line1": "1" * 300}}, "its address has 300 characters"),
    ],
    ids=["name", "address"],
)
async def test_what_mediaos_does_not_hold_parks_before_the_call(town, fields, told):
    await open_shop(town)
    there = made_there(town, **fields)
    await town.run()

    park = parked(town, there)
    assert (park.reason, told in park.detail) == (ParkReason.UNSAYABLE, True)
    assert town.writes() == 0
    await town.agrees(parked=1)


async def test_an_advertiser_of_that_name_is_not_doubled_and_a_person_links_the_two(town):
    await open_shop(town)
    # Its service was asleep: it is in MediaOS, and nobody told.
    town.mediaos_unheard = True
    here = await a_customer(town, "tide press")
    town.mediaos_unheard = False
    there = made_there(town)
    await town.run()
    park = parked(town, there)
    assert park.reason is ParkReason.NAME_TAKEN
    assert f"isthmus link customer ID {there}" in park.detail
    assert names(town) == ["tide press"]

    await edit(town, "advertisers", here, phone="555-0111")
    await town.run()
    assert parked(town, here, "mediaos").reason is ParkReason.NAME_TAKEN
    lane = f"{town.tenant}/mediaos/{here}"
    asked = Link(id="link", lane=lane, document=f"mediaos/customer/{here}", target=there)
    await town.ask(lane, asked)
    await town.run()
    [known] = town.in_qbo("Customer")
    assert known["Notes"] == marker_of("customer", here)
    assert names(town) == ["tide press"]
    await town.agrees()


async def test_two_of_one_name_that_are_made_at_once_are_made_on_no_other_side(town):
    await open_shop(town)
    here = await a_customer(town, "Tide Press")
    there = made_there(town)
    await town.run(60)

    assert names(town) == ["Tide Press"]
    assert len(town.in_qbo("Customer")) == 1
    assert parked(town, here, "mediaos").reason is ParkReason.NAME_TAKEN
    assert parked(town, there).reason is ParkReason.NAME_TAKEN
    await town.agrees(parked=2)


async def test_no_link_is_made_with_one_that_is_being_made_at_this_moment(town):
    await open_shop(town)
    here = await a_customer(town, "Harbour Books")
    made_there(town, "Harbour Books")
    await town.run()
    assert parked(town, here, "mediaos") is not None
    town.mediaos.faults.arm("time_out_after_commit", times=4)
    there = made_there(town)
    await town.run(0.5)
    lane = f"{town.tenant}/mediaos/{here}"
    asked = Link(id="link", lane=lane, document=f"mediaos/customer/{here}", target=there)
    await town.ask(lane, asked)
    await town.run(0.5)
    [told] = [f for f in town.told() if isinstance(f, RequestTaken) and f.request == "link"]
    assert not told.done
    assert "is being made in MediaOS" in told.detail

    await town.run(60)
    assert names(town) == ["Harbour Books", "Tide Press"]
    await town.agrees(parked=2)


async def test_an_advertiser_that_bears_a_customers_id_waits_for_a_person_who_links_them(town):
    """As of a create that was given up, and was carried out late."""
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    there = made_there(town)
    here = await a_customer(town, "Tide", external_reference=there)
    await town.run()
    assert parked(town, here, "mediaos").reason is ParkReason.NOT_LINKED
    assert len(town.in_qbo("Customer")) == 1

    lane = f"{town.tenant}/mediaos/{here}"
    asked = Link(id="link", lane=lane, document=f"mediaos/customer/{here}", target=there)
    await town.ask(lane, asked)
    await town.run()
    assert town.in_qbo("Customer")[0]["Notes"] == marker_of("customer", here)
    await edit(town, "advertisers", here, name="Tide Press")
    await town.run()
    await town.agrees()


async def test_what_a_lost_create_has_made_is_found_by_the_id_that_it_bears(town):
    await open_shop(town)
    town.mediaos_unheard = True
    here = await a_customer(town, "Tide Press", external_reference="1")
    town.mediaos_unheard = False
    assert made_there(town) == "1"
    await town.run()

    assert [each["id"] for each in town.in_mediaos("advertisers")] == [here]
    await town.agrees()
