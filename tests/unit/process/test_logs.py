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
