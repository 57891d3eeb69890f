import asyncio
import dataclasses
import json
import logging
import threading
from datetime import timedelta

import httpx
import pytest
from intuitlib.client import AuthClient
from sqlalchemy.exc import OperationalError

from schemas.outcomes import Done, No
from streams.remotes.quickbooks import oauth as exchange
from streams.remotes.quickbooks.oauth import Declined, Granted, NotKnown, NotSent
from streams.secrets.connection import Connection
from tests.testing.qbo_world import (
    TENANT,
    ExchangeInProcess,
    create_customer,
    create_invoice,
    in_process,
    intuit,
    opened,
    simulate,
)
from tests.testing.serving import served
from tests.testing.simulated.clock import SimulatedClock, settle

SOON = timedelta(seconds=10)
HOUR = 3600


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def simulator(clock):
    return simulate(clock.now)


@pytest.fixture
def endpoint(simulator):
    return ExchangeInProcess(simulator)


@pytest.fixture
async def client(simulator, clock, tmp_path, endpoint):
    async with (
        in_process(simulator) as http,
        opened(simulator, http, clock, tmp_path, endpoint) as client,
    ):
        yield client


@pytest.fixture
async def other(simulator, clock, tmp_path, client):
    """Another process on the same store of connections."""
    exchange = ExchangeInProcess(simulator)
    async with (
        in_process(simulator) as http,
        opened(simulator, http, clock, tmp_path, exchange, owner="worker-2") as other,
    ):
        other.endpoint = exchange
        yield other


def send(client, clock, command=None):
    return client.carry_out(TENANT, command or create_invoice(), clock.now() + SOON)


async def connected_by_the_journal(client):
    stored = await client.connections.get(TENANT)
    stored = await client.connections.put(dataclasses.replace(stored, installation="here"))
    client.register.by_tenant[TENANT] = stored.told
    return stored


async def until_done(task, clock):
    # Threads answer in their own time; the simulated clock moves meanwhile.
    while not task.done():
        await asyncio.sleep(0.002)
        await clock.advance(0.05)
    return task.result()


async def test_a_spent_token_is_renewed_once_and_the_same_request_repeated(
    client, clock, simulator, endpoint
):
    simulator.tokens.expire_access()

    answer = await send(client, clock)

    assert isinstance(answer, Done)
    assert len(endpoint.spent) == 1
    assert [(call["status"], call["requestid"]) for call in simulator.requests] == [
        (401, "r1"),
        (200, "r1"),
    ]


async def test_the_second_sending_takes_its_own_place_in_the_budget(client, clock, simulator):
    simulator.tokens.expire_access()
    client.budget(TENANT).back_off(60)

    answer = await send(client, clock)

    assert answer.fault.code == "budget"
    assert len(simulator.requests) == 1


async def test_a_second_401_is_a_refusal(client, clock, simulator):
    simulator.faults.answer_next(401, times=2)

    answer = await send(client, clock)

    assert isinstance(answer, No)
    assert answer.fault.status == 401
    assert len(simulator.requests) == 2


async def test_two_renewals_in_vain_are_enough_until_a_call_is_accepted(
    client, clock, simulator, endpoint
):
    await connected_by_the_journal(client)
    simulator.faults.answer_next(401, times=100)
    answers = [await send(client, clock) for _ in range(6)]

    assert [answer.fault.code for answer in answers[1:]] == ["not-accepted"] * 5
    assert {answer.fault.status for answer in answers[1:]} == {403}
    assert len(endpoint.spent) == 2
    present = (await client.connections.get(TENANT)).version
    assert {answer.fault.version for answer in answers[1:]} == {present}

    simulator.faults.clear()
    assert isinstance(await send(client, clock), Done)
    simulator.tokens.expire_access()
    assert isinstance(await send(client, clock, create_customer()), Done)
    assert len(endpoint.spent) == 3


async def test_a_token_that_was_refused_is_not_tried_again(client, clock, simulator, endpoint):
    simulator.tokens.expire_access()
    endpoint.answers = [NotKnown(detail="ReadTimeout"), NotSent(detail="ConnectError")]

    answers = [await send(client, clock) for _ in range(3)]

    assert [answer.fault.code for answer in answers[:2]] == ["unreachable"] * 2
    assert isinstance(answers[2], Done)
    assert [call["status"] for call in simulator.requests] == [401, 200]


async def test_no_call_is_made_while_another_process_renews_the_token(
    client, other, clock, simulator, endpoint
):
    simulator.tokens.expire_access()
    endpoint.answers.append(NotKnown(detail="ReadTimeout"))
    await send(client, clock)

    calls = [send(other, clock, create_invoice(request_id=f"r{n}")) for n in range(5)]
    answers = await until_done(asyncio.gather(*calls), clock)

    assert {answer.fault.code for answer in answers} == {"reconnect"}
    assert [call["status"] for call in simulator.requests] == [401]


async def test_a_refusal_says_which_version_of_the_connection_its_call_used(
    client, clock, simulator
):
    present = await connected_by_the_journal(client)
    simulator.tokens.expire_access()
    simulator.faults.refuse_company("6190")

    answer = await send(client, clock)

    assert (answer.fault.code, answer.fault.version) == ("6190", present.version + 1)


async def test_a_token_about_to_end_is_renewed_before_the_call(client, clock, simulator, endpoint):
    await clock.advance(HOUR - 60)

    assert isinstance(await send(client, clock), Done)
    assert len(endpoint.spent) == 1
    assert {call["status"] for call in simulator.requests} == {200}


async def test_many_calls_at_once_renew_once(client, clock, endpoint):
    await clock.advance(HOUR)

    found = await asyncio.gather(*(client.tokens.current(TENANT) for _ in range(20)))

    assert len(endpoint.spent) == 1
    assert len({each.access_token for each in found}) == 1
    assert {each.version for each in found} == {2}


async def test_two_processes_renew_once_between_them(client, other, clock, endpoint):
    await clock.advance(HOUR)
    both = asyncio.gather(client.tokens.current(TENANT), other.tokens.current(TENANT))

    mine, theirs = await until_done(both, clock)

    assert mine == theirs
    assert isinstance(mine, Connection)
    assert len(endpoint.spent + other.endpoint.spent) == 1


async def test_new_tokens_are_stored_before_anyone_has_them(client, clock):
    await clock.advance(HOUR)

    found = await client.tokens.current(TENANT)

    assert await client.connections.get(TENANT) == found
    assert found.access_expires_at == clock.now() + timedelta(hours=1)


async def test_a_caller_that_goes_away_does_not_lose_the_new_tokens(client, clock, endpoint):
    await clock.advance(HOUR)
    before = await client.connections.get(TENANT)
    caller = asyncio.create_task(client.tokens.current(TENANT))
    while not endpoint.spent:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    caller.cancel()

    await client.tokens.close()

    assert (await client.connections.get(TENANT)).version == before.version + 1


async def test_a_refused_refresh_token_asks_for_reconnecting_and_is_never_tried_again(
    client, clock, simulator, endpoint
):
    simulator.tokens.revoke_realm(simulator.realm)

    first = await send(client, clock)
    again = await send(client, clock)

    assert (first.fault.code, first.fault.status) == ("reconnect", 403)
    assert "Master Administrator" in first.fault.detail
    assert again.fault.code == "reconnect"
    assert len(endpoint.spent) == 1
    assert (await client.connections.get(TENANT)).reconnect


async def test_connecting_anew_ends_it(client, clock, simulator, endpoint):
    simulator.tokens.revoke_realm(simulator.realm)
    await send(client, clock)
    granted = simulator.grant()
    stored = await client.connections.get(TENANT)
    await client.connections.put(
        dataclasses.replace(
            stored,
            reconnect=None,
            access_token=granted["access_token"],
            refresh_token=granted["refresh_token"],
        )
    )

    assert isinstance(await send(client, clock), Done)


async def test_an_endpoint_that_was_not_reached_has_spent_nothing(client, other, clock, endpoint):
    endpoint.answers.append(NotSent(detail="ConnectError"))
    await clock.advance(HOUR)

    assert (await client.tokens.current(TENANT)).code == "unreachable"
    assert isinstance(await other.tokens.current(TENANT), Connection)


async def test_the_process_that_had_no_answer_may_ask_again(client, clock, endpoint):
    endpoint.answers.append(NotKnown(detail="ReadTimeout"))
    await clock.advance(HOUR)

    assert (await client.tokens.current(TENANT)).code == "unreachable"
    assert isinstance(await client.tokens.current(TENANT), Connection)
    assert len(set(endpoint.spent)) == 1


async def test_another_process_never_repeats_it_and_asks_for_reconnecting(
    client, other, clock, endpoint
):
    endpoint.answers.append(NotKnown(detail="ReadTimeout"))
    await clock.advance(HOUR)
    await client.tokens.current(TENANT)

    found = await until_done(asyncio.create_task(other.tokens.current(TENANT)), clock)

    assert found.code == "reconnect"
    assert other.endpoint.spent == []


async def test_who_has_the_answer_after_all_wins_over_who_gave_up(client, clock, endpoint):
    await clock.advance(HOUR)
    spent = await client.connections.get(TENANT)
    exchanged = endpoint.refresh

    async def give_up_meanwhile(refresh_token):
        granted = await exchanged(refresh_token)
        await client.connections.replace(dataclasses.replace(spent, reconnect="gave up"))
        return granted

    endpoint.refresh = give_up_meanwhile

    found = await client.tokens.current(TENANT)

    assert isinstance(found, Connection)
    assert found.reconnect is None
    assert await client.connections.get(TENANT) == found


async def test_a_person_who_connected_meanwhile_wins(client, clock, endpoint):
    await clock.advance(HOUR)
    spent = await client.connections.get(TENANT)
    exchanged = endpoint.refresh

    async def connect_meanwhile(refresh_token):
        granted = await exchanged(refresh_token)
        await client.connections.put(dataclasses.replace(spent, refresh_token="a-persons"))
        return granted

    endpoint.refresh = connect_meanwhile

    assert (await client.tokens.current(TENANT)).refresh_token == "a-persons"


async def test_a_store_that_fails_for_a_while_loses_no_token(client, clock, endpoint, monkeypatch):
    await clock.advance(HOUR)
    replace = client.connections.replace
    failures = 3

    async def failing(connection):
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OperationalError("update", {}, Exception("locked"))
        return await replace(connection)

    monkeypatch.setattr(client.connections, "replace", failing)
    found = await until_done(asyncio.create_task(client.tokens.current(TENANT)), clock)

    assert isinstance(found, Connection)
    assert len(endpoint.spent) == 1


async def test_a_store_that_fails_for_long_gets_the_token_at_the_next_call(
    client, clock, endpoint, monkeypatch
):
    await clock.advance(HOUR)

    async def failing(connection):
        raise OperationalError("update", {}, Exception("locked"))

    with monkeypatch.context() as patch:
        patch.setattr(client.connections, "replace", failing)
        found = await until_done(asyncio.create_task(client.tokens.current(TENANT)), clock)
        assert found.code == "unreachable"

    assert isinstance(await client.tokens.current(TENANT), Connection)
    assert len(endpoint.spent) == 1


async def test_a_connection_whose_tokens_are_gone_says_so_and_who_has_none_is_not_connected(
    client, clock
):
    await connected_by_the_journal(client)
    await client.connections.erase(TENANT)

    gone = (await send(client, clock)).fault
    assert (gone.code, gone.detail.split(";")[0]) == ("reconnect", "its tokens are gone")

    del client.register.by_tenant[TENANT]
    never = (await send(client, clock)).fault
    assert (never.code, never.detail.split(";")[0]) == (
        "reconnect",
        f"tenant {TENANT} is not connected",
    )


async def test_a_store_that_does_not_answer_is_weather(client, clock, monkeypatch):
    async def failing(tenant):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(client.connections, "get", failing)

    assert (await send(client, clock)).fault.code == "unreachable"


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (Declined(status=401, reason="invalid_client"), 403, "invalid_client"),
        (Declined(status=429, reason=""), 429, ""),
    ],
)
async def test_any_other_refusal_keeps_the_connection(
    client, clock, endpoint, answer, status, code
):
    endpoint.answers.append(answer)
    await clock.advance(HOUR)

    fault = await client.tokens.current(TENANT)

    assert (fault.status, fault.code) == (status, code)
    assert isinstance(await client.tokens.current(TENANT), Connection)


# The real exchange, over a socket


@pytest.fixture
async def url(simulator):
    async with served(simulator.app) as url:
        yield url


async def test_intuit_oauth_refreshes_over_a_socket_in_a_thread(
    simulator, clock, tmp_path, url, monkeypatch
):
    threads = []
    request = AuthClient.request

    def noted(self, *args, **kwargs):
        threads.append(threading.get_ident())
        assert kwargs["timeout"] == (exchange.CONNECT_SECONDS, exchange.READ_SECONDS)
        return request(self, *args, **kwargs)

    monkeypatch.setattr(AuthClient, "request", noted)
    async with (
        httpx.AsyncClient(base_url=url) as http,
        opened(simulator, http, clock, tmp_path, intuit(url)) as client,
    ):
        simulator.tokens.expire_access()
        assert isinstance(await send(client, clock), Done)

    assert len(threads) == 2
    assert threading.get_ident() not in threads


async def test_a_slow_endpoint_does_not_stop_the_event_loop(
    simulator, clock, tmp_path, url, monkeypatch
):
    answering = threading.Event()
    request = AuthClient.request

    def slow(self, *args, **kwargs):
        assert answering.wait(10)
        return request(self, *args, **kwargs)

    monkeypatch.setattr(AuthClient, "request", slow)
    await clock.advance(HOUR)
    async with (
        httpx.AsyncClient(base_url=url) as http,
        opened(simulator, http, clock, tmp_path, intuit(url)) as client,
    ):
        await client.connections.replace(
            dataclasses.replace(await client.connections.get(TENANT), access_expires_at=clock.now())
        )
        renewal = asyncio.create_task(client.tokens.current(TENANT))
        await settle()
        assert not renewal.done()
        answering.set()
        assert isinstance(await renewal, Connection)


async def test_a_code_is_redeemed_for_the_first_tokens(simulator, url):
    code = simulator.tokens.authorize(simulator.realm, "http://gateway.test/callback")

    granted = await intuit(url).redeem(code, "http://gateway.test/callback")
    again = await intuit(url).redeem(code, "http://gateway.test/callback")

    assert isinstance(granted, Granted)
    assert granted.expires_in_seconds == HOUR
    assert (again.status, again.reason) == (400, "invalid_grant")


async def test_a_revoked_connection_is_worth_nothing_and_revoking_twice_is_no_fault(simulator, url):
    tokens = simulator.grant()

    assert await intuit(url).revoke(tokens["refresh_token"]) is None
    assert await intuit(url).revoke(tokens["refresh_token"]) is None
    assert simulator.tokens.realm_of(tokens["access_token"]) is None


async def test_a_revoking_that_intuit_did_not_hear_or_refuses_is_told(url):
    assert isinstance(await intuit("http://127.0.0.1:1").revoke("r"), NotSent)
    assert await intuit(url, "wrong").revoke("r") == Declined(status=401, reason="invalid_client")


async def test_the_address_of_consent_carries_state_scope_and_way_back(url):
    where = await intuit(url).consent("state-1", "http://gateway.test/oauth/callback")

    asked = httpx.URL(where).params
    assert where.startswith(f"{url}/connect/oauth2?")
    assert dict(asked) == {
        "client_id": "app",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": "http://gateway.test/oauth/callback",
        "state": "state-1",
    }
    assert isinstance(await intuit("http://127.0.0.1:1").consent("s", "b"), NotSent)


async def test_a_wrong_client_secret_is_named_as_such(url, simulator):
    answer = await intuit(url, "wrong").refresh(simulator.grant()["refresh_token"])

    assert answer == Declined(status=401, reason="invalid_client")


async def test_a_discovery_that_fails_has_spent_nothing(url):
    assert isinstance(await intuit("http://127.0.0.1:1").refresh("r"), NotSent)
    assert isinstance(await intuit(f"{url}/nowhere").refresh("r"), NotSent)


@pytest.fixture
async def odd_endpoint():
    """A token endpoint that answers as it is told, or hangs up (None), behind a discovery."""
    said = []

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        if b"discovery" in head.split(b"\r\n")[0]:
            names = ("authorization_endpoint", "revocation_endpoint", "issuer", "jwks_uri")
            names += ("userinfo_endpoint", "token_endpoint")
            body = b"{" + b",".join(b'"%s":"%s"' % (n.encode(), root + b"/t") for n in names) + b"}"
            status = b"200 OK"
        else:
            status, body = said[0] or (None, b"")
        if status is not None:
            length = str(len(body)).encode()
            writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: " + length)
            writer.write(b"\r\nConnection: close\r\n\r\n" + body)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    root = b"http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]

    async def refresh(answer):
        said[:] = [answer]
        made = exchange.Exchange(
            client_id="app", client_secret="s", discovery_url=f"{root.decode()}/discovery"
        )
        return await made.refresh("refresh-1")

    yield refresh
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        (b"503 Down", b""),
        (b"200 OK", b"<html>"),
        (b"200 OK", b'{"access_token":"a","expires_in":3600}'),
    ],
    ids=["hung-up", "503", "html", "half-an-answer"],
)
async def test_a_token_request_without_a_definite_answer_is_not_known(odd_endpoint, answer):
    assert isinstance(await odd_endpoint(answer), NotKnown)


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize(
    "absurd",
    ["", " ", "a b", "a\nX-More: 1", "\x00", "caf\u00e9", "\ud800", "a" * 10_000, 7, [], {}],
)
async def test_what_no_header_can_carry_is_no_token(odd_endpoint, which, absurd):
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, which: absurd}

    assert isinstance(await odd_endpoint((b"200 OK", json.dumps(answer).encode())), NotKnown)


@pytest.mark.parametrize("life", [None, "", "soon", 0, -1, "nan", [], {}])
async def test_what_is_no_time_to_live_is_no_answer(odd_endpoint, life):
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": life}

    assert isinstance(await odd_endpoint((b"200 OK", json.dumps(answer).encode())), NotKnown)


async def test_tokens_as_long_as_intuit_s_are_taken(odd_endpoint):
    answer = {"access_token": "aA0-._~+/=" * 409, "refresh_token": "r" * 512, "expires_in": "1e400"}

    granted = await odd_endpoint((b"200 OK", json.dumps(answer).encode()))

    assert granted.access_token == answer["access_token"]
    assert granted.expires_in_seconds == exchange.LONGEST_LIFE


async def test_a_refusal_without_a_body_is_still_one(odd_endpoint):
    assert await odd_endpoint((b"400 Bad", b"")) == Declined(status=400, reason="")


async def test_no_token_and_no_password_is_ever_logged_or_told(
    client, clock, simulator, endpoint, caplog
):
    with caplog.at_level(logging.DEBUG):
        simulator.tokens.expire_access()
        await send(client, clock)
        stored = await client.connections.get(TENANT)
        simulator.tokens.revoke_realm(simulator.realm)
        refused = await send(client, clock, create_customer())

    told = "\n".join(
        [*(str(vars(record)) for record in caplog.records), str(refused), repr(stored)]
    )
    for secret in (stored.access_token, stored.refresh_token, "password", *endpoint.spent):
        assert secret not in told
