import re
import shlex
from pathlib import Path

import pytest
import yaml

from agents.lab.local import docker
from agents.lab.local.place import Place
from agents.process.unknown_settings import unknown_settings, variables
from tests.packaging.command_lines import resolve, taken

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"].startswith("isthmus:")}
#: They do their work and end.
ONCE = {"topics-create", "postgres-certificate"}


@pytest.mark.parametrize("name", OURS)
def test_the_command_of_each_service_is_one_that_the_cli_knows(name):
    taken(shlex.split(OURS[name]["command"]))


def test_a_mistyped_command_would_be_noticed():
    with pytest.raises(AssertionError, match="knows no 'creat'"):
        resolve(["topics", "creat"])


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_one_that_is_read(name):
    assert list(unknown_settings(OURS[name].get("environment", {}))) == []


def of_kafka() -> set[str]:
    """All that says which Kafka, and how to come in."""
    named = {name for name in variables() if name.startswith("ISTHMUS_KAFKA_")}
    return {"ISTHMUS_BROKERS", "ISTHMUS_TOPIC_PREFIX", *named}


@pytest.mark.parametrize("name", ["topics-create", "worker-1", "worker-2", "gateway"])
def test_who_speaks_to_kafka_is_told_all_that_an_operator_says_of_it(name):
    environment = OURS[name]["environment"]

    assert of_kafka() <= set(environment)
    for each in of_kafka():
        assert re.fullmatch(rf"\$\{{{each}:-[\w:]*\}}", environment[each])


def test_nobody_else_is_told_more_than_where_it_is():
    told = {name for name, each in OURS.items() if of_kafka() & set(each["environment"])}
    assert told == {"topics-create", "worker-1", "worker-2", "gateway", "mediaos"}
    # A simulated system knows no login, so no password of a company's Kafka is told to it.
    simulated = of_kafka() & set(OURS["mediaos"]["environment"])
    assert simulated == {"ISTHMUS_BROKERS", "ISTHMUS_TOPIC_PREFIX"}


def test_compose_and_the_local_broker_run_the_same_kafka():
    version = docker.kafka_version(Place(root=ROOT))

    assert SERVICES["kafka"]["image"] == f"apache/kafka:{version}"


def test_kafkas_tools_are_of_the_same_kafka():
    version = docker.kafka_version(Place(root=ROOT))
    pom = (ROOT / "deploy/kafka/tools/pom.xml").read_text(encoding="utf-8")

    assert f"<version>{version}</version>" in pom


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_open_to_this_machine_only(name):
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_every_service_that_stays_says_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_ours_write_to_their_volumes_alone_and_have_no_rights(name):
    said = OURS[name]
    assert (said["read_only"], said["cap_drop"]) == (True, ["ALL"])
    assert said["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_volume_is_declared_or_lies_in_the_repository(name):
    for each in SERVICES[name].get("volumes", ()):
        what = each.split(":")[0]
        assert (ROOT / what).exists() if what.startswith(".") else what in COMPOSE["volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_image_is_of_whatever_day(name):
    assert re.search(r":v?\d+(\.\d+)*(-\w+)?$", SERVICES[name]["image"])


def test_grafana_finds_prometheus_and_the_dashboard():
    folder = ROOT / "deploy/grafana/provisioning"
    [source] = yaml.safe_load((folder / "datasources/prometheus.yaml").read_text())["datasources"]
    [provider] = yaml.safe_load((folder / "dashboards/isthmus.yaml").read_text())["providers"]
    assert source["url"] == "http://prometheus:9090"
    mounted = {each.split(":")[1] for each in SERVICES["grafana"]["volumes"]}
    assert f"{provider['options']['path']}/isthmus.json" in mounted


def test_no_secret_is_written_down():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    secrets = r"\w*(?:SECRET|PASSWORD|TOKEN|KEY)"

    for line in re.findall(rf"^ +({secrets}: .*)$", text, re.MULTILINE):
        assert re.search(r": \$\{\w+:[?-][^}]*\}$", line), line


def test_the_image_installs_from_the_lock_and_runs_as_nobody_special():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")

    assert "--require-hashes --requirement deploy/requirements.lock" in dockerfile
    assert re.search(r"^USER 10001$", dockerfile, re.MULTILINE)
    for copied in re.findall(r"^COPY (\S+) ", dockerfile, re.MULTILINE):
        assert (ROOT / copied).exists(), copied
