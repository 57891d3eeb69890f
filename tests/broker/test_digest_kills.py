"""A digest whose run dies, or stands still, between somebody's yes and the note of it.

The run after it sends it once more, as the same Message-ID or key, and says so; then it is noted.
"""

import asyncio
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from schemas.requests import PauseTenant
from tests.broker.installation.crew import Process
from tests.broker.installation.house import HANGS_SECONDS
from tests.broker.installation.opening import installed
from tests.testing.mail import mail_server

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow]

ANN = "ann@example.com"
SAID_SO = b"A run before this one began to send it to"
SECRET = "known-to-both-sides"


@pytest.fixture
async def house(kafka, tmp_path):
    """An installation with a worker, and a tenant that it knows."""
    async with installed(kafka, tmp_path) as house:
        await house.tenant()
        await house.work(1)
        await house.ask("t1", PauseTenant(id="a-day-off", tenant="t1", reason="so it is known"))
        yield house


def run_of(house, name, **told):
    """Start a run of the digest, which goes where `told` says."""
    told = house.stage.environment("digest") | {"ISTHMUS_DIGEST_FROM": "i@example.com"} | told
    command = (sys.executable, "-m", "agents.cli.main", "digest", "t1", "--by", "scheduler")
    process = Process(name, command, told, house.stage.folder)
    house.stack.callback(process.end)
    process.start()
    return process


async def ended(process, code=0):
    assert await process.ended() == code, process.said()
    return process.said()


@pytest.fixture
def post(house):
    """A mail server, and what starts runs that write to it."""
    with mail_server() as box:
        told = {
            "ISTHMUS_DIGEST_TO": ANN,
            "ISTHMUS_SMTP_HOST": "127.0.0.1",
            "ISTHMUS_SMTP_PORT": str(box.port),
            "ISTHMUS_SMTP_SECURITY": "none",
        }
        box.run = lambda name: run_of(house, name, **told)
        yield box


async def sent_again(box):
    """Have another run send it, which says why; and one more that has nothing to do."""
    again = await ended(box.run("again"))
    assert SAID_SO in again
    first, second = (mail["Message-ID"] for _, _, mail in box.mails)
    assert first == second
    noted = await ended(box.run("noted"))
    assert b"It went today already to ann@example.com" in noted
    assert len(box.mails) == 2


async def test_a_run_that_is_killed_after_the_yes_is_followed_by_one_that_says_so(post):
    dying = post.run("dying")
    post.parting = lambda: dying.signal(signal.SIGKILL)
    await ended(dying, -signal.SIGKILL)
    post.parting = lambda: None

    assert len(post.mails) == 1
    await sent_again(post)


async def test_a_run_that_stands_still_after_the_yes_has_another_beside_it_that_says_so(post):
    still = post.run("still")
    stands = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop():
        still.signal(signal.SIGSTOP)
        loop.call_soon_threadsafe(stands.set)

    post.parting = stop
    await asyncio.wait_for(stands.wait(), HANGS_SECONDS)
    post.parting = lambda: None
    await sent_again(post)

    still.signal(signal.SIGCONT)
    said = await ended(still)
    assert b"went to ann@example.com" in said
    assert len(post.mails) == 2
    assert b"already" in await ended(post.run("last"))


@asynccontextmanager
async def taker(on_yes):
    """Take what is posted; `on_yes` is called as soon as the yes is on its way."""
    keys = []

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {k.lower(): v for k, _, v in (e.partition(": ") for e in head.splitlines())}
        await reader.readexactly(int(headers["content-length"]))
        keys.append(headers["idempotency-key"])
        before, after = on_yes
        before()
        writer.write(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n")
        await writer.drain()
        after()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in", keys


async def test_a_webhook_gets_it_again_under_the_same_key(house):
    runs = []
    # It stands still until it is dead, so that it can do nothing between.
    on_yes = [lambda: runs[0].signal(signal.SIGSTOP), lambda: runs[0].signal(signal.SIGKILL)]
    async with taker(on_yes) as (url, keys):
        told = {
            "ISTHMUS_DIGEST_WEBHOOK_URL": url,
            "ISTHMUS_DIGEST_WEBHOOK_SECRET": SECRET,
        }
        runs.append(run_of(house, "dying", **told))
        await ended(runs[0], -signal.SIGKILL)
        on_yes[:] = [lambda: None, lambda: None]
        assert SAID_SO in await ended(run_of(house, "again", **told))
        assert b"already to the webhook" in await ended(run_of(house, "noted", **told))

    first, second = keys
    assert first == second
