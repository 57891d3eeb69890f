"""A journal in memory, the command line over it, and a worker that answers when it is told to."""

import asyncio
import json
from functools import partial
from types import SimpleNamespace

import pytest

from agents.cli import calls, coverage, digest_letters, journal_opening, rebuild, status
from agents.cli import journal_state as reading
from agents.cli import send_request as asking
from agents.cli.main import main
from agents.rules.tenant.digesting import answer
from schemas.catalog import decode_request, encode
from schemas.conflict_facts import ConflictResolved
from schemas.envelope import JournalRecord
from schemas.facts import Asked, Released, RequestTaken
from schemas.kept_requests import BeginDigest, KeepDigest
from schemas.lane_facts import LockoutEnded
from schemas.requests import (
    ChangeSettings,
    ConnectTenant,
    DisconnectTenant,
    Push,
    ReleaseLockout,
    ResolveConflict,
    Retry,
    SetMapping,
)
from schemas.tenant_facts import (
    Mapped,
    SettingsChanged,
    TenantConnected,
    TenantDisconnected,
)
from schemas.tenant_state import Tenant
from streams.kafka.history import TopicRecord
from tests.testing.simulated.clock import START
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.log import SimulatedLog
from tests.unit.rules.records import QBO_INVOICE

PARTITIONS = 4
TERM = "a-worker-s-term"


class World:
    """All that commands find outside: `tell` writes history, `isthmus` runs a command line."""

    def __init__(self, capsys):
        self.kafka = SimulatedKafka(PARTITIONS)
        self.journal = self.kafka.topics["isthmus-journal"]
        self.queued = {}
        #: What is raised when the view of coverage is read.
        self.unreadable = None
        #: The sentence that says so while the journal is rewritten.
        self.rewriting = None
        self.answering = True
        #: Is what is asked for taken down, and nothing more done?
        self.stands_still = False
        self.asked = []
        self._capsys = capsys
        self._now = START
        for partition in range(PARTITIONS):
            claim = JournalRecord(term=TERM, claim=TERM, lane="", at=START)
            self.journal.keep(partition, b"", encode(claim))

    def partition_of(self, lane):
        return self.kafka.partition_of(lane.encode())

    def tell(self, lane, *facts, term=TERM, at=None):
        record = JournalRecord(term=term, lane=lane, at=at or START, facts=facts)
        return self.journal.keep(self.partition_of(lane), lane.encode(), encode(record))

    def publish(self, topic, key, value):
        self.kafka.topics[topic].keep(0, key, value)

    async def read_to_end(self, _brokers, topic, take):
        if self.unreadable is not None:
            raise self.unreadable
        for records in self.kafka.topics[topic].records:
            for record in records:
                take(record)

    async def rewriting_told(self, _cluster):
        await asyncio.sleep(0)
        return self.rewriting

    async def send(self, topic, key, value, headers=()):
        await self.kafka.send(topic, key, value, headers)
        request = decode_request(value)
        self.asked.append((topic, key.decode(), request))
        if self.answering:
            facts = _facts(request)
            facts = tuple(
                each for each in facts if not (self.stands_still and isinstance(each, Released))
            )
            self.tell(
                key.decode(),
                *facts,
                RequestTaken(request=request.id, done=True, detail="ok", by=request.by),
            )

    def isthmus(self, *arguments):
        """Return exit code, what was printed and its errors, both also without line breaks."""
        code = 0
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = ended.code or 0
        printed = self._capsys.readouterr()
        said = " ".join(printed.out.split())
        told = " ".join(printed.err.split())
        return SimpleNamespace(code=code, out=printed.out, said=said, err=printed.err, told=told)

    def json(self, *arguments):
        done = self.isthmus(*arguments, "--json")
        return done.code, json.loads(done.out)


class History:
    """The topics of a world as they stand."""

    def __init__(self, world, _cluster):
        self._world = world

    async def start(self):
        if self._world.unreadable is not None:
            raise self._world.unreadable

    async def stop(self):
        await asyncio.sleep(0)

    async def read(self, topic):
        for partition, records in enumerate(self._world.kafka.topics[topic].records):
            for offset, record in enumerate(records):
                yield TopicRecord(partition, offset, record.key, record.value)


@pytest.fixture
def world(capsys, monkeypatch, tmp_path):
    world = World(capsys)

    class Log(SimulatedLog):
        def __init__(self, _brokers, _topic):
            super().__init__(world.journal)
            self.is_rewritten = world.rewriting is not None

        async def start(self):
            await asyncio.sleep(0)

        async def stop(self):
            await asyncio.sleep(0)

    class Producer:
        def __init__(self, _brokers):
            self.send = world.send

        async def stop(self):
            await asyncio.sleep(0)

    monkeypatch.setattr(reading, "KafkaLog", Log)
    monkeypatch.setattr(rebuild, "KafkaLog", Log)
    monkeypatch.setattr(asking, "Producer", Producer)

    async def queued():
        return world.queued

    monkeypatch.setattr(journal_opening, "rewriting_told", world.rewriting_told)
    monkeypatch.setattr(digest_letters, "KafkaHistory", partial(History, world))
    monkeypatch.setattr(status, "queued", queued)
    monkeypatch.setattr(coverage, "read_to_end", world.read_to_end)
    monkeypatch.setattr(calls, "read_to_end", world.read_to_end)
    monkeypatch.setenv("ISTHMUS_STATE_FOLDER", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "ada")
    for variable in ("ISTHMUS_BROKERS", "ISTHMUS_STATE_URL"):
        monkeypatch.delenv(variable, raising=False)
    return world


def _facts(request):
    match request:
        case SetMapping():
            facts = (Mapped(request=request.id, source=request.source, target=request.target),)
        case ChangeSettings():
            facts = (SettingsChanged(request=request.id, settings=request.settings),)
        case ConnectTenant():
            facts = (TenantConnected(request=request.id, connection=request.connection),)
        case DisconnectTenant():
            facts = (TenantDisconnected(request=request.id),)
        case BeginDigest() | KeepDigest():
            _, _, facts = answer(Tenant(), request)
        case Retry() | Push() | ResolveConflict():
            facts = _of_document(request)
        case ReleaseLockout():
            facts = (LockoutEnded(lockout=request.lockout, why="released"),)
        case _:
            facts = ()
    return facts


def _of_document(request):
    named = {"document": request.document, "request": request.id}
    released = Released(document=request.document, why="pushed")
    match request:
        case Retry():
            return (Asked(**named, pushed=False),)
        case Push():
            return (Asked(**named, pushed=True), released)
        case ResolveConflict(keep=keep):
            said = ConflictResolved(**named, keep=keep, fields=("memo",), lost=QBO_INVOICE)
            return (said, released)
