"""Does a client slow down whatever form QuickBooks' "too many" has, and for as long as asked?"""

from contextlib import AsyncExitStack

import httpx
import pytest

from schemas.outcomes import Fault
from schemas.values import Kind
from streams.budgets import Budget
from streams.remotes.quickbooks.client import QboClient
from tests.testing.qbo_world import TENANT, connected, simulate
from tests.testing.simulated.clock import SimulatedClock

TEXT = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
XML = f'<Fault type="SERVICE"><Error code="3001"><Message>{TEXT}</Message></Error></Fault>'.encode()
HTML = b"<html><body><h1>429 Too Many Requests</h1></body></html>"
JSON = b'{"Fault":{"Error":[{"Message":"too many","code":"003001"}],"type":"SERVICE"}}'
GATEWAY = b'{"fault":{"error":[{"message":"ThrottleExceeded","code":"3001"}],"type":"SERVICE"}}'
DAY = "Mon, 02 Mar 2026 09:0{}:00 GMT"


class TokensAtHand:
    def __init__(self, connection):
        self.connection = connection

    async def current(self, tenant):
        return self.connection


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
async def ask(clock):
    """Read once, against a server that answers so."""
    tokens = TokensAtHand(connected(simulate(clock.now).grant(), clock.now()))

    async with AsyncExitStack() as in_flight:

        async def asked(status, body, headers):
            def answer(_request):
                return httpx.Response(status, content=body, headers=headers)

            transport = httpx.MockTransport(answer)
            http = httpx.AsyncClient(transport=transport, base_url="http://qbo")
            await in_flight.enter_async_context(http)
            client = QboClient(http, tokens=tokens, budget=lambda: Budget(clock), clock=clock)
            return client, await client.read(TENANT, Kind.CUSTOMER, "1")

        yield asked


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, XML), (429, HTML), (429, JSON), (429, GATEWAY), (429, b""), (200, JSON), (503, XML)],
    ids=["xml", "html", "json", "gateway", "empty", "json-as-200", "xml-as-503"],
)
async def test_every_form_of_too_many_closes_the_budget_and_slows_it(ask, clock, status, body):
    client, _ = await ask(status, body, {})
    budget = client.budget(TENANT)
    assert await budget.acquire(5.0) == 60.0
    await clock.advance(60)
    assert [await budget.acquire(0.0) == 0.0 for _ in range(9)] == [True] * 8 + [False]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"Retry-After": DAY.format(2), "Date": DAY.format(0)}, 120.0),
        ({"Retry-After": DAY.format(2)}, 60.0),
        ({"Retry-After": "soon"}, 60.0),
        ({"Retry-After": "99999999"}, 3600.0),
    ],
    ids=str,
)
async def test_the_time_that_quickbooks_asks_for_is_kept(ask, headers, seconds):
    client, answer = await ask(429, b"", headers)
    assert isinstance(answer.fault, Fault)
    assert await client.budget(TENANT).acquire(5.0) == seconds


async def test_any_other_refusal_leaves_the_budget_open(ask):
    client, _ = await ask(400, JSON.replace(b"003001", b"2010"), {})
    assert await client.budget(TENANT).acquire(0.0) == 0.0
