"""Does the QBO client get along with a QuickBooks of other manners than our simulator's?

Others wrote stand-ins for QuickBooks too, and each answers a little differently where Intuit's
documents are silent. The whole contract of a remote is kept with each of these manners.
"""

from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from schemas.outcomes import Unknown
from streams.simulators.quickbooks.amounts import dump, load
from tests.testing.qbo_world import QboWorld, opened, simulate
from tests.testing.remote_contract import SOON, RemoteContract
from tests.testing.simulated.clock import SimulatedClock

#: What our client reads; a stand-in may know no more of a record.
READ = {
    *("Invoice", "Customer", "Payment", "QueryResponse", "BatchItemResponse", "CDCResponse", "bId"),
    *("Fault", "Error", "code", "Message", "Detail", "Id", "SyncToken", "status", "value", "time"),
    *("CustomerRef", "TxnDate", "DueDate", "DocNumber", "Line", "DetailType", "Amount"),
    *("Description", "SalesItemLineDetail", "ItemRef", "Qty", "UnitPrice", "CustomerMemo"),
    *("BillEmail", "Address", "TotalAmt", "Balance", "PrivateNote", "MetaData", "CreateTime"),
    *("LastUpdatedTime", "DisplayName", "Active", "LinkedTxn", "TxnId", "TxnType"),
    *("startPosition", "maxResults", "totalCount", "TotalTax", "TxnTaxDetail"),
}


def everywhere(change):
    """Return a manner that changes every object of an answer."""

    def walked(value):
        if isinstance(value, list):
            return [walked(item) for item in value]
        if isinstance(value, dict):
            return change({key: walked(item) for key, item in value.items()})
        return value

    return walked


def spoken(name, convert):
    """Return a manner that changes the values of some names."""
    names = name.split()
    return everywhere(
        lambda one: {key: convert(item) if key in names else item for key, item in one.items()}
    )


def bare(one):
    return {key: item for key, item in one.items() if key in READ}


def without_subtotal(one):
    lines = one.get("Line")
    if lines is None:
        return one
    return one | {
        "Line": [line for line in lines if line.get("DetailType") != "SubTotalLineDetail"]
    }


def talkative(one):
    return one | {"newInVersion76": {"deep": [1, None, "x"]}, "AnotherOne": None}


def empty_lists(one):
    asked = one.get("QueryResponse")
    return one | {"QueryResponse": {"Invoice": [], "Customer": []}} if asked == {} else one


def counted(one):
    asked = one.get("QueryResponse")
    if not isinstance(asked, dict):
        return one
    return one | {"QueryResponse": asked | {"totalCount": 1, "startPosition": 1}}


def without_figures(one):
    return {key: item for key, item in one.items() if key not in {"startPosition", "maxResults"}}


def in_utc(text):
    at = datetime.fromisoformat(text).astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


MANNERS = {
    "bare records": everywhere(bare),
    "no subtotal": everywhere(without_subtotal),
    "more than is known": everywhere(talkative),
    "an empty list for nothing": everywhere(empty_lists),
    "a total with each page": everywhere(counted),
    "no figures with a page": everywhere(without_figures),
    "times in UTC": spoken("CreateTime LastUpdatedTime time", in_utc),
    "times with a long fraction": spoken(
        "LastUpdatedTime", lambda text: text[:19] + ".123456789" + text[19:]
    ),
    "amounts as texts": spoken("Amount TotalAmt Balance UnitPrice Qty TotalTax", str),
    "amounts as floats": spoken(
        "Amount TotalAmt Balance UnitPrice Qty TotalTax",
        lambda amount: Decimal(repr(float(amount))),
    ),
    "nothing as an empty text": everywhere(
        lambda one: (
            one | {name: one.get(name, "") for name in ("DocNumber", "PrivateNote")}
            if "SyncToken" in one
            else one
        )
    ),
    "codes as numbers": spoken("code", int),
    "faults in small letters": everywhere(
        lambda one: (
            {"fault": {"error": one["Fault"]["Error"], "type": one["Fault"]["type"]}}
            if "Fault" in one
            else one
        )
    ),
}
#: What Intuit never writes: answers that the client says it does not understand.
FOREIGN = {
    "ids as numbers": spoken("Id value", lambda text: int(text) if text.isdecimal() else text),
    "tokens as numbers": spoken("SyncToken", int),
    "nothing as null": everywhere(
        lambda one: one | {"CustomerMemo": None} if "SyncToken" in one else one
    ),
    "a day with a time": spoken("TxnDate", lambda day: f"{day}T00:00:00"),
}
STATUSES = {"610": 404, "5010": 409, "2500": 422}


class Mannered(httpx.ASGITransport):
    """The simulator, whose answers are changed on their way."""

    def __init__(self, app, manner, statuses=None):
        super().__init__(app)
        self.manner, self.statuses = manner, statuses or {}

    async def handle_async_request(self, request):
        answer = await super().handle_async_request(request)
        body = load(await answer.aread())
        status = answer.status_code
        for error in (body.get("Fault") or {}).get("Error", ()):
            status = self.statuses.get(error["code"], status)
        headers = {"content-type": answer.headers["content-type"]}
        return httpx.Response(status, headers=headers, content=dump(self.manner(body)))


class TestEachManner(RemoteContract):
    @pytest.fixture(params=[*MANNERS, "other statuses"])
    async def world(self, request, tmp_path):
        clock = SimulatedClock()
        simulator = simulate(clock.now)
        manner = MANNERS.get(request.param, lambda body: body)
        statuses = None if request.param in MANNERS else STATUSES
        transport = Mannered(simulator.app, manner, statuses)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as http,
            opened(simulator, http, clock, tmp_path) as client,
        ):
            yield QboWorld(simulator, client, clock)


@pytest.mark.parametrize("manner", FOREIGN)
async def test_what_is_not_understood_is_not_known_and_not_done_twice(manner, tmp_path):
    clock = SimulatedClock()
    simulator = simulate(clock.now)
    transport = Mannered(simulator.app, FOREIGN[manner])
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as http,
        opened(simulator, http, clock, tmp_path) as client,
    ):
        world = QboWorld(simulator, client, clock)
        command = world.creation()
        answers = [
            await client.carry_out(world.tenant, command, clock.now() + SOON) for _ in range(2)
        ]

    assert [type(answer) for answer in answers] == [Unknown, Unknown]
    assert all("is not understood" in answer.detail for answer in answers)
    assert world.count(command.kind) == 1
