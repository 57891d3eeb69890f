"""The help of each command: what the code says, within 80 columns, and at once."""

import subprocess
import sys

import orjson
import pytest

from agents.cli.helps import FILE, kept_help
from agents.cli.main import main
from agents.cli.making_helps import helps

KEPT = orjson.loads(FILE.read_bytes())
#: What takes the time that a help has not got; of ours, whatever is about more than the screen.
HEAVY = (
    *("sqlalchemy", "aiokafka", "httpx", "faust", "mode", "pydantic", "fastapi", "cryptography"),
    *("agents.lab", "agents.rules", "agents.view", "agents.audit", "schemas", "streams.journal"),
)
EVERY_HELP = f"""
import sys
from agents.cli.main import main
for words in {[*KEPT]!r}:
    try:
        main([*words.split(), "--help"])
    except SystemExit as ended:
        assert not ended.code, words
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


def test_what_is_kept_is_what_the_code_says():
    assert helps() == FILE.read_bytes(), "make it anew: python -m agents.cli.making_helps"


def test_no_line_of_it_is_wider_than_a_screen():
    lines = (line for text in KEPT.values() for line in text.splitlines())
    assert [line for line in lines if len(line) > 80] == []


def test_no_help_imports_what_its_command_s_work_needs():
    told = subprocess.run(
        [sys.executable, "-c", EVERY_HELP], capture_output=True, check=True, text=True
    )
    assert told.stderr.strip() == "[]"
    assert told.stdout == "".join(KEPT.values())


def test_a_help_says_how_its_command_is_called(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        main(["retry-now", "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(
        "Usage: isthmus retry-now [OPTIONS] {TENANT} [KIND] [ID]"
    )


@pytest.mark.parametrize(
    "words",
    [["--help"], ["status"], ["status", "--json", "--help"], ["no-such", "--help"], []],
)
def test_what_asks_for_more_than_a_help_is_left_to_the_commands(words):
    assert kept_help(words) is None


def test_on_a_narrow_screen_the_help_is_made_for_it(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert kept_help(["status", "--help"]) is None
    monkeypatch.setenv("COLUMNS", "200")
    assert kept_help(["status", "--help"]) == KEPT["status"]
