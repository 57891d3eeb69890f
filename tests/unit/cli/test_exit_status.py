"""With what does a command end?  One table: in the code, the help, and on the operator's page."""

import re
from pathlib import Path

import pytest

from agents.cli.exit_status import MEANING, ExitStatus, table
from agents.cli.main import main

ROOT = Path(__file__).parents[3]


def test_each_status_has_a_meaning():
    assert set(MEANING) == set(ExitStatus)


def test_the_operators_page_has_the_table():
    assert table() in (ROOT / "deploy/operating.md").read_text(encoding="utf-8")


def test_the_help_has_it_within_80_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    for status, meaning in MEANING.items():
        assert f"{status.value} {meaning}" in told


def test_no_command_ends_with_a_status_of_its_own():
    own = re.compile(r"(?:typer\.Exit|sys\.exit|SystemExit)\(\d")
    places = [
        path.name for path in (ROOT / "agents/cli").glob("*.py") if own.search(path.read_text())
    ]
    assert places == []
