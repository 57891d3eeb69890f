"""Do worker, gateway, services and operator live by the page's table, and none beyond it?"""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
from aiokafka.errors import KafkaError

from agents.cli.erasing.command import run as erase
from agents.cli.topics import ensure, topics_on
from agents.lab.local.faults import LocalBrokerFault
from schemas.catalog import encode
from schemas.requests import ChangeSettings, Push
from schemas.tenant_state import TenantSettings
from schemas.values import Kind
from streams.cluster import Cluster
from streams.kafka import probe
from streams.kafka.log import KafkaLog
from streams.kafka.topic_faults import TopicMissingError
from streams.outbox.kafka_producer import Producer
from streams.publisher import Publisher
from streams.settings import read_settings
from streams.topics import JOURNAL, MEDIAOS_CHANGES, PUSHES, REQUESTS, TOPICS, Layout
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed
from tests.broker.recorded_journal import CUSTOMER, is_erased, records, with_a_day
from tests.broker.secured.broker import started
from tests.broker.secured.rules import Rule, allow, rules
from tests.broker.test_secured import run
from tests.testing.means import missing
from tests.unit.gateway.console.conftest import OTTO, Browser, text_of

pytestmark = [pytest.mark.kafka, pytest.mark.secured, pytest.mark.slow]

PREFIX = "north."
#: Who may look at the journal and change nothing, beside whom the page has.
LOOKER = [
    Rule("looker", "topic", "isthmus-journal", ("READ",)),
    Rule("looker", "topic", "isthmus-dead-letters", ("WRITE",)),
    Rule("looker", "topic", "isthmus-requests", ("DESCRIBE",)),
]


@pytest.fixture(scope="module")
def strict(request, tmp_path_factory):
    """A Kafka where everybody may do what the page says, and nothing else."""
    folder = tmp_path_factory.mktemp("strict")
    try:
        found, stop = started(request.config.rootpath, folder, acls=True)
    except LocalBrokerFault as fault:
        missing(str(fault))

    async def rule():
        owner = Cluster(brokers=found.owner, prefix=PREFIX)
        await ensure(owner, Layout().on_a_single_node(), topics_on(owner))
        async with probe.admin(owner) as admin:
            await allow(admin, PREFIX, [*rules(), *LOOKER])

    asyncio.run(rule())
    yield found
    stop()


def told(strict, who):
    """Return what a process is told to come in as this one."""
    login = strict.by_password(who, "PLAIN")
    return {**login, "ISTHMUS_TOPIC_PREFIX": PREFIX, "ISTHMUS_GROUP": "isthmus-sync"}


def cluster(strict, who):
    return read_settings(told(strict, who)).cluster


@pytest.fixture
async def publisher(strict):
    """A service of MediaOS."""
    theirs = cluster(strict, "publisher")
    login = dict(theirs.client)
    topic = theirs.named(MEDIAOS_CHANGES.name)
    async with Publisher(brokers=login.pop("bootstrap_servers"), topic=topic, **login) as one:
        yield one


@pytest.fixture
async def house(strict, tmp_path):
    """An installation whose worker and gateway have their rights alone."""
    worker, gateway = told(strict, "worker"), told(strict, "gateway")
    gateway["ISTHMUS_CONSOLE_TOKEN"] = f"otto:operator:{OTTO}"
    opened = installed(strict.owner, tmp_path, prefix=PREFIX, gateway=gateway, **worker)
    async with opened as house:
        yield house


async def asked(house, strict, *words):
    """Return the exit code and the answer of an operator's command."""
    there = {**house.stage.environment("operator"), **told(strict, "operator")}
    code, out, err = await asyncio.to_thread(run, house.stage.folder, there, *words, "--json")
    assert out, err
    return code, json.loads(out)


async def push(strict, lane, document):
    async with AsyncExitStack() as stack:
        producer = Producer(cluster(strict, "pusher"))
        stack.push_async_callback(producer.stop)
        wanted = Push(id="p1", lane=lane, document=document)
        await producer.send(PUSHES.name, lane.encode(), encode(wanted))


async def test_an_installation_lives_by_the_table(strict, house, publisher):
    tenant = await house.tenant(publish=publisher.publish)
    town = await house.town(tenant)
    await house.work(1)
    customer = await town.customer()
    await town.invoice(customer)
    assert await tenant.link(Kind.INVOICE, town.bills[0].id)
    await town.payment()
    await house.agrees()

    settings = ("settings", "set", "--manual-push")
    assert (await asked(house, strict, *settings))[0] == 0
    await town.invoice(customer)
    document = f"mediaos/invoice/{town.bills[1].id}"

    async def held():
        return document in json.dumps((await asked(house, strict, "parked"))[1])

    await until(held)
    await push(strict, f"{tenant.name}/mediaos/{customer}", document)
    assert await tenant.link(Kind.INVOICE, town.bills[1].id)

    assert list((await asked(house, strict, "status"))[1]["covered"]) == [tenant.name]
    shown = await asked(house, strict, "topics", "describe", "--single-node")
    assert {each["name"]: each["faults"] for each in shown[1]} == {
        f"{PREFIX}{topic.name}": [] for topic in TOPICS
    }
    await house.requests.send(MEDIAOS_CHANGES.name, b"t1/mediaos/1", b"no JSON")

    async def buried():
        return (await asked(house, strict, "dead-letters", "list"))[1]

    await until(buried)
    [letter] = await buried()
    assert (await asked(house, strict, "dead-letters", "retry", letter["place"]))[0] == 0
    async with Browser(base_url=house.stage.gateway, timeout=HANGS_SECONDS) as otto:
        await otto.log_in(OTTO)
        page = f"/console/t/{tenant.name}/record/mediaos/invoice/{town.bills[0].id}"

        async def told_in_the_console():
            return "are one." in text_of(await otto.get(page))

        await until(told_in_the_console)
    for process in (*house.crew.workers, house.gateway):
        said = process.said()
        assert b"uthorization" not in said
        assert b"kafka is away" not in said


async def sends(strict, who, topic):
    """Return the fault that keeps somebody from writing a topic, None when nothing does."""
    producer = Producer(cluster(strict, who))
    setting = ChangeSettings(id="r", tenant="t1", settings=TenantSettings())
    try:
        async with asyncio.timeout(HANGS_SECONDS):
            await producer.send(topic, b"t1", encode(setting))
    except KafkaError as fault:
        return type(fault).__name__
    finally:
        await producer.stop()
    return None


async def test_who_may_push_or_publish_may_ask_for_nothing_else(strict):
    for who in ("pusher", "publisher"):
        refused = await sends(strict, who, REQUESTS.name)
        assert refused == "TopicAuthorizationFailedError"
    assert await sends(strict, "pusher", PUSHES.name) is None
    log = KafkaLog(cluster(strict, "publisher"), JOURNAL.name)
    try:
        with pytest.raises(TopicMissingError, match="or have the right to READ it given"):
            await log.start()
    finally:
        await log.stop()


def test_a_worker_without_its_rights_says_which_and_ends(strict, tmp_path):
    code, out, err = run(tmp_path, told(strict, "gateway"), "worker")

    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith(f"Kafka at {strict.addresses['SASL_SSL']} does not give gateway all ")
    for topic in ("isthmus-intake", "isthmus-pushes", "quickbooks-notices"):
        assert f"READ on the topic north.{topic}" in err
    assert "WRITE on the topic north.quickbooks-notices" not in err


@pytest.mark.parametrize(
    ("role", "lacks"),
    [
        ("gateway", None),
        ("operator", "DESCRIBE_CONFIGS on the topic north.isthmus-journal"),
        ("worker", "WRITE on the topic north.isthmus-journal"),
    ],
)
def test_the_doctor_says_what_a_login_lacks_for_a_role(strict, tmp_path, role, lacks):
    words = ("doctor", "--as", role, "--single-node", "--json")
    _, out, err = run(tmp_path, told(strict, "gateway"), *words)

    assert out, err
    found = {each["check"]: each for each in json.loads(out)}
    assert found["kafka"]["state"] == "ok"
    assert found["rights"]["state"] == ("fault" if lacks else "ok")
    assert (lacks or "All that gateway needs is given.") in found["rights"]["says"]


COMMANDS = {
    ("status",): (
        "publisher",
        (
            "Kafka has no topic north.isthmus-journal: make it with `isthmus topics create`, or "
            "have the right to READ it given."
        ),
    ),
    ("topics", "create", "--single-node"): (
        "publisher",
        "does not give publisher all that is needed",
    ),
    ("lockouts", "impose", "t1/mediaos/42", "--minutes", "5", "--reason", "x"): (
        "looker",
        "does not give looker all that is needed, missing: TopicAuthorizationFailedError",
    ),
}


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_without_its_right_says_so_in_one_sentence(strict, tmp_path, words):
    who, sentence = COMMANDS[words]

    code, out, err = run(tmp_path, told(strict, who), *words)

    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1


async def test_an_eraser_erases_with_its_rights_alone(strict):
    """In an installation beside the other, where the page's rules of the eraser hold alone."""
    prefix = "south."
    owner = Cluster(brokers=strict.owner, prefix=prefix)
    await with_a_day(owner)
    before = await records(owner)
    async with probe.admin(owner) as admin:
        await allow(admin, prefix, [rule for rule in rules() if rule.who == "eraser"])
    settings = read_settings({**told(strict, "eraser"), "ISTHMUS_TOPIC_PREFIX": prefix})

    report = await erase(settings, "t1", CUSTOMER, "ann", lambda _report: None, dry_run=False)

    assert report.done
    is_erased(before, await records(owner))
