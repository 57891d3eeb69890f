"""Is what a real worker says of itself what Kafka and a real Prometheus say of it?"""

import asyncio
import subprocess

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agents.lab.local.artifacts import ensure_libraries, java
from agents.lab.local.faults import LocalBrokerFault
from streams.topics import MEDIAOS_CHANGES, Layout
from tests.broker.installation.house import until
from tests.broker.installation.opening import installed
from tests.broker.installation.scraping import port_of, prometheus
from tests.testing.kafka import new_place
from tests.testing.means import missing

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

TOOL = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"


class Asked:
    """A worker, asked over HTTP."""

    def __init__(self, http, port):
        self._http, self._at = http, f"http://127.0.0.1:{port}"

    async def status(self, path):
        return (await self._http.get(self._at + path)).status_code

    async def reasons(self, path):
        return (await self._http.get(self._at + path)).json()["reasons"]

    async def figures(self, name):
        text = (await self._http.get(f"{self._at}/metrics")).text
        return {
            tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name
        }

    async def ready(self):
        return await self.status("/readyz") == 200


@pytest.fixture(scope="module")
def tool(request, tmp_path_factory):
    """Kafka's own command line for consumer groups."""
    place = new_place(request.config.rootpath, tmp_path_factory.mktemp("place"))
    try:
        program, libraries = java(), ensure_libraries(place, lambda _: None)
    except LocalBrokerFault as fault:
        missing(str(fault))
    folder = tmp_path_factory.mktemp("tools")
    pom = place.templates / "tools" / "pom.xml"
    maven = ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies"]
    subprocess.run([*maven, f"-DoutputDirectory={folder}"], check=True, capture_output=True)
    return [program, "-cp", f"{libraries}/*:{folder}/*", TOOL]


def lag_by_kafkas_tool(tool, kafka, group):
    """Return lag by (partition, topic), where the group has committed anything."""
    command = [*tool, "--bootstrap-server", kafka]
    told = subprocess.run(
        [*command, "--describe", "--group", group], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in told.splitlines()]
    header = next(row for row in rows if "LAG" in row)
    topic, number, lag = (header.index(name) for name in ("TOPIC", "PARTITION", "LAG"))
    return {
        (row[number], row[topic]): float(row[lag])
        for row in rows
        if len(row) == len(header) and row[lag].isdigit()
    }


async def test_a_workers_lag_is_what_kafkas_own_tool_says(kafka, tmp_path, tool):
    async with installed(kafka, tmp_path) as house, httpx.AsyncClient(timeout=30) as http:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        [worker] = house.crew.workers
        asked = Asked(http, await port_of(worker))
        await until(asked.ready)
        assert await asked.status("/healthz") == 200
        await town.live(customers=4, invoices=6, payments=2, edits=2, seconds=4)
        await house.rest()
        # From here on nothing is finished, so what comes is lag for both who look.
        await tenant.qbo("faults/slow", seconds=180)
        for customer in list(town.customers)[:2]:
            for _ in range(5):
                await town.invoice(customer)

        async def both():
            told = await asyncio.to_thread(lag_by_kafkas_tool, tool, kafka, house.group)
            ours = await asked.figures("isthmus_lag_records")
            return sum(told.values()) > 0 and {k: ours[k] for k in told} == told

        await until(both)
        assert await asked.figures("isthmus_partitions_owned") == {(): Layout().partitions}


async def test_a_real_prometheus_scrapes_a_worker_under_load_and_raises_the_alerts(kafka, tmp_path):
    async with installed(kafka, tmp_path) as house, httpx.AsyncClient(timeout=30) as http:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        port = await port_of(house.crew.workers[0])
        gateway = await port_of(house.gateway)
        with prometheus(tmp_path, isthmus_worker=[port], isthmus_gateway=[gateway]) as address:

            async def asked(expression):
                try:
                    answer = await http.get(f"{address}/api/v1/query", params={"query": expression})
                except httpx.TransportError:
                    return 0.0
                found = answer.json().get("data", {}).get("result", [])
                return sum(float(each["value"][1]) for each in found)

            async def raised():
                answer = await http.get(f"{address}/api/v1/alerts")
                return {
                    alert["labels"]["alertname"]
                    for alert in answer.json()["data"]["alerts"]
                    if alert["state"] == "firing"
                }

            await town.live(customers=5, invoices=10, payments=3, edits=3, seconds=6)
            await house.rest()

            async def all_counted():
                return await asked('isthmus_effects_total{kind="invoice",side="qbo"}') >= 10

            async def both_scraped():
                owned = await asked("isthmus_partitions_owned")
                return await asked("up") == 2 and owned == Layout().partitions

            await until(all_counted)
            # A scrape that a busy machine was late for is made up for by the next.
            await until(both_scraped)
            assert await raised() == set()

            await house.requests.send(MEDIAOS_CHANGES.name, b"t1/mediaos/1", b"no event")

            async def buried():
                return "IsthmusDeadLetters" in await raised()

            await until(buried)
