"""A customer that is on both sides already: one of them by a person's word, and two again."""

from datetime import timedelta
from itertools import count

import pytest

from agents.sync import deciding
from agents.sync.linking import rewired
from schemas.facts import RequestTaken
from schemas.requests import Link, Unlink
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from tests.scenarios.both.people import (
    a_customer,
    an_invoice,
    edit,
    marker_of,
    open_shop,
    paid_in_qbo,
    sold_in_qbo,
)

pytestmark = pytest.mark.few_rows


async def links(town, customer: str, target: str, turn: int = 0) -> RequestTaken:
    lane, document = _named(town, customer)
    request = f"link-{customer}-{target}-{turn}"
    asked = Link(id=request, lane=lane, document=document, target=target)
    return await _asked(town, lane, asked)


async def unlinks(town, customer: str, turn: int = 0) -> RequestTaken:
    lane, document = _named(town, customer)
    asked = Unlink(id=f"unlink-{customer}-{turn}", lane=lane, document=document)
    return await _asked(town, lane, asked)


def partition_of(town, customer: str) -> int:
    return town.kafka.partition_of(f"{town.tenant}/mediaos/{customer}".encode())


def _named(town, customer):
    return f"{town.tenant}/mediaos/{customer}", f"mediaos/customer/{customer}"


async def _asked(town, lane, request):
    await town.ask(lane, request)
    await town.run()
    told = [fact for fact in town.told() if isinstance(fact, RequestTaken)]
    return next(fact for fact in reversed(told) if fact.request == request.id)


@pytest.fixture
async def twice(town):
    """One firm that was made on both sides, with an invoice that waits for it."""
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    known = town.qbo.person.create(
        "Customer", {"DisplayName": "Harbour Books", "Notes": "Pays late.\nAsk for Ann."}
    )
    customer = await a_customer(town, email={"value": "books@harbour.com"})
    await an_invoice(town, customer)
    await town.run()
    return customer, known["Id"]


async def test_its_park_names_the_command_that_links(town, twice):
    customer, _ = twice
    park = town.document(customer, f"mediaos/customer/{customer}").park

    assert park.reason is ParkReason.NAME_TAKEN
    assert f"isthmus link customer {customer} ID" in park.detail


async def test_both_become_one_and_what_waited_goes_by_itself(town, twice):
    customer, known = twice
    told = await links(town, customer, known)

    assert told.done, told.detail
    [there] = town.in_qbo("Customer")
    assert there["Notes"] == f"Pays late.\nAsk for Ann.\n{marker_of('customer', customer)}"
    assert there["PrimaryEmailAddr"]["Address"] == "books@harbour.com"
    [invoice] = town.in_qbo("Invoice")
    assert invoice["CustomerRef"]["value"] == known
    await town.agrees()


async def test_what_only_quickbooks_knew_of_it_comes_to_mediaos(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    known = town.qbo.person.create(
        "Customer",
        {"DisplayName": "HARBOUR books", "PrimaryPhone": {"FreeFormNumber": "555-0100"}},
    )
    customer = await a_customer(town)
    await town.run()
    await links(town, customer, known["Id"])

    assert town.mediaos.book.records["advertisers"][customer]["phone"] == "555-0100"
    assert town.in_qbo("Customer")[0]["DisplayName"] == "Harbour Books"
    await town.agrees()


async def test_money_that_came_in_quickbooks_before_crosses(town, twice):
    customer, known = twice
    paid_in_qbo(town, "20", {})
    await town.run()
    assert town.in_mediaos("payments") == []
    await links(town, customer, known)

    assert [paid["advertiser_id"] for paid in town.in_mediaos("payments")] == [customer]
    await town.agrees()


async def test_names_that_differ_wait_for_a_person_and_hold_nothing_up(town, twice):
    customer, _ = twice
    other = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books Ltd."})["Id"]
    await links(town, customer, other)

    assert town.in_qbo("Invoice")[0]["CustomerRef"]["value"] == other
    park = town.document(customer, f"mediaos/customer/{customer}").park
    assert park.reason is ParkReason.CONFLICT
    assert "name" in park.detail
    await edit(town, "advertisers", customer, name="Harbour Books Ltd.")
    await town.run()
    await town.agrees(unplaced=1)


async def test_one_that_is_another_advertisers_is_refused_by_name(town, twice):
    customer, known = twice
    await links(town, customer, known)
    town.qbo.person.create("Customer", {"DisplayName": "Tide Press"})
    second = await a_customer(town, "Tide Press")
    await town.run()
    told = await links(town, second, known)

    assert not told.done
    assert f"customer Harbour Books of QuickBooks is customer {customer} of MediaOS" in told.detail


@pytest.mark.parametrize(
    ("deed", "named"),
    [
        ({"Active": False}, "inactive"),
        ({"Notes": "MediaOS t1 customer 77"}, "MediaOS t1 customer 77"),
        ({"Notes": "x" * 1000}, "leave no room"),
    ],
)
async def test_one_that_cannot_be_it_is_named_and_left_as_it_is(town, twice, deed, named):
    customer, known = twice
    town.qbo.person.edit("Customer", known, deed)
    await town.run()
    before = town.qbo.book.get("Customer", known)
    await links(town, customer, known)

    park = town.document(customer, f"mediaos/customer/{customer}").park
    assert park.reason is ParkReason.NOT_LINKED
    assert named in park.detail
    assert town.qbo.book.get("Customer", known) == before
    document = town.document(customer, f"mediaos/customer/{customer}")
    assert (document.link_to, document.qbo) == ("", None)


async def test_one_that_quickbooks_does_not_have_is_named(town, twice):
    customer, _ = twice
    await links(town, customer, "4711")

    park = town.document(customer, f"mediaos/customer/{customer}").park
    assert "QuickBooks has no customer 4711" in park.detail


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_an_answer_that_is_lost_links_once(town, twice, moment):
    customer, known = twice
    town.qbo.faults.time_out_next(moment)
    await links(town, customer, known)

    marked = marker_of("customer", customer)
    assert town.in_qbo("Customer")[0]["Notes"].count(marked) == 1
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_worker_killed_in_the_midst_of_it_is_followed_by_one_that_goes_on(
    town, twice, moment
):
    customer, known = twice
    lane, document = _named(town, customer)
    town.qbo.faults.time_out_next(moment)
    await town.ask(lane, Link(id="link", lane=lane, document=document, target=known))
    await town.run(0)
    await town.worker()
    await town.run(300)

    marked = marker_of("customer", customer)
    assert town.in_qbo("Customer")[0]["Notes"].count(marked) == 1
    assert [each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")] == [known]
    await town.agrees()


async def test_it_is_undone_while_nothing_of_it_has_crossed(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    known = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books", "Notes": "n"})
    customer = await a_customer(town)
    await town.run()
    await links(town, customer, known["Id"])
    told = await unlinks(town, customer)

    assert told.done, told.detail
    assert town.in_qbo("Customer")[0]["Notes"] == "n"
    document = town.document(customer, f"mediaos/customer/{customer}")
    assert (document.agreed, document.park.reason) == (None, ParkReason.NOT_LINKED)
    await an_invoice(town, customer)
    await town.run()
    assert town.in_qbo("Invoice") == []
    other = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books Ltd."})["Id"]
    await edit(town, "advertisers", customer, name="Harbour Books Ltd.")
    await town.run()
    await links(town, customer, other)
    assert town.in_qbo("Invoice")[0]["CustomerRef"]["value"] == other
    await town.agrees(unplaced=1)


async def test_the_customer_of_quickbooks_speaks_for_itself_again(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    known = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})["Id"]
    customer = await a_customer(town)
    await town.run()
    await links(town, customer, known)
    await unlinks(town, customer)
    second = await a_customer(town, "Harbour Books of Bergen")
    await town.run()
    town.qbo.person.edit("Customer", known, {"Notes": "new"})
    sold_in_qbo(town, known, "5")
    await town.run()

    lane = town.workers[-1].lane(f"{town.tenant}/qbo/{known}")
    assert f"qbo/customer/{known}" in lane.documents
    assert second != customer


async def test_unlinked_it_can_be_another_advertisers_with_all_that_comes_of_it(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    known = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})["Id"]
    customer = await a_customer(town)
    await town.run()
    await links(town, customer, known)
    await unlinks(town, customer)
    second = await a_customer(town, "Harbour Books of Bergen")
    await town.run()
    # It crossed as one of its own, which is given up for the one that was there.
    assert (await unlinks(town, second)).done
    told = await links(town, second, known)
    assert told.done, told.detail
    paid_in_qbo(town, "20", {})
    await an_invoice(town, second)
    await town.run()

    assert [paid["advertiser_id"] for paid in town.in_mediaos("payments")] == [second]
    assert [each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")] == [known]


@pytest.mark.parametrize("behind", [0, 60], ids=["by one clock", "each by a clock that is behind"])
async def test_who_has_it_next_may_be_of_another_partition_and_so_may_who_has_it_after(
    town, monkeypatch, behind
):
    minutes = count(step=behind)

    async def by_its_clock(*given):
        *others, now = given
        return await rewired(*others, now - timedelta(minutes=next(minutes)))

    monkeypatch.setattr(deciding, "rewired", by_its_clock)
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    known = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})["Id"]
    wrong = await a_customer(town)
    right = await a_customer(town, "Harbour Books of Bergen 0")
    for number in range(1, 20):
        if partition_of(town, right) == partition_of(town, wrong):
            right = await a_customer(town, f"Harbour Books of Bergen {number}")
    await town.run()
    assert (await unlinks(town, right, 9)).done
    for turn, customer in enumerate((wrong, right, wrong, right)):
        told = await links(town, customer, known, turn)
        assert told.done, told.detail
        if turn < 3:
            assert (await unlinks(town, customer, turn)).done

    assert town.workers[-1].engine.journal.stopped() == {}
    paid_in_qbo(town, "20", {})
    await an_invoice(town, right)
    await town.run()
    assert [paid["advertiser_id"] for paid in town.in_mediaos("payments")] == [right]
    assert [each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")] == [known]


async def test_it_stays_while_a_document_of_it_is_linked(town, twice):
    customer, known = twice
    await links(town, customer, known)
    told = await unlinks(town, customer)

    assert not told.done
    assert "invoice MediaOS-20001" in told.detail
    assert marker_of("customer", customer) in town.in_qbo("Customer")[0]["Notes"]
    await town.agrees()
