"""What a process writes of what others call themselves."""

import json
import logging

import pytest

from agents.process.logs import JsonLines


@pytest.mark.parametrize("name", ["Ada", "\u202eadA\u2066", "a\u2028b", "a\x1b[2J", "é 😀", "\x9b"])
def test_no_character_that_a_terminal_obeys_is_in_a_line_and_nothing_is_lost(name):
    record = logging.makeLogRecord({"msg": "request passed on", "by": name})

    line = JsonLines().format(record)

    assert line.isprintable()
    assert json.loads(line)["by"] == name


@pytest.mark.parametrize(
    "odd",
    ["\ud800", 10**30, {1: "one"}, [object()], float("nan")],
    ids=lambda each: ascii(each)[:9],
)
def test_whatever_is_told_a_line_is_one_line_of_json(odd):
    record = logging.makeLogRecord({"msg": "unknown setting", "variable": odd})

    line = JsonLines().format(record)

    assert line.isprintable()
    assert json.loads(line)["message"] == "unknown setting"
