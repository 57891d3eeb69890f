"""How often is the state store asked for an edit of which nothing is in memory any more?"""

from schemas.values import Kind
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.story import given_a_customer_with_an_invoice
from tests.testing.simulated.world import World


def listened_to(store, monkeypatch):
    """Return what a store is asked for from now on: the keys of each question."""
    asked = []
    read = store.read

    def heard(keys):
        asked.append(list(keys))
        return read(keys)

    monkeypatch.setattr(store, "read", heard)
    return asked


async def test_an_edit_of_what_has_left_memory_asks_the_store_twice(monkeypatch):
    monkeypatch.setattr(KeptStore, "row_limit", 0)
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    asked = listened_to(world.kept.store, monkeypatch)

    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="Thank you")
    await world.run()

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    [customer] = world.qbo.of(Kind.CUSTOMER)
    assert crossed.memo == "Thank you"
    # QuickBooks' word of what we wrote is another event, which comes by a lane of its own.
    edit = [keys for keys in asked if f"lane:t1/qbo/{customer}" not in keys]
    assert len(edit) == 2, "\n".join(map(str, edit))
