"""Is a deadline among processes long enough for a machine that is busy with others?

Where a short time is the point, its place is named here, with why.
"""

import ast
from pathlib import Path

from tests.broker.installation.house import HANGS_SECONDS

BROKER = Path(__file__).parents[1] / "broker"
WAITS = {"timeout", "until", "wait_for"}
LEAST_SECONDS = HANGS_SECONDS / 2
#: Nothing may come within it: the topic is shut.
SHORT = {("test_erasing.py", 5)}


def deadlines(text):
    """Return every number that is given to something that waits."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in WAITS:
            given = [*call.args, *(each.value for each in call.keywords)]
            numbers = [each.value for each in given if isinstance(each, ast.Constant)]
            yield from (each for each in numbers if isinstance(each, int | float))


def test_none_is_short_but_where_that_is_the_point():
    found = {
        (file.name, seconds)
        for file in BROKER.rglob("*.py")
        for seconds in deadlines(file.read_text(encoding="utf-8"))
    }
    assert {each for each in found if each[1] < LEAST_SECONDS} == SHORT
