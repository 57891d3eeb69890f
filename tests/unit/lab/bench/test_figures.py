import pytest

from agents.lab.bench.figures import FIGURES, RUNS, Figure, Measured, Outcome, chosen
from agents.lab.bench.runs import MEASURES

PROMISED = {
    "lanes_s",
    "lanes_vs_serial",
    "lanes_journal_s",
    "lanes_inversions",
    "lanes_50ms_per_s",
    "edit_cpu_ratio",
    "latency_p50_ms",
    "latency_p99_ms",
    "takeover_p99_s",
    "qbo_budget_used",
    "qbo_429",
    "lock_p99_ratio",
    "lock_memory_mb",
    "journal_bytes_per_change",
    "qbo_calls_per_change",
    "edit_growth",
    "release_4000_s",
    "rebuild_facts_per_s",
    "start_1m_s",
    "start_1m_mb",
    "takeover_1m_p99_s",
    "latency_1m_ratio",
    "console_p95_ms",
}


def figure(name: str) -> Figure:
    return next(figure for figure in FIGURES if figure.name == name)


def measured(**values: float) -> Measured:
    return Measured(values=values, rivals={}, details={"of": sorted(values)})


def test_the_figures_are_those_that_are_promised():
    assert {figure.name for figure in FIGURES} == PROMISED


def test_every_figure_has_a_run_that_measures_it():
    assert set(RUNS) == MEASURES.keys()


@pytest.mark.parametrize(
    ("name", "value", "met"),
    [
        ("lanes_s", 0.75, True),
        ("lanes_s", 0.751, False),
        ("lanes_vs_serial", 20.0, True),
        ("lanes_vs_serial", 19.99, False),
        ("lanes_inversions", 0, True),
        ("lanes_inversions", 1, False),
        ("rebuild_facts_per_s", 9_999.9, False),
    ],
)
def test_a_value_at_its_target_is_just_good_enough(name, value, met):
    assert figure(name).is_met(value) is met


def test_only_the_figures_of_the_runs_that_were_wanted_are_shown():
    outcome = Outcome(measured={"latency": measured(latency_p50_ms=4.0, latency_p99_ms=90.0)})

    assert [(row.figure.name, row.value, row.met) for row in outcome.rows()] == [
        ("latency_p50_ms", 4.0, True),
        ("latency_p99_ms", 90.0, False),
    ]


def test_what_could_not_be_measured_is_missed_and_says_why():
    outcome = Outcome(measured={}, faults={"takeover": "nobody came"})

    (row,) = outcome.rows()

    assert (row.value, row.met, row.fault) == (None, False, "nobody came")
    result = outcome.as_json({})
    assert result["takeover_p99_s"] is None
    assert result["missed"] == ["takeover_p99_s"]
    assert result["not_measured"] == {"takeover": "nobody came"}


def test_the_json_has_each_figure_by_its_name_and_the_rest_under_details():
    outcome = Outcome(
        measured={
            "journal": Measured(
                values={"lanes_journal_s": 5.0},
                rivals={"lanes_journal_s": "none"},
                details={"100": {"seconds": 4.0}},
            )
        }
    )

    assert outcome.as_json({"cores": 2}) == {
        "lanes_journal_s": 5.0,
        "missed": ["lanes_journal_s"],
        "targets": {"lanes_journal_s": 4.5},
        "rivals": {"lanes_journal_s": "none"},
        "not_measured": {},
        "details": {"journal": {"100": {"seconds": 4.0}}},
        "machine": {"cores": 2},
    }


def test_no_name_means_every_run_in_order():
    assert chosen([]) == RUNS


def test_runs_are_chosen_by_their_own_name_or_a_figures():
    assert chosen(["rebuild", "latency_p99_ms", "latency"]) == ("latency", "rebuild")


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="speed is no figure of the bench: name one of lanes_s"):
        chosen(["speed", "lanes"])
