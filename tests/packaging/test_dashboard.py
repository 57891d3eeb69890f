"""Would Grafana show what there is?  Its file, without a Grafana: none was at hand here."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from streams.telemetry import METRICS

DASHBOARD = json.loads(
    (Path(__file__).parents[2] / "deploy/grafana/isthmus.json").read_text(encoding="utf-8")
)
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
SERIES = {name for metric in METRICS for name in (metric.name, f"{metric.name}_bucket")}
FROM_THE_LIBRARY = {
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_max_fds",
}


def test_no_two_panels_have_one_id_or_one_title():
    ids = Counter(panel["id"] for panel in DASHBOARD["panels"])
    titles = Counter(panel["title"] for panel in DASHBOARD["panels"])
    assert max(ids.values()) == max(titles.values()) == 1


def test_no_panel_lies_on_another():
    for one, other in combinations([panel["gridPos"] for panel in DASHBOARD["panels"]], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above, (one, other)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in PANELS)


def test_the_data_source_is_chosen_by_whoever_looks():
    variables = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["query"] == "prometheus"
    asked = [panel["datasource"] for panel in PANELS] + [variables["tenant"]["datasource"]]
    asked += [target["datasource"] for panel in PANELS for target in panel["targets"]]
    assert asked == [{"type": "prometheus", "uid": "${datasource}"}] * len(asked)
    known = {f"${name}" for name in variables} | {"$__rate_interval"}
    assert {each for query in QUERIES for each in re.findall(r"\$\w+", query)} <= known


@pytest.mark.parametrize("query", QUERIES)
def test_each_query_asks_for_metrics_that_there_are(query):
    named = set(re.findall(r"\b(?:isthmus|process)_\w+", query))
    assert named <= SERIES | FROM_THE_LIBRARY
    assert named or "up{" in query


def test_every_metric_is_shown():
    shown = {re.sub("_bucket$", "", n) for q in QUERIES for n in re.findall(r"isthmus_\w+", q)}
    assert shown == {metric.name for metric in METRICS}
