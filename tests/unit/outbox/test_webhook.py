"""A digest is posted to a real server of the loopback: signed, repeated by its key, bounded."""

import asyncio
import hashlib
import hmac
import ssl
from contextlib import asynccontextmanager

import pytest

from agents.lab.local import ports
from streams.outbox import webhook
from streams.outbox.patience import WAITS
from streams.outbox.webhook import Webhook, post, signature
from tests.testing.certificates import authority
from tests.testing.silent import silent_server
from tests.unit.outbox.test_mail import Clock, patient

SECRET = "known-to-both-sides"
BODY = b'{"type":"isthmus.digest.v1"}'


@pytest.fixture
def clock():
    return Clock()


@asynccontextmanager
async def receiver(*answers, more=b"", tls=None):
    """Serve HTTP on the loopback, give these answers in turn, and keep what was asked."""
    asked, left = [], list(answers)

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.rstrip().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        asked.append((first, headers, body))
        status = left.pop(0) if len(left) > 1 else left[0]
        writer.write(f"HTTP/1.1 {status} x\r\nConnection: close\r\n".encode() + more + b"\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in?key=k", asked


async def test_it_is_signed_so_that_who_gets_it_can_tell_whose_it_is(clock):
    async with receiver(204) as (url, asked):
        assert await post(Webhook(url, (SECRET,)), BODY, "t1.2026-01-05", patient(clock)) is None

    [(first, headers, body)] = asked
    assert (first, body) == ("POST /in?key=k HTTP/1.1", BODY)
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"] == "t1.2026-01-05"
    at, _, told = headers["isthmus-signature"].partition(",v1=")
    at = at.removeprefix("t=")
    assert int(at) == int(clock.now().timestamp())
    made = hmac.new(SECRET.encode(), f"{at}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(told, made)


async def test_who_is_busy_is_asked_again_with_the_same_key(clock):
    async with receiver(503, 429, 200) as (url, asked):
        assert await post(Webhook(url, (SECRET,)), BODY, "k", patient(clock)) is None

    assert [headers["idempotency-key"] for _, headers, _ in asked] == ["k"] * 3
    assert clock.waited == list(WAITS[:2])


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410])
async def test_a_refusal_is_told_and_not_repeated_and_nobody_is_led_on(clock, status):
    more = b"Location: http://127.0.0.1:9/elsewhere\r\n"
    async with receiver(status, more=more) as (url, asked):
        assert (
            await post(Webhook(url, (SECRET,)), BODY, "k", patient(clock)) == f"it answers {status}"
        )
    assert (len(asked), clock.waited) == (1, [])


async def test_nobody_there_is_said_without_the_address(clock):
    [port] = ports.free(1)
    away = Webhook(f"http://127.0.0.1:{port}/in?key=k", (SECRET,))
    why = await post(away, BODY, "k", patient(clock))

    assert why.startswith("nobody answers there (")
    assert "key" not in why
    assert SECRET not in repr(away)
    assert "127.0.0.1" not in repr(away)
    assert clock.waited == list(WAITS)


async def test_who_never_answers_keeps_nobody_waiting(clock, monkeypatch):
    monkeypatch.setattr(webhook, "SECONDS", 0.05)
    async with silent_server() as port:
        why = await post(Webhook(f"http://127.0.0.1:{port}", (SECRET,)), BODY, "k", patient(clock))
    assert "nobody answers there" in why
    assert clock.waited == list(WAITS)


async def test_while_a_secret_is_replaced_both_sign(clock):
    async with receiver(200) as (url, asked):
        assert await post(Webhook(url, (SECRET, "the-next-one")), BODY, "k", patient(clock)) is None

    [(_, headers, _)] = asked
    at, *signed = headers["isthmus-signature"].split(",")
    at = int(at.removeprefix("t="))
    assert signed == [f"v1={signature(each, BODY, at)}" for each in (SECRET, "the-next-one")]


async def test_who_does_not_show_whom_it_is_is_told_nothing(clock, tmp_path):
    issued = authority(tmp_path).issue("webhook")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    async with receiver(200, tls=context) as (url, asked):
        to = Webhook(url.replace("http:", "https:"), (SECRET,))
        assert await post(to, BODY, "k", patient(clock)) == "it does not show whom it is by TLS"
    assert (asked, clock.waited) == ([], [])


@pytest.mark.parametrize("url", ["https://xn--/in?key=k", "https://[::1/in?key=k"])
async def test_an_address_that_is_none_is_said_and_not_shown(clock, url):
    why = await post(Webhook(url, (SECRET,)), BODY, "k", patient(clock))
    assert why.startswith("its address is none (")
    assert (clock.waited, "key" in why) == ([], False)
