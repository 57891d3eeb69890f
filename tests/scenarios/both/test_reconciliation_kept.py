"""What both ledgers came to is kept by the tenant's lane, and grows old."""

from datetime import timedelta
from decimal import Decimal

from schemas.facts import RequestTaken
from schemas.kept_requests import KeepReconciliation
from tests.scenarios.both.people import open_shop
from tests.scenarios.both.test_metrics import Shown

HOUR = 3600.0


async def keep(town, name, at, *, differs, waits) -> RequestTaken:
    wish = KeepReconciliation(
        id=name,
        tenant=town.tenant,
        at=at,
        differs=differs,
        waits=waits,
        amount=Decimal("12.50"),
        by="Ada",
    )
    await town.ask(town.tenant, wish)
    await town.run(1)
    return next(f for f in town.told() if isinstance(f, RequestTaken) and f.request == name)


async def test_the_last_reading_is_told_and_an_earlier_one_does_not_stand_in_its_place(town):
    await open_shop(town)
    assert (await Shown(town).now("reconcile_age_seconds"))[()] < HOUR
    assert await Shown(town).now("reconcile_records") == {}
    now = town.clock.now()
    assert (await keep(town, "k1", now, differs=2, waits=3)).done
    assert not (await keep(town, "k2", now - timedelta(hours=1), differs=0, waits=0)).done

    await town.worker()
    await town.run(HOUR)
    shown = Shown(town)
    assert await shown.now("reconcile_records") == {("differs",): 2, ("waits",): 3}
    assert await shown.now("reconcile_amount") == {(): 12.5}
    age = await shown.now("reconcile_age_seconds")
    assert HOUR <= age[()] < HOUR + 60


async def test_a_reading_of_a_time_to_come_is_taken_as_of_now(town):
    await open_shop(town)
    assert (await keep(town, "k1", town.clock.now() + timedelta(days=9), differs=0, waits=0)).done
    await town.run(60)
    assert (await keep(town, "k2", town.clock.now(), differs=1, waits=0)).done
    assert (await Shown(town).now("reconcile_records"))[("differs",)] == 1
