import re
from importlib.metadata import version
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agents.process.metrics import Metrics
from streams import telemetry
from streams.metric import Metric
from streams.telemetry import LAG, METRICS, table

ROOT = Path(__file__).parents[3]
#: Everything that a label may be: none of them grows with customers or records.
LABELS = {"topic", "partition", "result", "tenant", "side", "kind", "outcome", "reason"} | {
    "route",
    "status",
    "version",
}


def test_the_documentation_is_the_list():
    assert table() in (ROOT / "deploy/prometheus/metrics.md").read_text(encoding="utf-8")


def test_the_list_is_closed_and_names_each_metric_once():
    defined = [each for each in vars(telemetry).values() if isinstance(each, Metric)]
    assert sorted(m.name for m in defined) == sorted(m.name for m in METRICS)
    assert len({m.name for m in METRICS}) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_name_says_product_unit_and_kind(metric):
    assert metric.name.startswith("isthmus_")
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert metric.name.endswith(metric.unit)
    assert set(metric.labels) <= LABELS


@pytest.mark.parametrize("of", ["worker", "gateway"])
def test_prometheus_reads_what_is_served(of):
    served = Metrics(of).text().decode()
    names = {family.name for family in text_string_to_metric_families(served)}
    wanted = {m.name.removesuffix("_total") for m in METRICS if m.of in {of, "both"}}
    assert wanted <= names


@pytest.mark.parametrize("of", ["worker", "gateway"])
def test_every_process_tells_of_itself_and_which_release_it_is(of):
    told = {
        sample.name: sample
        for family in text_string_to_metric_families(Metrics(of).text().decode())
        for sample in family.samples
    }
    page = (ROOT / "deploy/prometheus/metrics.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`(process_\w+)`", page))
    assert documented == {name for name in told if name.startswith("process_")}
    assert told["process_resident_memory_bytes"].value > 1_000_000
    build = told["isthmus_build_info"]
    assert (build.labels, build.value) == ({"version": version("isthmus")}, 1)


def test_a_series_that_is_no_more_goes_away_and_the_others_stay():
    metrics = Metrics("worker")
    metrics.show_all(LAG, {("isthmus-intake", "1"): 5, ("isthmus-intake", "2"): 7})
    metrics.show_all(LAG, {("isthmus-intake", "2"): 8})
    lines = [line for line in metrics.text().decode().splitlines() if "lag_records{" in line]
    assert [line for line in lines if "journal" not in line] == [
        'isthmus_lag_records{partition="2",topic="isthmus-intake"} 8.0'
    ]
