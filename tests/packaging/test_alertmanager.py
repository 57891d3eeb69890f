"""Does the example of an Alertmanager call the right people, and once for a cause?

It is asked of Alertmanager itself, which is told of alerts as Prometheus would tell it.
"""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import yaml

from agents.lab.local import ports
from tests.broker.installation.house import until
from tests.testing.prometheus import program

FOLDER = Path(__file__).parents[2] / "deploy/prometheus"
FILE = FOLDER / "alertmanager.yml"
SAID = yaml.safe_load(FILE.read_text(encoding="utf-8"))
RULES = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
SEVERITY = {rule["alert"]: rule["labels"]["severity"] for rule in RULES}
PATIENCE_SECONDS = 90


def amtool(*words):
    ran = subprocess.run(
        [program("amtool", "prometheus-alertmanager"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_amtool_takes_it():
    assert "inhibit rules" in amtool("check-config", str(FILE))


@pytest.mark.parametrize(
    ("severity", "receiver"), [("page", "page"), ("ticket", "ticket"), ("info", "nobody")]
)
def test_each_severity_has_its_receiver(severity, receiver):
    routed = amtool("config", "routes", "test", f"--config.file={FILE}", f"severity={severity}")
    assert routed.strip() == receiver


def test_each_alert_has_one_of_these_severities():
    assert set(SEVERITY.values()) == {"page", "ticket", "info"}


def named(rules):
    for matcher in rules:
        found = re.fullmatch(r'alertname=~?"([\w|]+)"', matcher)
        assert found, matcher
        yield from found[1].split("|")


def test_every_alert_that_it_names_is_one_that_there_is():
    for rule in SAID["inhibit_rules"]:
        sources, targets = set(named(rule["source_matchers"])), set(named(rule["target_matchers"]))
        assert sources | targets <= set(SEVERITY)
        assert not sources & targets
        # What is silent for a cause must not be worse than it, but where the cause tells nobody.
        if "IsthmusLockout" not in sources and "ticket" in {SEVERITY[name] for name in sources}:
            assert "page" not in {SEVERITY[name] for name in targets}


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alertmanager")
    [port] = ports.free(1)
    words = [
        program("prometheus-alertmanager", "prometheus-alertmanager"),
        f"--config.file={FILE}",
        f"--storage.path={folder}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


async def told(address, alerts, expected):
    """Tell of these alerts; return once what is silent of them is as expected."""
    now = datetime.now(UTC)
    body = [
        {
            "labels": {"alertname": name, "severity": SEVERITY[name], **labels},
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(minutes=5)).isoformat(),
        }
        for name, labels in alerts
    ]
    async with httpx.AsyncClient(base_url=f"{address}/api/v2") as http:

        async def taken():
            try:
                return (await http.post("/alerts", json=body)).is_success
            except httpx.TransportError:
                return False

        async def silent():
            stand = {
                (each["labels"]["alertname"], each["labels"].get("tenant")): bool(
                    each["status"]["inhibitedBy"]
                )
                for each in (await http.get("/alerts")).json()
            }
            return expected.items() <= stand.items()

        await until(taken, PATIENCE_SECONDS)
        await until(silent, PATIENCE_SECONDS)


async def test_a_suspended_tenant_is_told_once_and_another_ones_alerts_go_on(alertmanager):
    alerts = (
        ("IsthmusReconnectNeeded", {"tenant": "t1"}),
        ("IsthmusSuspended", {"tenant": "t1", "reason": "invalid_grant"}),
        ("IsthmusCoverageOld", {"tenant": "t1", "side": "qbo"}),
        ("IsthmusRetriesEndless", {"tenant": "t1", "side": "qbo"}),
        ("IsthmusCoverageOld", {"tenant": "t2", "side": "qbo"}),
        ("IsthmusBugs", {"tenant": "t1"}),
    )
    expected = {
        ("IsthmusReconnectNeeded", "t1"): False,
        ("IsthmusSuspended", "t1"): True,
        ("IsthmusCoverageOld", "t1"): True,
        ("IsthmusRetriesEndless", "t1"): True,
        ("IsthmusCoverageOld", "t2"): False,
        ("IsthmusBugs", "t1"): False,
    }
    await told(alertmanager, alerts, expected)


async def test_without_any_worker_one_page_is_enough(alertmanager):
    alerts = (
        ("IsthmusWorkerAbsent", {}),
        ("IsthmusWorkerDown", {"instance": "w1", "job": "isthmus-worker"}),
        ("IsthmusPartitionsUnowned", {}),
        ("IsthmusGatewayRefuses", {"route": "/v1/changes"}),
    )
    expected = {
        ("IsthmusWorkerAbsent", None): False,
        ("IsthmusWorkerDown", None): True,
        ("IsthmusPartitionsUnowned", None): True,
        ("IsthmusGatewayRefuses", None): False,
    }
    await told(alertmanager, alerts, expected)
