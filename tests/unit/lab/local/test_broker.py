import os
import shutil
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.lab.local import artifacts, docker, jvm, ports
from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import Place

ROOT = Path(__file__).parents[4]


@pytest.fixture
def place(tmp_path):
    return Place(root=ROOT, folder=tmp_path / "broker", port=29092, controller_port=29093)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH that holds only the programs a test writes."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return write


def test_a_missing_java_is_one_sentence_with_the_remedy(programs):
    with pytest.raises(LocalBrokerFault, match=r"^Java is missing: install .* ISTHMUS_BROKERS\.$"):
        artifacts.java()


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ('openjdk version "11.0.2" 2019-01-15', "Java 11 is too old"),
        ('java version "1.8.0_292"', "Java 8 is too old"),
        ("Segmentation fault", "does not run: reinstall Java 17"),
    ],
)
def test_a_java_that_will_not_do_is_named(programs, printed, answer):
    programs("java", f"echo '{printed}' >&2")

    with pytest.raises(LocalBrokerFault, match=answer):
        artifacts.java()


@pytest.mark.parametrize("version", ["17.0.15", "21", "25.0.1"])
def test_a_java_of_17_or_newer_is_taken(programs, version):
    programs("java", f"echo 'openjdk version \"{version}\"' >&2")

    assert artifacts.java().endswith("/bin/java")


@pytest.fixture
def fresh(tmp_path):
    """A project folder which has the templates and no jars."""
    (tmp_path / "project/deploy").mkdir(parents=True)
    (tmp_path / "project/deploy/kafka").symlink_to(ROOT / "deploy" / "kafka")
    return Place(root=tmp_path / "project")


def test_a_missing_maven_is_one_sentence_with_the_remedy(programs, fresh):
    with pytest.raises(LocalBrokerFault, match=r"^Maven is missing, .*apt-get install maven"):
        artifacts.ensure_libraries(fresh, lambda _: None)


def test_a_maven_that_fails_is_quoted_and_leaves_nothing_behind(programs, fresh):
    programs("mvn", "echo '[ERROR] could not resolve kafka_2.13'; exit 1")

    with pytest.raises(LocalBrokerFault, match=r"could not resolve kafka_2.13.*check the network"):
        artifacts.ensure_libraries(fresh, lambda _: None)

    assert list(fresh.libraries.parent.iterdir()) == []


def test_the_jars_are_fetched_once_and_again_when_another_version_is_asked_for(programs, fresh):
    os.environ["PATH"] += ":/bin:/usr/bin"
    programs(
        "mvn", 'for a; do case $a in -D*) mkdir -p "${a#*=}"; touch "${a#*=}/k.jar";; esac; done'
    )
    said: list[str] = []

    for _ in range(2):
        libraries = artifacts.ensure_libraries(fresh, said.append)
    assert (libraries / "k.jar").is_file()
    assert said == ["Fetching Kafka by Maven, once"]

    with ThreadPoolExecutor() as beside:
        shutil.rmtree(libraries)
        asked = [beside.submit(artifacts.ensure_libraries, fresh, said.append) for _ in range(3)]
        assert [each.result() for each in asked] == [libraries] * 3
    assert len(said) == 2, "one of three beside each other fetches"

    (libraries / "pom.xml").write_text("an older one")
    artifacts.ensure_libraries(fresh, said.append)
    assert len(said) == 3


def test_started_from_another_folder_the_project_is_asked_for(tmp_path):
    with pytest.raises(LocalBrokerFault, match="run this from the folder of the project"):
        artifacts.ensure_libraries(Place(root=tmp_path), lambda _: None)


def test_the_properties_are_filled_in_with_this_places_ports_and_folder(place):
    lines = place.server_properties().splitlines()

    assert "listeners=PLAINTEXT://127.0.0.1:29092,CONTROLLER://127.0.0.1:29093" in lines
    assert f"log.dirs={place.data}" in lines
    assert not [line for line in lines if "$" in line]


@pytest.mark.parametrize(
    "content", ["", "abc", pytest.param(str(os.getpid()), id="another program"), "999999999"]
)
def test_a_pid_file_that_names_no_kafka_of_this_place_means_that_none_runs(place, content):
    place.home.mkdir(parents=True)
    place.pid.write_text(content)

    assert jvm.running(place) is None


def test_a_port_is_in_use_while_somebody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert ports.in_use(port)
    assert not ports.in_use(port)


def test_free_ports_differ_and_are_free():
    found = ports.free(5)

    assert len(set(found)) == 5
    assert not [port for port in found if ports.in_use(port)]


def test_what_one_process_found_no_other_one_finds_until_it_ends():
    [port] = ports.free(1)
    found_there = (
        "from agents.lab.local import ports\n"
        f"ports.NOT_GIVEN_AWAY, ports.LOOKED_AT = range({port}, {port + 1}), 1\n"
        "print(ports.free(1))"
    )

    found = subprocess.run([sys.executable, "-c", found_there], capture_output=True, check=False)

    assert b"LocalBrokerFault: Of the ports" in found.stderr
    assert found.stdout == b""


def test_of_many_that_were_found_the_first_are_given_up(monkeypatch):
    monkeypatch.setattr(ports, "KEPT", 3)

    ports.free(5)

    assert len(ports._kept) == 3


def test_a_free_port_is_none_that_the_kernel_gives_to_whoever_asks():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert listener.getsockname()[1] not in ports.NOT_GIVEN_AWAY


def test_without_docker_no_engine_runs(programs):
    assert not docker.engine_runs()


def test_an_engine_that_answers_with_an_error_does_not_run(programs):
    programs("docker", "exit 1")

    assert not docker.engine_runs()


def test_an_engine_that_hangs_does_not_hold_us_up(programs, monkeypatch):
    monkeypatch.setattr(docker, "ENGINE_SECONDS", 0.1)
    programs("docker", "exec /bin/sleep 30")

    assert not docker.engine_runs()


def test_docker_is_told_the_same_properties_on_the_loopback_only(place):
    arguments = docker.run_arguments(place)

    assert "--publish=127.0.0.1:29092:29092" in arguments
    assert "--env=KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:29092" in arguments
    assert "--env=KAFKA_LISTENERS=PLAINTEXT://:29092,CONTROLLER://:29093" in arguments
    assert "--env=KAFKA_AUTO_CREATE_TOPICS_ENABLE=false" in arguments
    assert arguments[-1] == "apache/kafka:4.3.1"


def test_a_docker_that_cannot_start_kafka_is_quoted_with_the_remedy(programs, place):
    programs("docker", '[ "$1" = run ] && { echo "no such image" >&2; exit 125; }; exit 0')

    with pytest.raises(LocalBrokerFault, match=r"\(no such image\): check that the engine"):
        docker.launch(place)


def test_the_last_error_of_a_log_is_what_a_person_is_told():
    log = "INFO start\nERROR Exiting Kafka: no space left\n\tat kafka.Kafka\n"

    assert jvm.complaint_in(log) == "ERROR Exiting Kafka: no space left"
    assert jvm.complaint_in("INFO start\n\n") == "INFO start"
    assert jvm.complaint_in("") == "nothing"
