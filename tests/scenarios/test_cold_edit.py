"""How often is the state store asked for an edit of which nothing is in memory any more?"""

import pytest

from schemas.values import Kind
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, payment
from tests.testing.simulated.world import World


def listened_to(store, monkeypatch):
    """Return what a store is asked for from now on: the keys of each question."""
    asked = []
    read = store.read

    def heard(keys, *leads):
        asked.append(list(keys))
        return read(keys, *leads)

    monkeypatch.setattr(store, "read", heard)
    return asked


@pytest.fixture
async def world(monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", 0)
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    return world


async def test_an_edit_of_what_has_left_memory_asks_the_store_once(world, monkeypatch):
    asked = listened_to(world.kept.store, monkeypatch)

    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="Thank you")
    await world.run()

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    [customer] = world.qbo.of(Kind.CUSTOMER)
    assert crossed.memo == "Thank you"
    # QuickBooks' word of what we wrote is another event, which comes by a lane of its own.
    edit = [keys for keys in asked if f"lane:t1/qbo/{customer}" not in keys]
    assert len(edit) == 1, "\n".join(map(str, edit))


async def given_a_payment(world):
    """Return the id in QuickBooks of a payment of MediaOS, of which nothing is in memory."""
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "77")
    await world.run()
    [paid] = world.qbo.of(Kind.PAYMENT)
    return paid


async def test_an_edit_of_a_payment_asks_the_store_once(world, monkeypatch):
    paid = await given_a_payment(world)
    asked = listened_to(world.kept.store, monkeypatch)

    await world.mediaos.person_edits(Kind.PAYMENT, "77", memo="by cheque")
    await world.run()

    assert world.qbo.of(Kind.PAYMENT)[paid].memo == "by cheque"
    edit = [keys for keys in asked if "where:t1/mediaos/payment/77" in keys]
    assert asked[0] in edit
    assert len(edit) == 1, "\n".join(map(str, asked))


async def test_an_edit_of_a_payment_in_quickbooks_asks_once_in_each_of_its_lanes(
    world, monkeypatch
):
    paid = await given_a_payment(world)
    asked = listened_to(world.kept.store, monkeypatch)

    await world.qbo.person_edits(Kind.PAYMENT, paid, memo="by bank transfer")
    await world.run()

    # Behind them come what QuickBooks says of its invoice, and of the credit that is in none.
    [customer] = world.qbo.of(Kind.CUSTOMER)
    lanes = [f"lane:t1/qbo/{customer}", f"lane:{LANE}"]
    assert [each for keys in asked for each in keys if each in lanes] == lanes
    [first, home, *others] = asked
    assert f"where:t1/qbo/payment/{paid}" in first
    assert f"where:t1/qbo/credit-application/{paid}" in first
    assert "where:t1/mediaos/invoice/136" in home
    assert others == [[f"document:t1/qbo/{customer}\x1fqbo/invoice/{crossed(world)}"]]


def crossed(world):
    """Return the id in QuickBooks of the one invoice."""
    [invoice] = world.qbo.of(Kind.INVOICE)
    return invoice
