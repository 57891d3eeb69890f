import re
import subprocess
from pathlib import Path

import pytest
import yaml

from streams.telemetry import METRICS
from tests.testing.prometheus import program

RULES = Path(__file__).parents[2] / "deploy/prometheus"
ALERTS = [
    rule
    for group in yaml.safe_load((RULES / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
RUNBOOK = (RULES.parent / "runbook.md").read_text(encoding="utf-8")
TEST_FILES = ["alerts_test.yml", "alerts_over_days_test.yml"]
TESTS = [
    test
    for file in TEST_FILES
    for test in yaml.safe_load((RULES / file).read_text(encoding="utf-8"))["tests"]
]
SUFFIXES = re.compile(r"_(bucket|sum|count)$")


def test_promtools_tests_of_the_rules_pass():
    ran = subprocess.run(
        [program("promtool"), "test", "rules", *TEST_FILES],
        cwd=RULES,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("file", ["prometheus.yml", "prometheus-kubernetes.yml"])
def test_promtool_takes_what_a_prometheus_is_told(file):
    jobs = [
        each["job_name"] for each in yaml.safe_load((RULES / file).read_text())["scrape_configs"]
    ]
    assert all(f'job="{job}"' in "".join(alert["expr"] for alert in ALERTS) for job in jobs)
    ran = subprocess.run(
        [program("promtool"), "check", "config", file],
        cwd=RULES,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_each_alert_has_its_entry_and_both_its_tests(alert):
    name = alert["alert"]
    assert f"\n## {name}\n\n" in RUNBOOK
    assert alert["annotations"]["runbook"] == f"deploy/runbook.md#{name.lower()}"
    cases = [case["alert_rule_test"][0] for case in TESTS]
    fires = [bool(case["exp_alerts"]) for case in cases if case["alertname"] == name]
    assert fires == [True, False]


def test_the_runbook_has_no_entry_without_an_alert():
    entries = set(re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE))
    assert entries == {alert["alert"] for alert in ALERTS}


def test_each_alert_asks_for_metrics_that_there_are():
    asked = {name for a in ALERTS for name in re.findall(r"isthmus_\w+", a["expr"])}
    assert {SUFFIXES.sub("", name) for name in asked} <= {metric.name for metric in METRICS}
