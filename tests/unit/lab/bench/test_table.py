import pytest

from agents.cli.bench import COLUMNS, cells
from agents.cli.main import main
from agents.lab.bench.figures import FIGURES, Row


def row(name, value, **more):
    figure = next(figure for figure in FIGURES if figure.name == name)
    return Row(figure=figure, value=value, rival="a rival", **more)


@pytest.mark.parametrize(
    ("name", "value", "shown", "target", "verdict"),
    [
        ("lanes_s", 0.6345, "0.63 s", "at most 0.75 s", "met"),
        ("lanes_inversions", 0, "0", "at most 0", "met"),
        ("lanes_inversions", 3, "3", "at most 0", "missed"),
        ("lanes_50ms_per_s", 1899.6, "1,899.6 /s", "at least 1,900 /s", "missed"),
        ("rebuild_facts_per_s", 21531.4, "21,531.4 /s", "at least 10,000 /s", "met"),
    ],
)
def test_a_figure_stands_beside_its_rival_its_target_and_its_verdict(
    name, value, shown, target, verdict
):
    found = dict(zip(COLUMNS, cells(row(name, value)), strict=True))

    assert found["figure"] == name
    assert found["value"] == shown
    assert found["in the same run"] == "a rival"
    assert (found["target"], found["verdict"]) == (target, verdict)


def test_a_figure_that_was_not_measured_says_why():
    found = cells(row("takeover_p99_s", None, fault="nobody came"))

    assert "not measured: nobody came" in found
    assert found[-1] == "missed"


def test_an_unknown_figure_is_refused_before_anything_is_started(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--only", "speed"])

    assert ended.value.code == 1
    assert "speed is no figure of the bench" in capsys.readouterr().err
