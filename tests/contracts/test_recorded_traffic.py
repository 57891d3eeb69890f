"""Does the simulator answer as Intuit did, key by key and type by type?

Needs the folder of recordings in ISTHMUS_RECORDED. A number is a number, whether written 100 or
100.00; values are compared only where the request determines them.
"""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from streams.simulators.quickbooks.amounts import dump, load
from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.settings import SimulatorSettings
from tests.testing.means import missing

REALM = "1"
#: What the request alone determines, wherever it stands in a reply.
DETERMINED = {
    *("code", "Message", "type", "DetailType", "domain", "sparse", "bId", "SyncToken", "status"),
    *("DisplayName", "FullyQualifiedName", "PrintOnCheckName", "GivenName", "FamilyName"),
    *("PrivateNote", "totalCount", "startPosition", "maxResults", "PrintStatus", "EmailStatus"),
    *("PreferredDeliveryMethod", "Taxable", "Job", "Active", "LineNum", "Qty", "UnitPrice"),
}
#: The recorded colleague who was faster.
COLLEAGUE = "Christian Pelczarski"


@pytest.fixture
def recorded():
    folder = os.environ.get("ISTHMUS_RECORDED")
    if not folder or not Path(folder).is_dir():
        missing("ISTHMUS_RECORDED names no folder of recorded traffic")

    def read(name):
        return json.loads((Path(folder) / f"{name}.json").read_text(), parse_float=Decimal)

    return read


@pytest.fixture
def simulator():
    return QboSimulator(
        realm=REALM,
        now=lambda: datetime(2020, 9, 29, 12, 58, 7, 300_000, tzinfo=UTC),
        settings=SimulatorSettings(other_user=COLLEAGUE),
        admin_token="admin",
        client_id="app",
        client_secret="secret",
        verifier_token="verifier",
    )


@pytest.fixture
async def send(simulator):
    token = simulator.grant()["access_token"]
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    transport = httpx.ASGITransport(simulator.app)

    async def send(request):
        # Some recordings lost the company from the address.
        path = request["path"]
        if not path.startswith("/v3/company/"):
            path = path.replace("/v3/", f"/v3/company/{REALM}/", 1)
        content = dump(request["body"]) if request["body"] else None
        return await client.request(request["method"], path, content=content, headers=headers)

    async with httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as client:
        yield send


def differences(ours, theirs, path=""):
    """Name every key and type in which two JSON values differ."""
    if kind_of(ours) != kind_of(theirs):
        return [f"{path}: {kind_of(ours)} instead of {kind_of(theirs)}"]
    if isinstance(theirs, dict):
        keys = [f"{path}.{key}: ours alone" for key in ours.keys() - theirs.keys()]
        keys += [f"{path}.{key}: theirs alone" for key in theirs.keys() - ours.keys()]
        for key in ours.keys() & theirs.keys():
            keys += differences(ours[key], theirs[key], f"{path}.{key}")
        return sorted(keys)
    if isinstance(theirs, list):
        found = [] if len(ours) == len(theirs) else [f"{path}: {len(ours)} not {len(theirs)}"]
        for place, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            found += differences(one, other, f"{path}[{place}]")
        return found
    determined = path.rpartition(".")[2] in DETERMINED
    return [f"{path}: {ours!r} not {theirs!r}"] if determined and ours != theirs else []


def kind_of(value):
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, int | Decimal) else type(value).__name__


async def answers_alike(send, exchange):
    answer = await send(exchange["request"])
    theirs = exchange["response"]
    assert answer.status_code == theirs["status"]
    assert answer.headers["content-type"] == theirs["headers"]["Content-Type"]
    assert differences(load(answer.content), theirs["body"]) == []


def bring(simulator, kind, recorded):
    """Make a record as somebody would in QBO, under the id it was recorded with."""
    made = simulator.person.create(kind, recorded)
    records = simulator.book._records[kind]
    records[recorded["Id"]] = {**records.pop(made["Id"]), "Id": recorded["Id"]}
    return records[recorded["Id"]]


async def test_a_customer_is_created_as_recorded(recorded, send):
    [exchange] = recorded("create-customer")

    await answers_alike(send, exchange)


async def test_a_customer_is_read_and_fully_updated_as_recorded(recorded, simulator, send):
    read, update = recorded("update-customer")
    bring(simulator, "Customer", {"Id": "68", "DisplayName": "Doe2, Jane"})

    await answers_alike(send, read)
    await answers_alike(send, update)


async def test_a_taken_name_is_refused_as_recorded(recorded, simulator, send):
    [exchange] = recorded("error-validation")
    simulator.person.create("Customer", {"DisplayName": "Weiskopf Consulting"})

    await answers_alike(send, exchange)


async def test_an_invoice_is_created_as_recorded(recorded, simulator, send):
    [exchange] = recorded("create-invoice")
    theirs = exchange["response"]["body"]["Invoice"]
    simulator.person.create("Item", {"Name": "Services", "IncomeAccountRef": {"value": "1"}})
    name = theirs["CustomerRef"]["name"]
    simulator.person.create("Customer", {"DisplayName": name, "BillAddr": theirs["BillAddr"]})

    await answers_alike(send, exchange)


async def test_all_customers_are_counted_and_listed_as_recorded(recorded, simulator, send):
    count, listing = recorded("all-customers")
    customers = listing["response"]["body"]["QueryResponse"]["Customer"]
    by_age = sorted(customers, key=lambda one: int(one.get("ParentRef") is not None))
    for theirs in by_age:
        made = bring(simulator, "Customer", theirs)
        # The sample company's oldest customers were not made through today's API.
        old = {name: theirs.get(name) for name in ("DefaultTaxCodeRef", "Balance", "SyncToken")}
        simulator.tamper.rewrite("Customer", made["Id"], old)
    # The listing was shortened after the recording, its figures were not.
    count["response"]["body"]["QueryResponse"]["totalCount"] = len(customers)
    listing["response"]["body"]["QueryResponse"]["maxResults"] = len(customers)

    await answers_alike(send, count)
    await answers_alike(send, listing)


async def test_a_batch_is_answered_item_by_item_as_recorded(recorded, simulator, send):
    [exchange] = recorded("batch-basic")
    query = exchange["response"]["body"]["BatchItemResponse"][3]["QueryResponse"]
    newer, older = query["SalesReceipt"]
    item = {"Name": "Design", "IncomeAccountRef": {"value": "1"}}
    for number in range(1, 5):
        simulator.person.create("Item", item if number == 4 else {**item, "Name": str(number)})
    bring(simulator, "Customer", {"Id": "6", "DisplayName": older["CustomerRef"]["name"]})
    for theirs in (older, newer):
        made = bring(simulator, "SalesReceipt", theirs)
        simulator.tamper.rewrite("SalesReceipt", made["Id"], {"SyncToken": theirs["SyncToken"]})

    await answers_alike(send, exchange)
