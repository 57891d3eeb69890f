"""A variable that nothing reads is told by name, with the nearest that is read."""

import json
import logging
import os
import subprocess
import sys

import pytest

from agents.process.unknown_settings import log_unknown, unknown_settings, variables

GIVEN = {"ISTHMUS_BROKRES": "k1:9092", "ISTHMUS_TOKEN_KEY_FIEL": "/hunter2", "HOME": "/root"}


def told(*names):
    return [(each.variable, each.nearest) for each in unknown_settings(names)]


def test_a_mistyped_variable_has_a_nearest_one():
    assert told(*GIVEN) == [
        ("ISTHMUS_BROKRES", "ISTHMUS_BROKERS"),
        ("ISTHMUS_TOKEN_KEY_FIEL", "ISTHMUS_TOKEN_KEY_FILE"),
    ]


def test_what_is_like_none_is_told_all_the_same():
    assert told("ISTHMUS_") == [("ISTHMUS_", None)]


def test_the_file_of_what_is_no_secret_is_no_variable():
    assert told("ISTHMUS_LOG_LEVEL_FILE") == [("ISTHMUS_LOG_LEVEL_FILE", "ISTHMUS_LOG_LEVEL")]


def test_what_is_read_is_not_told_nor_what_a_simulator_reads():
    assert told(*variables(), "ISTHMUS_SIMULATOR_ADMIN_TOKEN") == []


def test_the_log_has_each_with_the_nearest_and_no_value(caplog):
    with caplog.at_level(logging.WARNING, logger="isthmus.settings"):
        log_unknown(GIVEN)

    assert [(r.message, r.variable, r.nearest) for r in caplog.records] == [
        ("unknown setting", "ISTHMUS_BROKRES", "ISTHMUS_BROKERS"),
        ("unknown setting", "ISTHMUS_TOKEN_KEY_FIEL", "ISTHMUS_TOKEN_KEY_FILE"),
    ]
    assert "hunter2" not in caplog.text


def isthmus(*words, **environment):
    """Return the standard error of a command that no broker answers."""
    here = {name: each for name, each in os.environ.items() if not name.startswith("ISTHMUS_")}
    command = (sys.executable, "-m", "agents.cli.main", *words)
    done = subprocess.run(
        command,
        env={**here, **environment},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    return done.stderr


SET = {"ISTHMUS_BROKERS": "127.0.0.1:1", "ISTHMUS_MAX_INFLIGHT": "hunter2"}
TOLD = (
    "ISTHMUS_MAX_INFLIGHT is set and no setting: did you mean ISTHMUS_MAX_IN_FLIGHT? "
    "(deploy/settings.md lists all)"
)


def test_a_command_tells_of_it_once_before_anything_else():
    told = " ".join(isthmus("topics", "describe", **SET).split())

    assert told.startswith(TOLD)
    assert told.count("INFLIGHT") == 1


@pytest.mark.parametrize("process", ["worker", "gateway"])
def test_a_process_tells_of_it_in_its_log(process, tmp_path):
    needed = {
        "ISTHMUS_TOKEN_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "ISTHMUS_QBO_CLIENT_ID": "id",
        "ISTHMUS_QBO_CLIENT_SECRET": "secret",
        "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": "verifier",
        # It ends where it is to make a folder.
        "ISTHMUS_SPOOL_FOLDER": "/proc/spool",
        "ISTHMUS_CONNECTIONS_URL": f"sqlite:///{tmp_path}/connections.sqlite",
    }

    first, *_ = isthmus(process, **SET, **needed).splitlines()

    line = json.loads(first)
    assert (line["level"], line["message"]) == ("WARNING", "unknown setting")
    assert (line["variable"], line["nearest"]) == ("ISTHMUS_MAX_INFLIGHT", "ISTHMUS_MAX_IN_FLIGHT")
