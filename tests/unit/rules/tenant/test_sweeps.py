"""How often is the journal told of sweeps?  A week on the clock, with sides that answer at once."""

import asyncio
from collections import defaultdict
from datetime import timedelta

from agents.rules.tenant.coverage import LAG, LEFT_TO_SERVICES, evolve_covered
from agents.sweep.sweep import Beat, Finished, Sweeps
from agents.sweep.watermarks import Watermarks
from schemas.coverage import decode_coverage
from schemas.tenant_state import Tenant
from schemas.values import Side
from tests.testing.simulated.clock import SimulatedClock, settle
from tests.testing.simulated.kafka import Mortal, MortalReader, SimulatedKafka

MINUTES = {Side.QBO: 5, Side.MEDIAOS: 15}
BEHIND = {Side.QBO: LAG, Side.MEDIAOS: LEFT_TO_SERVICES}
HOUR, DAY = 3600, 86_400
TENANTS = ("t1", "t2", "t3")


class Journal:
    """What stands in it of each tenant, and how many records were written."""

    def __init__(self):
        self.tenants, self.records = defaultdict(Tenant), 0


class Context:
    """A tenant's own lane."""

    def __init__(self, journal, tenant):
        self._journal, self.tenant = journal, tenant

    async def loaded(self):
        await asyncio.sleep(0)

    @property
    def tenant_state(self):
        return self._journal.tenants[self.tenant]

    async def write(self, *facts):
        self._journal.records += 1
        for fact in facts:
            self._journal.tenants[self.tenant] = evolve_covered(self.tenant_state, fact)
        return True


class Quiet:
    """A side on which nothing happens but what a test puts into `news`."""

    def __init__(self, side, clock):
        self._side, self._clock = side, clock
        self.asked, self.news = [], 0

    async def sweep(self, context, covered):
        self.asked.append((context.tenant, covered))
        published, self.news = self.news, 0
        return Finished(until=self._clock.now() - BEHIND[self._side], published=published)


class House:
    """Workers that come and go over one journal and one Kafka."""

    def __init__(self):
        self.clock, self.kafka, self.journal = SimulatedClock(), SimulatedKafka(3), Journal()
        self.sides = {side: Quiet(side, self.clock) for side in Side}
        self._working = None
        #: Who was told to have answered.
        self.answered = []

    async def worker(self):
        if self._working is not None:
            self._working.disown(0)
        watermarks = Watermarks(self.kafka, MortalReader(self.kafka, Mortal()), self.clock)
        self._working = Sweeps(
            beats=[
                Beat(side=side, every=timedelta(minutes=MINUTES[side]), sweeper=self.sides[side])
                for side in Side
            ],
            tenants=self._tenants,
            contexts=lambda _partition, key: Context(self.journal, key),
            watermarks=watermarks,
            look_at_company=self._look_at_company,
            partition_of=lambda _key: 0,
            answered=self._answered,
            clock=self.clock,
        )
        self._working.own(0)
        return watermarks

    async def _answered(self, context, side):
        self.answered.append((context.tenant, side))

    async def _look_at_company(self, context):
        pass

    async def _tenants(self):
        return TENANTS

    def stop(self):
        self._working.disown(0)


async def test_a_week_in_which_nothing_happens():
    house = House()
    watermarks = await house.worker()
    await house.clock.advance(7 * DAY)
    house.stop()

    # Of each of three tenants' two sides: the first sweep, and from then on one a day.
    assert house.journal.records <= 3 * 2 * (1 + 7)
    # Each was swept all the time, and the view told so.
    assert all(len(side.asked) >= 3 * 7 * 90 for side in house.sides.values())
    behind = timedelta(minutes=26)
    for tenant in TENANTS:
        now_known = watermarks.of(tenant, house.journal.tenants[tenant].covered)
        assert min(now_known.values()) > house.clock.now() - behind
    seen = {
        each.key: decode_coverage(each.key, each.value).until
        for records in house.kafka.topics["isthmus-coverage"].records
        for each in records
    }
    assert len(seen) == 3 * 2
    assert min(seen.values()) > house.clock.now() - behind


async def test_a_side_is_swept_as_often_as_is_set_however_far_its_answer_lies_behind():
    house = House()
    await house.worker()
    await house.clock.advance(DAY)
    house.stop()
    for side, minutes in MINUTES.items():
        a_tenant = len(house.sides[side].asked) / len(TENANTS)
        # It is looked every half minute whether one is due.
        assert 1440 / (minutes + 0.5) <= a_tenant <= 1440 / minutes + 1


class Slow:
    """A side of which one tenant never answers."""

    def __init__(self, quiet, tenant):
        self._quiet, self._tenant = quiet, tenant
        self.begun = self.ended = 0

    async def sweep(self, context, covered):
        if context.tenant != self._tenant:
            return await self._quiet.sweep(context, covered)
        self.begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1


async def test_a_tenant_that_takes_long_delays_no_other_and_is_not_begun_twice(caplog):
    house = House()
    others = house.sides[Side.QBO]
    slow = house.sides[Side.QBO] = Slow(others, "t2")
    await house.worker()
    await house.clock.advance(HOUR)

    assert slow.begun == 1
    assert len(others.asked) >= 2 * 60 / 5.5
    house.stop()
    await settle()
    assert slow.ended == 1, "it ends with the partition, in the middle, without a word"
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_sweep_that_found_something_is_journaled_each_time():
    house = House()
    await house.worker()
    await house.clock.advance(HOUR)
    before = house.journal.records
    for _ in range(5):
        house.sides[Side.QBO].news = 1
        await house.clock.advance(HOUR)
    house.stop()
    assert house.journal.records == before + 5


async def test_each_of_many_starts_goes_on_from_the_view():
    house = House()
    await house.worker()
    for _ in range(20):
        await house.clock.advance(HOUR)
        for side in house.sides.values():
            side.asked.clear()
        await house.worker()
        await house.clock.advance(20 * 60)
        for side in house.sides.values():
            firsts = dict(reversed(side.asked))
            assert firsts.keys() == set(TENANTS)
            assert min(firsts.values()) > house.clock.now() - timedelta(minutes=50)
    house.stop()
    # 27 hours: the first sweep and one for the day, however many workers there were.
    assert house.journal.records <= 3 * 2 * 2
