"""The list of commands: what it shows, what it imports, and what it says of a command it lacks."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from agents.cli.main import COMMANDS, main

ENTRIES = {name: each for section in COMMANDS.values() for name, each in section.items()}
HEAVY = ("pydantic", "sqlalchemy", "aiokafka", "httpx", "faust", "agents.lab")
HELP = f"""
import sys
from agents.cli.main import main
try:
    main(["--help"])
finally:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


def said(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    shown = capsys.readouterr()
    return left.value.code, shown.out + shown.err


@pytest.mark.parametrize("name", ENTRIES)
def test_each_command_is_there_under_its_name_and_says_what_it_does(name):
    command = ENTRIES[name].load(name)

    assert command.name == name
    assert command.help


def test_the_help_lists_all_commands_within_80_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, text = said(["--help"], capsys)

    assert code == 0
    lines = [line.strip() for line in text.splitlines()]
    for name, entry in ENTRIES.items():
        assert [line for line in lines if line.split() == [name, *entry.line.split()]]
    assert max(map(len, text.splitlines())) <= 80


def test_the_help_imports_nothing_that_is_heavy():
    told = subprocess.run([sys.executable, "-c", HELP], capture_output=True, check=True, text=True)

    assert told.stderr.strip() == "[]"


COMPLETION = """
import sys
sys.argv = ["isthmus"]
from agents.cli.main import main
main()
"""


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("isthmus re", {"reconcile", "retry", "resume", "retry-now", "rebuild"}),
        ("isthmus map p", {"products", "payment-types"}),
        ("isthmus lockouts ", {"list", "release", "impose"}),
        ("isthmus status --", {"--json", "--help"}),
    ],
)
def test_a_shell_completes_commands_and_options(typed, offered):
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    told = subprocess.run(
        [sys.executable, "-c", COMPLETION],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, **words, "_ISTHMUS_COMPLETE": "complete_bash"},
    )
    assert set(told.stdout.split()) == offered


def test_it_is_installed_by_an_option_of_the_help(capsys):
    assert "--install-completion" in said(["--help"], capsys)[1]


def test_a_mistyped_command_is_refused_by_the_nearest(capsys):
    code, text = said(["prked"], capsys)

    assert code == 2
    assert "No such command 'prked'. Did you mean 'parked'?" in text


def test_the_version_is_that_of_the_package(capsys):
    assert said(["--version"], capsys) == (0, f"isthmus {version('isthmus')}\n")
