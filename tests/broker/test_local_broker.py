import asyncio
import os
import signal
import socket
from dataclasses import replace

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic

from agents.cli.main import main
from agents.lab.local import broker, docker, jvm, ports
from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import Place
from streams.cluster import Cluster
from streams.kafka import probe

pytestmark = pytest.mark.kafka


@pytest.fixture
def place(kafka, request, tmp_path, monkeypatch):
    """A broker of this test's own; asking for `kafka` first skips where there can be none."""
    monkeypatch.delenv("ISTHMUS_BROKERS", raising=False)
    if docker.engine_runs():
        pytest.skip("Docker runs the broker here, so no JVM of ours does")
    port, controller_port = ports.free(2)
    place = Place(
        root=request.config.rootpath, folder=tmp_path, port=port, controller_port=controller_port
    )
    yield place
    asyncio.run(jvm.stop(place))


async def start(place: Place) -> broker.Broker:
    return await broker.start(place, given=None, say=lambda _: None)


@pytest.mark.slow
async def test_what_runs_is_used_again_and_data_survives_a_stop_and_a_kill(place):
    first = await start(place)
    pid = jvm.running(place)
    assert await start(place) == first == await broker.status(place, given=None)
    assert jvm.running(place) == pid
    await write(place.bootstrap, b"kept")

    assert await broker.stop(place, given=None) == "stopped"
    assert await broker.stop(place, given=None) == "not running"
    assert not ports.in_use(place.port)
    assert await broker.status(place, given=None) is None

    await start(place)
    os.kill(jvm.running(place), signal.SIGKILL)
    await start(place)
    assert await read(place.bootstrap) == b"kept"


async def test_a_kafka_that_ignores_a_polite_end_is_killed(place):
    await start(place)
    os.kill(jvm.running(place), signal.SIGSTOP)

    assert await jvm.stop(place, grace_seconds=0.3)

    assert jvm.running(place) is None
    assert not ports.in_use(place.port)


async def test_a_kafka_that_ends_while_it_starts_is_reported_with_its_last_words(place):
    place.data.mkdir(parents=True)
    (place.data / "meta.properties").write_text("version=1\ncluster.id=another\nnode.id=7\n")

    with pytest.raises(LocalBrokerFault, match=r"ended while it started; it last said: .*node"):
        await start(place)

    assert jvm.running(place) is None


@pytest.mark.parametrize("taken", ["port", "controller_port"])
async def test_a_port_in_use_is_refused_before_anything_is_started(place, taken):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(LocalBrokerFault, match=f"^Port {port} is in use by another program"):
            await start(replace(place, **{taken: port}))

    assert not place.properties.exists()


def test_the_command_refuses_with_a_sentence_and_exit_code_1(place, capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        options = ["--port", port, "--data", str(place.home)]
        assert run("broker", "start", *options) == 1

    said = capsys.readouterr().err
    assert f"Port {port} is in use by another program" in said
    assert "Traceback" not in said
    assert run("broker", "status", *options) == 1
    assert "isthmus broker start" in capsys.readouterr().err
    assert run("broker", "stop", *options) == 0


def test_a_given_broker_is_verified_and_never_stopped(kafka, monkeypatch, capsys):
    monkeypatch.setenv("ISTHMUS_BROKERS", kafka)

    assert run("broker", "start", "--json") == 0
    assert orjson.loads(capsys.readouterr().out) == {"kind": "given", "bootstrap": kafka}
    assert run("broker", "stop") == 0
    assert "left alone" in capsys.readouterr().out
    assert run("broker", "status") == 0


def test_a_given_broker_that_does_not_answer_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("ISTHMUS_BROKERS", "127.0.0.1:1")
    monkeypatch.setattr(broker, "READY_SECONDS", 2.0)

    assert run("broker", "start") == 1

    told = " ".join(capsys.readouterr().err.split())
    assert "No Kafka answers at 127.0.0.1:1, which ISTHMUS_BROKERS names" in told


async def write(bootstrap: str, value: bytes) -> None:
    async with probe.admin(Cluster(brokers=bootstrap)) as client:
        await client.create_topics([NewTopic("survives", 1, 1)])
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        await producer.send_and_wait("survives", value)


async def read(bootstrap: str) -> bytes:
    partition = TopicPartition("survives", 0)
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        async with asyncio.timeout(60):
            return (await consumer.getone(partition)).value


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)
