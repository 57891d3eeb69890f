"""Idle time leaves hardly a trace in the journal, and yet no idle tenant looks unswept."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from schemas.catalog import decode_journal, encode
from schemas.coverage import Coverage, decode_coverage
from schemas.tenant_facts import Swept
from schemas.values import Side
from tests.scenarios.both.neighbour import moves_in
from tests.scenarios.both.people import a_customer_with_an_invoice
from tests.scenarios.both.test_metrics import Shown
from tests.scenarios.both.test_sweeps import covered, deaf, remember
from tests.scenarios.both.town import TENANT

pytestmark = pytest.mark.slow

MINUTE, HOUR, DAY = 60, 3600, 86_400
VIEW = "isthmus-coverage"


def journal(town):
    return [decode_journal(value) for value in town.kafka.values("isthmus-journal")]


def swept(town, tenant=TENANT):
    """How often the journal was told of a sweep, by side."""
    return Counter(
        fact.side
        for record in journal(town)
        if record.lane == tenant
        for fact in record.facts
        if isinstance(fact, Swept)
    )


def journaled(town):
    """Up to when the journal knows QuickBooks to be covered."""
    return town.workers[-1].engine.context(0, TENANT).tenant_state.covered[Side.QBO]


def asked_since(town):
    """From when on QuickBooks was last asked what changed."""
    asked = [r["params"]["changedSince"] for r in town.qbo.requests if r["path"].endswith("/cdc")]
    return datetime.fromisoformat(asked[-1]).astimezone(UTC)


async def test_idle_hours_leave_no_record_and_the_tenants_look_swept_all_the_time(town):
    await a_customer_with_an_invoice(town)
    await moves_in(town, 2)
    await town.run(30 * MINUTE)
    before = len(journal(town))
    shown = Shown(town)
    for _ in range(3):
        await town.run(HOUR)
        ages = await shown.now("coverage_age_seconds")
        assert ages.keys() == {("qbo",), ("mediaos",)}
        assert max(ages.values()) < 30 * MINUTE
    assert len(journal(town)) == before


async def test_a_day_without_news_is_told_once(town):
    await town.run(30 * MINUTE)
    before = swept(town)
    town.clock.leap(DAY)
    await town.run(30 * MINUTE)
    assert swept(town) - before == Counter(dict.fromkeys(Side, 1))


async def test_what_a_sweep_found_is_in_the_journal_with_its_watermark(town):
    await a_customer_with_an_invoice(town)
    await town.run(30 * MINUTE)
    before = swept(town)
    deaf(town)
    remember(town, "April")
    await town.run(6 * MINUTE)

    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    assert swept(town) - before == Counter({Side.QBO: 1})
    await town.agrees()


async def test_a_worker_that_starts_after_idle_hours_goes_on_from_the_view(town):
    await a_customer_with_an_invoice(town)
    await town.run(3 * HOUR)
    live = covered(town)
    assert journaled(town) < live - timedelta(hours=2)
    await town.worker()
    await town.run(6 * MINUTE)

    assert asked_since(town) >= live - timedelta(hours=1)
    assert covered(town) > live
    assert set(swept(town).values()) == {1}


@pytest.mark.few_rows
@pytest.mark.parametrize("view", ["lost", "junk", "of-tomorrow"])
async def test_without_a_view_the_next_worker_asks_about_more_and_doubles_nothing(town, view):
    await a_customer_with_an_invoice(town)
    await town.run(3 * HOUR)
    deaf(town)
    told, written = len(town.kafka.values("quickbooks-changes")), town.writes()
    known = journaled(town)
    town.workers[-1].kill()
    remember(town, "April")
    for records in town.kafka.topics[VIEW].records:
        records.clear()
    for side in Side:
        until = town.clock.now() + timedelta(days=1)
        told_wrongly = Coverage(tenant=TENANT, side=side, until=until)
        value = {"lost": b"", "junk": b"{}", "of-tomorrow": encode(told_wrongly)}[view]
        await town.kafka.send(VIEW, told_wrongly.key.encode(), value)
    await town.worker()
    await town.run(2 * MINUTE)

    assert asked_since(town) == known - timedelta(hours=1)
    await town.run(20 * MINUTE)
    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    assert len(town.kafka.values("quickbooks-changes")) == told + 1
    assert town.writes() == written + 1
    assert len(town.in_qbo("Invoice")) == len(town.in_qbo("Customer")) == 1
    await town.agrees()


async def test_the_view_tells_every_sweep_and_never_a_time_that_is_not_covered(town):
    await a_customer_with_an_invoice(town)
    await town.run(HOUR)
    told = [
        decode_coverage(each.key, each.value)
        for records in town.kafka.topics[VIEW].records
        for each in records
    ]
    for side in Side:
        until = [each.until for each in told if each.side is side]
        assert until == sorted(until)
        assert until[-1] == covered(town, side)
    assert covered(town) <= town.clock.now() - timedelta(minutes=1)


async def test_a_kafka_that_takes_no_view_costs_the_view_alone(town):
    await a_customer_with_an_invoice(town)
    await town.run(30 * MINUTE)
    deaf(town)
    remember(town, "April")
    waiting, send = [], town.kafka.send

    async def refuse_views(topic, key, value, headers=()):
        if topic == VIEW:
            waiting.append(key)
            raise ConnectionError
        await send(topic, key, value, headers)

    town.kafka.send = refuse_views
    before = covered(town)
    await town.run(HOUR)

    assert len(waiting) > 10
    assert covered(town) > before + timedelta(minutes=50)
    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    await town.agrees()
