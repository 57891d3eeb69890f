"""Does the product reach a broker only by its login, and where a prefix stands before each name?"""

import ast
import functools
from pathlib import Path

import pytest

from streams.cluster import Cluster
from streams.topics import TOPICS

ROOT = Path(__file__).parents[3]
#: The laboratory with the commands that start it, and the systems that we only play.
NOT_THE_PRODUCT = (
    "agents/lab/",
    *(f"agents/cli/{command}.py" for command in ("bench", "broker", "demo")),
    "streams/simulators/",
)
PRODUCT = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for room in ("agents", "streams", "schemas")
    for path in sorted((ROOT / room).rglob("*.py"))
    if not str(path.relative_to(ROOT)).startswith(NOT_THE_PRODUCT)
}
#: What speaks to a broker.
CLIENTS = {"AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient", "admin", "App"}
#: Who makes one, and knows a topic only by the name that it was told is the broker's.
TOLD = {
    "agents/audit/journal.py",
    "streams/publisher.py",
    # A topic of its own, whether a local broker is ready.
    "streams/kafka/probe.py",
    # By who puts a journal in the place of another.
    "streams/kafka/copying.py",
}


@functools.cache
def read(name):
    return ast.parse(PRODUCT[name])


def saying(word):
    """Yield each module that holds a word, with each of its nodes: the others are not read."""
    for name, text in PRODUCT.items():
        if word in text:
            yield from ((name, node) for node in ast.walk(read(name)))


def called(name):
    """Return what is called in a module, by name, with each call's node."""
    calls = [node for node in ast.walk(read(name)) if isinstance(node, ast.Call)]
    return [(getattr(call.func, "id", getattr(call.func, "attr", "")), call) for call in calls]


def speaks(name):
    # Every worker of a session asks this of every module: most say it without being read.
    named = any(f"{client}(" in PRODUCT[name] for client in CLIENTS)
    return named and any(call in CLIENTS for call, _ in called(name))


SPEAKERS = [name for name in PRODUCT if speaks(name)]


def test_a_name_gains_the_prefix_and_loses_it_again():
    cluster = Cluster(brokers="k1:9092", prefix="team-a.")

    assert cluster.named("isthmus-journal") == "team-a.isthmus-journal"
    assert cluster.ours("team-a.isthmus-journal") == "isthmus-journal"
    assert Cluster(brokers="k1:9092").named("isthmus-journal") == "isthmus-journal"


def test_only_the_prefix_is_lost_and_only_in_front():
    assert Cluster(brokers="k1:9092", prefix="a.").ours("a.data.a.b") == "data.a.b"
    assert Cluster(brokers="k1:9092", prefix="is.").ours("is.isthmus-journal") == "isthmus-journal"
    assert Cluster(brokers="k1:9092", prefix="team.").ours("isthmus-team.x") == "isthmus-team.x"


def test_nobody_holds_an_address_without_its_prefix():
    addresses = [
        name
        for name, node in saying("brokers")
        if isinstance(node, ast.Attribute) and node.attr == "brokers"
        # `values.brokers` is how the setting is read.
        if ast.unparse(node.value).split(".")[-1].strip("_()") not in {"cluster", "values"}
    ]
    # Where the address and the prefix become one, and where it is what a client is made with.
    assert addresses == ["streams/cluster.py", "streams/settable/kafka.py"]


def test_every_client_is_made_with_what_the_cluster_asks_of_it():
    made = {}
    for name, text in PRODUCT.items():
        for client, call in called(name) if "AIOKafka" in text else ():
            if client.startswith("AIOKafka"):
                spread = {ast.unparse(each.value) for each in call.keywords if each.arg is None}
                made.setdefault(name, []).append(sorted(spread))

    # Two that share nothing with the product take what a cluster's `client` holds from a caller.
    assert made.pop("streams/publisher.py") == [["self._login"]]
    assert made.pop("agents/audit/journal.py") == [["kafka"], ["kafka"]]
    assert len(made) >= 7
    whole = {"cluster.client", "self._cluster.client"}
    assert [name for name, all_of in made.items() for one in all_of if not whole & set(one)] == []


def test_a_worker_and_the_ledger_check_log_in_as_all_others_do():
    faust = ast.unparse(read("streams/faust/app.py"))
    check = ast.unparse(read("agents/cli/ledger.py"))

    assert "broker_credentials=credentials(cluster.security)" in faust
    assert "kafka=settings.cluster.client" in check


def test_an_address_is_handed_to_a_client_nowhere_else():
    handed = [
        name
        for name, node in saying("bootstrap_servers")
        if isinstance(node, ast.keyword) and node.arg == "bootstrap_servers"
    ]
    assert handed == ["streams/publisher.py"]


@pytest.mark.parametrize("name", SPEAKERS)
def test_whoever_speaks_to_a_broker_puts_the_prefix_before_its_names(name):
    puts = any(call == "named" for call, _ in called(name))
    assert puts != (name in TOLD)


@pytest.mark.parametrize("name", SPEAKERS)
def test_whoever_speaks_to_a_broker_writes_no_topics_name_down(name):
    literals = {node.value for node in ast.walk(read(name)) if isinstance(node, ast.Constant)} & {
        topic.name for topic in TOPICS
    }
    # The page of a service of MediaOS, to which somebody else tells the whole name.
    assert literals <= ({"mediaos-changes"} if name == "streams/publisher.py" else set())
