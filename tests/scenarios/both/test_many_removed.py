"""More than a bookkeeper takes away by hand stops, and waits until a person says that it is meant.

It is counted over all lanes of a tenant, and by the journal: whoever is at work counts on.
"""

from decimal import Decimal

import pytest

from agents.rules.documents.removal_guard import LEAST
from schemas.facts import RequestTaken
from schemas.requests import ConfirmRemovals
from schemas.state import ParkReason
from schemas.values import Side
from tests.scenarios.both.people import a_customer, an_invoice, delete, open_shop
from tests.scenarios.both.test_currency import a_french, opens
from tests.scenarios.both.test_metrics import Shown

pytestmark = pytest.mark.few_rows

HOUR = 3600.0


async def given_many(town, *, customers=4, each=3):
    """So many customers, of lanes of several partitions, each with so many invoices of 100."""
    await open_shop(town)
    made = []
    for n in range(customers):
        customer = await a_customer(town, f"House {n}")
        made += [(customer, await an_invoice(town, customer, ("1", "100"))) for _ in range(each)]
    await town.run(60)
    assert len(town.in_qbo("Invoice")) == len(made)
    return made


def standing(town, side) -> int:
    if side is Side.QBO:
        return sum(each["TotalAmt"] != 0 for each in town.in_qbo("Invoice"))
    return sum(each["date_deleted"] is None for each in town.in_mediaos("invoices"))


async def take_all_away(town, side, made) -> None:
    if side is Side.MEDIAOS:
        for _, invoice in made:
            await delete(town, "invoices", invoice)
    else:
        for each in town.in_qbo("Invoice"):
            town.qbo.person.void("Invoice", each["Id"])
    await town.run(60)


def waiting(town, made):
    parks = [town.document(customer, f"mediaos/invoice/{i}").park for customer, i in made]
    return [park for park in parks if park is not None]


def guard_of(town, side) -> str:
    worker = town.workers[-1]
    lane = worker.engine.context(worker.engine.partition_of(town.tenant), town.tenant)
    removals = lane.tenant_state.removals.get(side)
    return removals.guard if removals is not None else ""


async def confirm(town, side, by="Ada") -> None:
    guard = guard_of(town, side)
    wish = ConfirmRemovals(id=f"c-{guard}", tenant=town.tenant, guard=guard, by=by)
    await town.ask(town.tenant, wish)
    await town.run(60)


@pytest.mark.parametrize("side", list(Side))
async def test_what_one_side_takes_away_at_once_stops_and_goes_when_it_is_confirmed(town, side):
    made = await given_many(town)
    await take_all_away(town, side, made)

    assert standing(town, side.other) == len(made) - LEAST
    parks = waiting(town, made)
    assert len(parks) == len(made) - LEAST
    assert {park.reason for park in parks} == {ParkReason.REMOVALS}
    assert f"{LEAST} went before (300.00 in all)" in parks[0].detail
    assert "isthmus confirm" in parks[0].detail
    stopped = await Shown(town).now("removals_stopped_seconds")
    assert list(stopped) == [(side,)]
    assert 0 < stopped[(side,)] <= 60

    await confirm(town, side)
    assert await Shown(town).now("removals_stopped_seconds") == {}
    assert standing(town, side.other) == 0
    assert waiting(town, made) == []
    assert guard_of(town, side) == ""
    taken = [f for f in town.told() if isinstance(f, RequestTaken) and f.request.startswith("c-")]
    assert [(each.by, each.done) for each in taken] == [("Ada", True)]
    await town.agrees()


async def test_the_guard_holds_across_a_kill_and_neither_time_nor_a_retry_goes_around_it(town):
    made = await given_many(town)
    await take_all_away(town, Side.MEDIAOS, made)
    await town.worker()
    await town.run(2 * HOUR)
    assert standing(town, Side.QBO) == len(made) - LEAST

    customer, invoice = next(
        (c, i) for c, i in made if town.document(c, f"mediaos/invoice/{i}").park is not None
    )
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run(60)
    assert standing(town, Side.QBO) == len(made) - LEAST

    await confirm(town, Side.MEDIAOS)
    assert standing(town, Side.QBO) == 0
    await town.agrees()


async def test_what_is_taken_away_one_after_the_other_over_hours_goes_by_itself(town):
    made = await given_many(town, customers=1, each=5)
    for _, invoice in made:
        await delete(town, "invoices", invoice)
        await town.run(HOUR / 2)

    assert standing(town, Side.QBO) == 0
    await town.agrees()


async def test_what_is_brought_back_while_it_waits_stands_and_waits_no_more(town):
    made = await given_many(town)
    await take_all_away(town, Side.MEDIAOS, made)
    for _, invoice in made:
        await town.mediaos.people.restore("invoices", invoice)
    await town.run(200)

    assert waiting(town, made) == []
    assert sum(each["TotalAmt"] for each in town.in_qbo("Invoice")) == Decimal(100) * len(made)
    await town.agrees()


async def test_a_guard_that_is_confirmed_counts_anew(town):
    made = await given_many(town)
    await take_all_away(town, Side.MEDIAOS, made[:6])
    await confirm(town, Side.MEDIAOS)
    assert standing(town, Side.QBO) == 6
    await take_all_away(town, Side.MEDIAOS, made[6:])

    assert standing(town, Side.QBO) == 6 - LEAST
    assert len(waiting(town, made)) == 6 - LEAST


async def test_a_word_about_a_guard_that_is_open_already_changes_nothing(town):
    made = await given_many(town)
    await take_all_away(town, Side.MEDIAOS, made)
    wish = ConfirmRemovals(id="c-other", tenant=town.tenant, guard="another", by="Ada")
    await town.ask(town.tenant, wish)
    await town.run(60)

    assert standing(town, Side.QBO) == len(made) - LEAST
    [taken] = [f for f in town.told() if isinstance(f, RequestTaken) and f.request == "c-other"]
    assert not taken.done


async def test_what_went_before_is_told_in_its_own_currency(town):
    await opens(town)
    customer = await a_french(town)
    sold = {"exchange_rate": "0.8"}
    invoices = [await an_invoice(town, customer, ("1", "100"), **sold) for _ in range(LEAST + 1)]
    await town.run(60)
    for invoice in invoices:
        await delete(town, "invoices", invoice)
    await town.run()
    parks = [town.document(customer, f"mediaos/invoice/{each}").park for each in invoices]
    [stopped] = [each for each in parks if each is not None]
    assert stopped.reason is ParkReason.REMOVALS
    assert f"{LEAST} went before ({LEAST}00.00 EUR in all)" in stopped.detail
