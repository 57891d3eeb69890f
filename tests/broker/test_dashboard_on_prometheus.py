"""Do the dashboard's queries find something?  Asked of a Prometheus that scraped a day's work."""

import json
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.broker.installation.house import until
from tests.broker.installation.opening import installed
from tests.broker.installation.scraping import port_of, prometheus

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow]

DASHBOARD = Path(__file__).parents[2] / "deploy/grafana/isthmus.json"
#: What nothing has to show on a quiet day: it is there while something is wrong, or happened once.
QUIET = {
    "Attempts again",
    "Documents that differ, or wait",
    "Held: A",
    "Held: B",
    "Held: C",
    "Journal: A",
    "Ledgers read",
    "Locked out",
    "Lockouts begun",
    "Money between the ledgers",
    "Only on one side",
    "Parked, by reason",
    "Paused",
    "Records parked",
    "Refused for now",
    "Removals stopped",
    "Suspended",
}


def queries():
    """Return every query by its panel, with a reference where a panel has several."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        targets = panel.get("targets", ())
        for target in targets:
            more = f": {target['refId']}" if len(targets) > 1 else ""
            query = target["expr"].replace("$__rate_interval", "1m").replace("$tenant", ".*")
            yield panel["title"] + more, query


async def test_every_query_finds_something_or_is_known_to_be_empty_on_a_quiet_day(kafka, tmp_path):
    async with installed(kafka, tmp_path) as house, httpx.AsyncClient(timeout=30) as http:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        worker, gateway = await port_of(house.crew.workers[0]), await port_of(house.gateway)
        with prometheus(tmp_path, isthmus_worker=[worker], isthmus_gateway=[gateway]) as address:

            async def asked(query):
                answer = await http.get(f"{address}/api/v1/query", params={"query": query})
                assert answer.status_code == 200, (query, answer.text)
                return answer.json()["data"]["result"]

            async def answers():
                try:
                    return (await http.get(f"{address}/-/ready")).is_success
                except httpx.TransportError:
                    return False

            await until(answers)
            await town.live(customers=5, invoices=8, payments=3, edits=3, seconds=6)
            await house.rest()

            empty = set()

            async def all_but_what_is_quiet():
                empty.clear()
                empty.update([name for name, query in queries() if not await asked(query)])
                return empty <= QUIET

            with suppress(AssertionError):
                await until(all_but_what_is_quiet)
            assert empty - QUIET == set()


def test_what_may_be_empty_is_on_the_dashboard():
    assert {name for name, _ in queries()} >= QUIET
