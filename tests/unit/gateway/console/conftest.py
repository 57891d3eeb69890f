"""The console over a journal in memory, a worker that answers, and browsers that keep cookies."""

import asyncio
import re
from contextlib import asynccontextmanager

import httpx
import pytest
from aiokafka.errors import KafkaConnectionError
from cryptography.fernet import Fernet
from fastapi import FastAPI

from agents.dead_letters.manage import Files, StuckError, discard
from agents.gateway.console.compose import Outside, console_of
from agents.gateway.console.connecting import ConnectionChanges
from agents.requests.ask import RequestSender
from schemas.catalog import decode_request, encode
from schemas.dead_letters import DeadLetter
from schemas.envelope import JournalRecord
from schemas.facts import RequestTaken
from streams.console_grants import ConsoleGrant
from streams.kafka.history import TopicRecord
from streams.secrets.preflights import KeptPreflights
from streams.settings import ProcessSettings
from tests.testing.connections_file import brought_up
from tests.testing.simulated.clock import START, SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.log import SimulatedLog

ANNA, OTTO, VERA, ZOE = "a" * 32, "o" * 32, "v" * 32, "z" * 32
GRANTS = (
    ConsoleGrant("anna", "admin", None, ANNA),
    ConsoleGrant("otto", "operator", "t1", OTTO),
    ConsoleGrant("vera", "viewer", "t1", VERA),
    ConsoleGrant("zoe", "operator", "t2", ZOE),
)
KEY = Fernet.generate_key().decode()
PARTITIONS = 4
TERM = "a-worker-s-term"


class Browser(httpx.AsyncClient):
    """Somebody's browser: follows no redirect unasked, keeps cookies as one does."""

    async def log_in(self, token, to="/console"):
        page = await self.get("/console/login", params={"to": to})
        form = {"secret": secret_of(page), "to": to, "token": token}
        return await self.post("/console/login", data=form)

    async def press(self, address, **form):
        """Send a form of a page, and return the page that one comes to."""
        page = await self.get(address)
        answer = await self.post(
            address.partition("?")[0], data={"secret": secret_of(page), **form}
        )
        assert answer.status_code == 303, answer.text
        return await self.get(answer.headers["location"])


def secret_of(page):
    return re.search(r'name="secret" value="([^"]+)"', page.text)[1]


def text_of(page):
    """Return what of a page is read: no tags, no double blanks."""
    main = page.text.partition('<main id="content"')[2].partition("<footer")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())


class Log(SimulatedLog):
    async def start(self):
        await asyncio.sleep(0)

    async def stop(self):
        await asyncio.sleep(0)


class World:
    """All that the console meets outside; `tell` writes history, `answers` is a worker."""

    def __init__(self, folder, clock=None):
        self.clock = clock or SimulatedClock()
        self.folder = folder
        self.kafka = SimulatedKafka(PARTITIONS)
        self.journal = self.kafka.topics["isthmus-journal"]
        #: The journal as the console follows it that was opened last.
        self.followed = None
        #: What workers say of their calls; None where it cannot be read.
        self.calls = self.kafka.topics["isthmus-calls"]
        self.covered = {}
        self.away = False
        self.patience_seconds = 10.0
        #: Judges a tenant before it goes live; None where nothing can.
        self.judge = None
        self.preflights = None
        #: Makes connections and takes them away.
        self.connecting = ConnectionChanges()
        self.asked = []
        #: Dead letters, as Kafka has them; None where it does not let us read them.
        self.letters = []
        self.retried = []
        #: Returns the facts with which a worker answers a request; None answers nothing.
        self.answers = lambda _request: ()
        for partition in range(PARTITIONS):
            claim = JournalRecord(term=TERM, claim=TERM, lane="", at=START)
            self.journal.keep(partition, b"", encode(claim))

    def settings(self, **options):
        given = {"console_token": GRANTS, "token_key": (KEY,), "state_folder": str(self.folder)}
        return ProcessSettings(**given | options)

    def tell(self, lane, *facts, at=None):
        record = JournalRecord(term=TERM, lane=lane, at=at or self.clock.now(), facts=facts)
        partition = self.kafka.partition_of(lane.encode())
        return self.journal.keep(partition, lane.encode(), encode(record))

    async def send(self, topic, key, value, headers=()):
        if topic == "isthmus-dead-letters":
            self.letters.append(value)
            return
        request = decode_request(value)
        self.asked.append((topic, key.decode(), request))
        facts = self.answers(request)
        if facts is not None:
            taken = RequestTaken(request=request.id, done=True, detail="ok", by=request.by)
            self.tell(key.decode(), *facts, taken)

    async def places(self, places):
        if self.away:
            raise KafkaConnectionError
        return [self.journal.records[partition][offset] for partition, offset in places]

    async def view(self):
        return self.covered

    def bury(self, key, reason, *, topic="mediaos-changes", offset=7):
        """Have a record of that key be of no use."""
        letter = DeadLetter(
            topic=topic,
            partition=0,
            offset=offset,
            key=key,
            reason=reason,
            value=b"{",
            at=self.clock.now(),
        )
        self.letters.append(encode(letter))

    def journal_log(self):
        self.followed = Log(self.journal)
        return self.followed

    def calls_log(self):
        if self.calls is None:
            raise KafkaConnectionError
        return Log(self.calls)

    def tell_calls(self, told):
        """Have a worker say what it has left."""
        self.calls.keep(0, b"0", encode(told))

    def judges(self, judge):
        """Have preflights find what this returns; they are kept as all gateways keep them."""
        self.judge = judge
        self.preflights = KeptPreflights(brought_up(self.folder), (KEY,), self.clock)

    async def read_letters(self):
        if self.letters is None:
            raise KafkaConnectionError
        files = Files()
        for offset, letter in enumerate(self.letters):
            files.take(TopicRecord(0, offset, None, letter))
        return files

    async def discard_letter(self, filed, by, why):
        if self.away:
            raise KafkaConnectionError
        await discard(self, self.clock, filed, by, why)

    async def retry_letter(self, filed, by):
        if self.away:
            raise KafkaConnectionError
        if filed.letter.reason == "gone":
            raise StuckError("Its bytes are gone.")
        self.retried.append((str(filed.place), by))

    def console(self, **options):
        outside = Outside(
            journal=self.journal_log,
            calls=self.calls_log,
            view=self.view,
            places=self.places,
            send=RequestSender(self).ask,
            letters=self.read_letters,
            retry_letter=self.retry_letter,
            discard_letter=self.discard_letter,
            judge=self.judge,
            preflights=self.preflights,
            connecting=self.connecting,
            patience_seconds=self.patience_seconds,
        )
        return console_of(self.settings(**options), self.clock, outside)

    def app(self, console):
        app = FastAPI(redirect_slashes=False)
        app.include_router(console.router)
        return app

    @asynccontextmanager
    async def open(self, **options):
        """Serve a console that has read all there is; yields what makes browsers."""
        console = self.console(**options)
        following = asyncio.create_task(console.follower.run())
        app = self.app(console)
        try:
            yield Served(self, console, app)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


class Served:
    """A console at work."""

    def __init__(self, world, console, app):
        self.world, self.console, self.app = world, console, app

    async def caught_up(self):
        """Return once the book has all that the journal has."""
        ends = await Log(self.world.journal).ends()
        async with asyncio.timeout(10):
            # The book is written in a thread, which tells no loop of ours.
            while self.console.follower.read_to() != ends:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def away(self):
        """Return once the console says that it cannot follow."""
        async with asyncio.timeout(10):
            while not self.console.follower.freshness.away:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def stranger(self, token):
        """Return the browser of who logs in, whether the journal is read or not."""
        browser = browser_of(self.app)
        await browser.log_in(token)
        return browser

    async def browser(self, token=ANNA):
        browser = await self.stranger(token)
        await self.caught_up()
        return browser


def browser_of(app, *, address="127.0.0.1", base="http://gateway"):
    transport = httpx.ASGITransport(app=app, client=(address, 1234))
    return Browser(transport=transport, base_url=base)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def clock(world):
    return world.clock


@pytest.fixture
def settings(world):
    return world.settings


@pytest.fixture
def app_of(world):
    """Make a console that nobody follows: enough for its entrance."""
    return lambda **options: world.app(world.console(**options))


@pytest.fixture
def browser(app_of):
    def browser(app=None, *, address="127.0.0.1", **options):
        base = options.get("gateway_url", "http://gateway")
        return browser_of(app or app_of(**options), address=address, base=base)

    return browser
