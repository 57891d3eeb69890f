"""A Kafka that is gone for a while costs no event, and no more than a line a minute."""

import asyncio
import os
import signal
import time
from collections import Counter
from datetime import datetime

import httpx
import orjson
import pytest

from agents.lab.local import broker, docker, jvm, ports
from agents.lab.local.place import Place
from agents.process.log_dedup import NUMBERS, QUIET_SECONDS
from schemas.values import Kind
from streams.topics import QUICKBOOKS_NOTICES
from tests.broker.installation.house import until
from tests.broker.installation.opening import installed
from tests.testing.intuit import webhook

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

#: Long enough for a line that is not held back to come dozens of times.
AWAY_SECONDS = 10
#: Records that webhooks tell of meanwhile.
WHILE_AWAY = [str(n) for n in range(9000, 9020)]
#: Sentences of both processes and their libraries; without the filter there are thousands.
MOST_LINES = 40


@pytest.fixture
async def place(kafka, request, tmp_path):
    """A broker of this test's own; asking for `kafka` first skips where there can be none."""
    if docker.engine_runs():
        pytest.skip("Docker runs the broker here, so no JVM of ours does")
    port, controller_port = ports.free(2)
    folder = tmp_path / "kafka"
    root = request.config.rootpath
    made = Place(root=root, folder=folder, port=port, controller_port=controller_port)
    await broker.start(made, given=None, say=lambda _: None)
    yield made
    await jvm.stop(made)


async def deliver(stage, realm, ids):
    async with httpx.AsyncClient(timeout=30) as http:
        for record_id in ids:
            sent = webhook(stage.secrets.verifier_token, realm, record_id)
            answer = await http.post(f"{stage.gateway}/webhooks/quickbooks", **sent)
            assert answer.status_code == 200, answer.text


def complaints(said, since):
    """Return how often each sentence from warnings up was written after a time, by its reason."""
    told = Counter()
    for line in said.splitlines():
        entry = orjson.loads(line)
        if entry["level"] in {"WARNING", "ERROR", "CRITICAL"} and entry["at"] > since:
            sentence = (entry["message"], str(entry.get("reason", "")))
            told[entry["logger"], *(NUMBERS.sub("0", each) for each in sentence)] += 1
    return told


async def test_a_kafka_that_is_killed_costs_no_event_and_a_line_a_minute(place, tmp_path):
    assert AWAY_SECONDS < QUIET_SECONDS
    async with installed(place.bootstrap, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        [worker] = house.crew.workers
        customer = await town.customer()
        bill = await town.invoice(customer)
        invoice = await tenant.link(Kind.INVOICE, bill.id)
        await house.rest()

        os.kill(jvm.running(place), signal.SIGKILL)
        killed, since = time.monotonic(), datetime.now().astimezone().isoformat()
        await deliver(house.stage, tenant.realm, WHILE_AWAY[:10])
        house.gateway.signal(signal.SIGKILL)
        await house.gateway.ended()
        said_before_it_was_killed = house.gateway.said()
        house.gateway.start()
        await until(house.gateway_answers)
        await deliver(house.stage, tenant.realm, WHILE_AWAY[10:])
        await asyncio.sleep(AWAY_SECONDS)

        async def both_complain():
            return all(complaints(each.said(), since) for each in (worker, house.gateway))

        await until(both_complain)
        all_said = (worker.said(), said_before_it_was_killed, house.gateway.said())
        # One, unless the machine is so busy that it has been away for longer than was asked.
        minutes = 1 + (time.monotonic() - killed) // QUIET_SECONDS
        for said in all_said:
            told = complaints(said, since)
            assert max(told.values(), default=0) <= minutes, told
            assert sum(told.values()) < MOST_LINES * minutes

        await broker.start(place, given=None, say=lambda _: None)

        async def drained():
            notices = await house.read(QUICKBOOKS_NOTICES.name)
            return set(WHILE_AWAY) <= {orjson.loads(n.value)["data"]["id"] for n in notices}

        await until(drained)
        after = await town.invoice(customer)
        await tenant.link(Kind.INVOICE, after.id)
        assert invoice in tenant.linked(Kind.INVOICE).values()
        await house.agrees()
