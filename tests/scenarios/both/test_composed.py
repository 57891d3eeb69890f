"""The town's worker is the one that ships: the same agents, the same limits."""

from datetime import timedelta

import orjson

from agents.worker.agents import AGENTS
from schemas.identity import lane_key
from schemas.values import Side
from tests.scenarios.both.people import a_customer_with_an_invoice, an_invoice
from tests.testing.qbo_world import TENANT

#: Of QuickBooks' 10 calls a second, what workers may make (design: one is left to commands).
A_SECOND = 9


async def test_each_agent_has_its_topics_handled(town):
    handled = {tp.topic for tp in town.workers[-1].engine.lanes.partitions}

    assert handled == {topic for agent in AGENTS for topic in agent.topics}


async def test_a_lockout_that_somebody_asks_for_on_its_topic_holds_until_its_end(town):
    customer, _ = await a_customer_with_an_invoice(town)
    lane = lane_key(TENANT, Side.MEDIAOS, customer)
    until = town.clock.now() + timedelta(minutes=5)
    asked = {"request": "impose", "id": "l1", "lane": lane, "until": until, "reason": "inventory"}
    await town.kafka.send("isthmus-lockouts", b"any", orjson.dumps(asked))
    await town.run(1)

    await an_invoice(town, customer)
    await town.run(4 * 60)
    assert len(town.in_qbo("Invoice")) == 1
    await town.run(2 * 60)
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_a_worker_leaves_a_call_a_second_to_commands(town):
    await town.run(120)
    budget = town.workers[-1].qbo.budget(TENANT)

    waits = [await budget.acquire(0.0) for _ in range(A_SECOND + 1)]

    assert waits[:-1] == [0.0] * A_SECOND
    assert waits[-1] > 0
