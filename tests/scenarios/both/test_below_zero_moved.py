"""An invoice that waits, moves to another advertiser and turns its sign in one edit.

Below zero it is a credit memo, above an invoice: two lanes may come to hold it under two names.
The newest revision counts, whichever of them has what it waits for first.
"""

import os
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.facts import Linked
from schemas.state import Document, ParkReason
from streams.publisher import TOPIC
from tests.scenarios.both.ends import each_end
from tests.scenarios.both.people import (
    FULL_PAGE,
    HALF_PAGE,
    a_customer,
    an_invoice,
    an_item,
    delete,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.town import Town, opened
from tests.testing.simulated.lying_proxy import LIES

pytestmark = pytest.mark.few_rows

#: What an invoice is, by the sign of its one line.
ABOVE, BELOW = "80", "-30"
#: As what each product is sold, by the item's id.
ITEMS = {FULL_PAGE: "1", HALF_PAGE: "2"}
#: What is only carried on within Kafka.
CARRIED_ON = ("commit", "send isthmus-intake", "send quickbooks-changes")
SEED = int(os.environ["DAYS"])


def sold(amount: str, product: str) -> list[dict[str, Any]]:
    return lines_of(("1", amount), product=product)


async def given_two_who_wait(town: Town, *products: str) -> tuple[str, str]:
    """Two advertisers that have crossed, and products that are not mapped."""
    await open_shop(town)
    first = await a_customer(town, "Harbour Books")
    second = await a_customer(town, "Tide Press")
    await town.run()
    for product in products or (FULL_PAGE, HALF_PAGE):
        await town.maps(product, None)
    await town.run(1)
    return first, second


async def mapped(town: Town, product: str) -> None:
    await town.maps(product, an_item(town, f"Sold as {product}"))


def credit(town: Town, customer: str, invoice: str) -> Document:
    return town.document(customer, f"mediaos/credit-memo/invoice-{invoice}")


def documents(town: Town) -> list[tuple[str, Decimal, str]]:
    """What QuickBooks has of it: as what, over how much, and whose it is."""
    return [
        (kind, each["TotalAmt"], each["CustomerRef"]["name"])
        for kind in ("Invoice", "CreditMemo")
        for each in town.in_qbo(kind)
    ]


def as_what(amount: str) -> tuple[str, Decimal]:
    return "CreditMemo" if amount.startswith("-") else "Invoice", abs(Decimal(amount))


async def told_again(town: Town, number: int) -> None:
    """What MediaOS published of an invoice is delivered once more, late."""
    told = [
        each
        for records in town.kafka.topics[TOPIC].records
        for each in records
        if b"invoice" in each.value and b"line_items" in each.value
    ]
    if told:
        late = sorted(told, key=lambda each: each.value)[number % len(told)]
        await town.kafka.send(TOPIC, late.key, late.value)


async def moves_and_turns(
    town: Town, invoice: str, customer: str, amount: str, product: str
) -> None:
    lines = sold(amount, product)
    await edit(town, "invoices", invoice, advertiser_id=customer, line_items=lines)


@pytest.mark.parametrize(("before", "after"), [(BELOW, ABOVE), (ABOVE, BELOW)])
@pytest.mark.parametrize("released", ["at once", "old first", "new first"])
@pytest.mark.parametrize("between", ["a while", "no time", "a restart"])
async def test_it_crosses_once_as_its_newest_revision_has_it(
    town, before, after, released, between
):
    first, second = await given_two_who_wait(town)
    invoice = await an_invoice(town, first, ("1", before), product=FULL_PAGE)
    await town.run(0 if between == "no time" else 30)
    product = FULL_PAGE if released == "at once" else HALF_PAGE
    await moves_and_turns(town, invoice, second, after, product)
    await town.run(0 if between == "no time" else 30)
    if between == "a restart":
        await town.worker()
    for each in (HALF_PAGE, FULL_PAGE) if released == "new first" else (FULL_PAGE, HALF_PAGE):
        await mapped(town, each)
        await town.run()

    assert documents(town) == [(*as_what(after), "Tide Press")]
    await town.agrees()


async def test_the_lane_that_gives_it_up_says_so_while_the_other_still_waits(town):
    first, second = await given_two_who_wait(town)
    invoice = await an_invoice(town, first, ("1", BELOW))
    await town.run()
    await moves_and_turns(town, invoice, second, ABOVE, FULL_PAGE)
    await town.run()

    given_up = credit(town, first, invoice)
    assert given_up.park is None
    assert (
        given_up.unplaced
        == f"it changed its customer, and customer {second} of MediaOS speaks for it"
    )
    waits = town.document(second, f"mediaos/invoice/{invoice}")
    assert waits.park.reason is ParkReason.UNMAPPED_PRODUCT
    await town.agrees(parked=1)


async def test_one_that_turns_its_sign_where_it_is_crosses_as_what_it_is_by_then(town):
    first, _ = await given_two_who_wait(town)
    invoice = await an_invoice(town, first, ("1", BELOW))
    await town.run()
    await edit(town, "invoices", invoice, line_items=sold(ABOVE, FULL_PAGE))
    await town.run()
    assert credit(town, first, invoice).unplaced == (
        "MediaOS has turned its sign: it is an invoice now"
    )
    await mapped(town, FULL_PAGE)
    await town.run()

    assert documents(town) == [(*as_what(ABOVE), "Harbour Books")]
    await town.agrees()


async def test_one_that_moves_away_and_comes_back_as_it_was_crosses_where_it_began(town):
    first, second = await given_two_who_wait(town)
    invoice = await an_invoice(town, first, ("1", BELOW))
    await town.run()
    await moves_and_turns(town, invoice, second, ABOVE, FULL_PAGE)
    await town.run()
    await moves_and_turns(town, invoice, first, BELOW, FULL_PAGE)
    await town.run()
    await mapped(town, FULL_PAGE)
    await town.run()

    assert documents(town) == [(*as_what(BELOW), "Harbour Books")]
    await town.agrees()


async def test_an_old_event_that_comes_late_brings_nothing_back(town):
    first, second = await given_two_who_wait(town)
    invoice = await an_invoice(town, first, ("1", BELOW))
    await moves_and_turns(town, invoice, second, ABOVE, FULL_PAGE)
    await town.run()
    for number in range(2):
        await told_again(town, number)
        await town.run()
    await mapped(town, FULL_PAGE)
    await town.run()
    for number in range(2):
        await told_again(town, number)
        await town.run()

    assert documents(town) == [(*as_what(ABOVE), "Tide Press")]
    await town.agrees()


async def test_one_that_is_deleted_after_it_moved_crosses_as_nothing(town):
    first, second = await given_two_who_wait(town)
    invoice = await an_invoice(town, first, ("1", BELOW))
    await town.run()
    await moves_and_turns(town, invoice, second, ABOVE, FULL_PAGE)
    await delete(town, "invoices", invoice)
    await town.run()
    await mapped(town, FULL_PAGE)
    await town.run()

    assert documents(town) == []
    await town.agrees()


async def test_one_whose_answer_was_lost_is_not_made_as_something_else(town):
    first, second = await given_two_who_wait(town)
    await mapped(town, FULL_PAGE)
    await mapped(town, HALF_PAGE)
    town.qbo_proxy.lie(LIES["504"], "/creditmemo", times=4)
    invoice = await an_invoice(town, first, ("1", BELOW))
    await town.run(1)
    await moves_and_turns(town, invoice, second, ABOVE, FULL_PAGE)
    await town.run(900)

    [(kind, _, whose)] = documents(town)
    assert (kind, whose) == ("CreditMemo", "Harbour Books")
    assert credit(town, first, invoice).park.reason is ParkReason.UNSAYABLE
    assert (await town.report()).findings == ()


@pytest.mark.parametrize("back", ["as it was", "only its sign"])
async def test_one_that_waits_for_an_answer_goes_on_when_that_is_there(town, back):
    first, second = await given_two_who_wait(town)
    await mapped(town, FULL_PAGE)
    await town.run()
    town.qbo.faults.slow(20)
    invoice = await an_invoice(town, first, ("1", BELOW))
    await town.run(1)
    await moves_and_turns(town, invoice, second, ABOVE, FULL_PAGE)
    await town.run(1)
    waits = town.document(second, f"mediaos/invoice/{invoice}").park
    assert waits.reason is ParkReason.CUSTOMER_CHANGED
    town.qbo.faults.clear()
    whose = first if back == "as it was" else second
    await moves_and_turns(town, invoice, whose, BELOW, FULL_PAGE)
    await town.run(300)

    name = "Harbour Books" if back == "as it was" else "Tide Press"
    assert documents(town) == [(*as_what(BELOW), name)]
    assert town.document(second, f"mediaos/invoice/{invoice}").park is None
    await town.agrees()


class Slow(httpx.AsyncBaseTransport):
    """The first create comes late to QuickBooks, and the second query later still."""

    def __init__(self, town: Town) -> None:
        self._behind, self._clock, self._queries = town.qbo_proxy.behind, town.clock, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/query"):
            self._queries += 1
            await self._clock.sleep(8 if self._queries == 2 else 0)
        elif request.method == "POST" and b'"SyncToken"' not in request.content:
            await self._clock.sleep(3)
        return await self._behind.handle_async_request(request)


@pytest.mark.parametrize("amount", [ABOVE, BELOW])
async def test_one_that_another_lane_has_linked_and_moved_meanwhile_is_not_linked_again(
    town, amount
):
    first, _ = await given_two_who_wait(town)
    await mapped(town, FULL_PAGE)
    at = {lane_of(town, first)}
    while len(at) == 1:
        second = await a_customer(town, f"Tide Press {len(town.in_mediaos('advertisers'))}")
        at.add(lane_of(town, second))
    await town.run()
    town.qbo_proxy.behind = Slow(town)
    invoice = await an_invoice(town, first, ("1", amount))
    await town.run(1)
    await moves_and_turns(town, invoice, second, amount, FULL_PAGE)
    await town.run(120)

    [(kind, total, whose)] = documents(town)
    assert ((kind, total), whose[:10]) == (as_what(amount), "Tide Press")
    linked = [each for each in town.told() if isinstance(each, Linked)]
    assert [each.mediaos[-5:] for each in linked].count(invoice) == 1
    await town.agrees()


def lane_of(town: Town, customer: str) -> int:
    """The partition of a customer's lane."""
    return town.kafka.partition_of(f"{town.tenant}/mediaos/{customer}".encode())


# A worker ends.


async def one_waits(town: Town) -> None:
    first, _ = await given_two_who_wait(town)
    await an_invoice(town, first, ("1", BELOW))
    await town.run()


async def it_moves_and_is_released(town: Town) -> None:
    [invoice], (_, second) = town.in_mediaos("invoices"), town.in_mediaos("advertisers")
    await moves_and_turns(town, invoice["id"], second["id"], ABOVE, FULL_PAGE)
    await town.maps(FULL_PAGE, ITEMS[FULL_PAGE])
    await town.run(2)


@pytest.mark.slow
@pytest.mark.parametrize(("how", "when"), [("dies", "after"), ("freezes", "before")])
async def test_a_kill_at_each_call_of_its_move_leaves_one_document(how, when):
    ends = each_end(
        how, when, it_moves_and_is_released, time_goes_by, given=one_waits, but=CARRIED_ON
    )
    async for town, where in ends:
        report = await town.report()
        assert report.findings == (), where
        assert len(documents(town)) == 1, where
        # One that may have been sent before it was known to have moved stays what it was.
        waits = {each.reason for each in report.waiting}
        assert waits <= {ParkReason.UNSAYABLE}, where
        assert waits or documents(town) == [(*as_what(ABOVE), "Tide Press")], where


async def time_goes_by(town: Town) -> None:
    await town.run(310)


# In any order.

edits = st.tuples(
    st.just("edit"),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([BELOW, ABOVE, "-45", "60"]),
    st.sampled_from([FULL_PAGE, HALF_PAGE]),
)
others = st.one_of(
    st.tuples(st.just("map"), st.sampled_from([FULL_PAGE, HALF_PAGE])),
    st.tuples(st.just("unmap"), st.sampled_from([FULL_PAGE, HALF_PAGE])),
    st.tuples(st.just("time"), st.sampled_from([0, 1, 30])),
    st.tuples(st.just("late"), st.integers(0, 9)),
    st.tuples(st.just("lost"), st.sampled_from(["/creditmemo", "/invoice"])),
    st.just(("restart",)),
)


async def happens(town: Town, name: str, *what: Any) -> None:
    match name, *what:
        case "map", product:
            await town.maps(product, ITEMS[product])
        case "unmap", product:
            await town.maps(product, None)
        case "time", seconds:
            await town.run(seconds)
        case "late", number:
            await told_again(town, number)
        case "lost", path:
            town.qbo_proxy.lie(LIES["504"], path)
        case _:
            await town.worker()


@pytest.mark.slow
@seed(SEED)
@settings(
    max_examples=40,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(story=st.lists(edits | others, min_size=2, max_size=12))
async def test_in_any_order_it_is_one_document_that_says_what_was_said_last(story):
    note(f"drawn by DAYS={SEED}: {story}")
    async with opened(lockout_minutes=1) as town:
        first, second = await given_two_who_wait(town)
        owners = {first: "Harbour Books", second: "Tide Press"}
        third = await a_customer(town, "Quay Radio")
        owners[third] = "Quay Radio"
        invoice = await an_invoice(town, first, ("1", BELOW))
        last = (first, BELOW)
        for name, *what in story:
            if name == "edit":
                at, amount, product = what
                last = ([*owners][at], amount)
                await moves_and_turns(town, invoice, *last, product)
            else:
                await happens(town, name, *what)
        for product, item in ITEMS.items():
            await town.maps(product, item)
        await town.run(1200)

        assert town.letters() == []
        [(kind, total, whose)] = documents(town)
        report = await town.report()
        assert report.findings == ()
        customer, amount = last
        if kind == as_what(amount)[0]:
            assert (total, whose) == (abs(Decimal(amount)), owners[customer])
            assert report.waiting == ()
        else:
            assert [each.reason for each in report.waiting] == [ParkReason.UNSAYABLE]
