"""Does the client use its budget up, and never more?  At QuickBooks' real limits."""

import asyncio
import math

import httpx
import pytest

from schemas.outcomes import No
from schemas.values import Kind
from streams.budgets import Budget
from streams.ports import Reading
from streams.remotes.quickbooks.calls import FIRST_BYTE, LAST_BYTE
from streams.remotes.quickbooks.client import QboClient
from tests.testing.qbo_world import TENANT, connected, in_process, simulate
from tests.testing.simulated.clock import SimulatedClock

MINUTES = 4


class TokensAtHand:
    def __init__(self, connection):
        self.connection = connection

    async def current(self, tenant):
        return self.connection


class TokensHeldUp(TokensAtHand):
    """A token that all calls wait for, as while it is renewed."""

    def __init__(self, connection):
        super().__init__(connection)
        self.here = asyncio.Event()

    async def current(self, tenant):
        await self.here.wait()
        return self.connection


class Wire(httpx.AsyncBaseTransport):
    """Tells of the first byte as a real connection does."""

    def __init__(self, simulator):
        self.within = httpx.ASGITransport(simulator.app)

    async def handle_async_request(self, request):
        await request.extensions["trace"](FIRST_BYTE, {})
        return await self.within.handle_async_request(request)


class StandingStill(Wire):
    """A process that stands still now and then: what was to leave then leaves when it goes on."""

    EVERY, SECONDS = 3.0, 0.9

    def __init__(self, simulator, clock):
        super().__init__(simulator)
        self._clock = clock

    async def handle_async_request(self, request):
        trace = request.extensions["trace"]
        await trace(FIRST_BYTE, {})
        since = self._clock.monotonic() % self.EVERY
        if since < self.SECONDS:
            await self._clock.sleep(self.SECONDS - since)
        await trace(LAST_BYTE, {})
        return await self.within.handle_async_request(request)


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def simulator(clock):
    return simulate(clock.now, limits=True)


def client_of(http, simulator, clock):
    tokens = TokensAtHand(connected(simulator.grant(), clock.now()))
    return QboClient(http, tokens=tokens, budget=lambda: Budget(clock), clock=clock)


@pytest.fixture
async def http(simulator):
    async with in_process(simulator) as http:
        yield http


async def read_on(client, answers):
    while await client.acquire(TENANT, math.inf) == 0.0:
        answers.append(await client.read(TENANT, Kind.CUSTOMER, "1"))


async def saturate(clients, clock, minutes):
    answers = []
    tasks = [asyncio.create_task(read_on(client, answers)) for client in clients for _ in range(5)]
    await clock.advance(60 * minutes)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return answers


@pytest.mark.slow
async def test_a_saturated_client_uses_95_percent_of_the_limit_and_meets_no_429(
    http, simulator, clock
):
    answers = await saturate([client_of(http, simulator, clock)], clock, MINUTES)

    assert all(isinstance(answer, Reading) for answer in answers)
    assert len(answers) >= 0.95 * 500 * MINUTES


async def test_calls_that_a_token_held_up_do_not_arrive_in_a_burst(simulator, clock):
    tokens = TokensHeldUp(connected(simulator.grant(), clock.now()))
    async with httpx.AsyncClient(transport=Wire(simulator), base_url="http://qbo.test") as http:
        client = QboClient(http, tokens=tokens, budget=lambda: Budget(clock), clock=clock)
        answers = []
        tasks = [asyncio.create_task(read_on(client, answers)) for _ in range(30)]
        await clock.advance(4)
        assert answers == [], "each has its place, and waits for the token"
        tokens.here.set()
        await clock.advance(30)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    assert len(answers) > 200
    assert all(isinstance(answer, Reading) for answer in answers)


async def test_calls_of_a_process_that_stood_still_do_not_meet_those_after_it(simulator, clock):
    wire = StandingStill(simulator, clock)
    async with httpx.AsyncClient(transport=wire, base_url="http://qbo.test") as http:
        answers = await saturate([client_of(http, simulator, clock)] * 2, clock, 1)

    assert len(answers) > 200
    assert all(isinstance(answer, Reading) for answer in answers)


async def test_a_call_that_was_held_up_over_a_429_is_not_sent(simulator, clock):
    tokens = TokensHeldUp(connected(simulator.grant(), clock.now()))
    async with httpx.AsyncClient(transport=Wire(simulator), base_url="http://qbo.test") as http:
        client = QboClient(http, tokens=tokens, budget=lambda: Budget(clock), clock=clock)
        assert await client.acquire(TENANT, 0.0) == 0.0
        call = asyncio.create_task(client.read(TENANT, Kind.CUSTOMER, "1"))
        await clock.advance(1)
        client.budget(TENANT).back_off(60)
        tokens.here.set()
        await clock.advance(1)
        answer = await call

    assert isinstance(answer, No)
    assert answer.fault.code == "budget"
    assert answer.fault.retry_after_seconds == pytest.approx(59, abs=1)


async def test_several_workers_together_stay_below_the_limit(http, simulator, clock):
    clients = [client_of(http, simulator, clock) for _ in range(3)]
    for client in clients:
        client.budget(TENANT).set_share(1 / 3)

    answers = await saturate(clients, clock, 2)

    assert all(isinstance(answer, Reading) for answer in answers)
    assert len(answers) >= 0.85 * 500 * 2


@pytest.mark.slow
async def test_when_another_app_spends_the_limit_the_client_waits_and_finds_its_way_back(
    http, simulator, clock
):
    client = client_of(http, simulator, clock)
    greedy = client_of(http, simulator, clock)

    answers = await saturate([client, greedy], clock, 12)

    refused = [answer for answer in answers if isinstance(answer, No)]
    assert refused
    assert all(answer.fault.status == httpx.codes.TOO_MANY_REQUESTS for answer in refused)
    assert len(refused) < 0.05 * len(answers)
    assert len(answers) - len(refused) > 0.5 * 500 * 12
