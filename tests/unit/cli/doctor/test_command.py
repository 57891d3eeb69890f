"""What the doctor says first, how it is shown, and how it ends."""

import asyncio
import json
import subprocess
import sys

import pytest

from agents.cli.console import out
from agents.cli.doctor import look
from agents.cli.doctor.finding import fault, ok, warning, within
from agents.cli.doctor.settings_checks import settings_of
from agents.cli.main import main

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
NEEDED = {
    "ISTHMUS_TOKEN_KEY": KEY,
    "ISTHMUS_QBO_CLIENT_ID": "id",
    "ISTHMUS_QBO_CLIENT_SECRET": "hunter2",
}


def said(environment, role="operator"):
    settings, found = settings_of(environment, role)
    return settings is not None, [(str(each.state), each.says) for each in found]


def test_settings_that_are_right_are_said_to_be():
    assert said({**NEEDED, "HOME": "/root"}) == (True, [("ok", "All are right, none is unknown.")])


def test_each_setting_that_is_wrong_is_a_fault_and_nothing_else_can_be_looked_at():
    usable, found = said({**NEEDED, "ISTHMUS_BROKERS": "k1", "ISTHMUS_LOG_LEVEL": "loud"})

    assert not usable
    assert [state for state, _ in found] == ["fault", "fault"]
    assert found[0][1].startswith("ISTHMUS_BROKERS is 'k1', expected host:port")


def test_what_a_role_needs_and_is_not_set_is_a_fault_beside_which_the_rest_is_looked_at():
    assert said(NEEDED, "gateway") == (
        True,
        [("fault", "ISTHMUS_WEBHOOK_VERIFIER_TOKEN is not set; set it.")],
    )


def test_a_variable_that_nothing_reads_is_a_warning():
    usable, [found] = said({**NEEDED, "ISTHMUS_GRUOP": "g"})

    assert usable
    assert found == (
        "warning",
        (
            "ISTHMUS_GRUOP is set and no setting: did you mean ISTHMUS_GROUP? (deploy/settings.md "
            "lists all)."
        ),
    )


async def test_what_takes_too_long_is_a_fault():
    [found] = await within("store", asyncio.Event().wait(), seconds=0.01)

    assert found == fault(
        "store", "No answer within 0.01 s: see that it is not overloaded, and ask again."
    )


@pytest.fixture
def isthmus(monkeypatch, capsys):
    """Run the command over what was found."""

    def run(found, *words):
        async def looked(*_, **__):
            return found

        monkeypatch.setattr(look, "looked", looked)
        with pytest.raises(SystemExit) as left:
            main(["doctor", *words])
        return left.value.code, capsys.readouterr().out

    return run


def test_a_fault_is_exit_status_1_and_a_warning_is_none(isthmus):
    good, odd, bad = ok("kafka", "Fine."), warning("store", "Odd."), fault("clock", "Bad.")

    assert isthmus([good])[0] == 0
    assert isthmus([good, odd])[0] == 0
    code, text = isthmus([good, odd, bad])
    assert code == 1
    assert "1 fault, 1 warning." in text


def test_json_says_the_same(isthmus):
    code, text = isthmus([ok("kafka", "Fine."), fault("clock", "Bad.")], "--json")

    assert code == 1
    assert json.loads(text) == [
        {"check": "kafka", "state": "ok", "says": "Fine."},
        {"check": "clock", "state": "fault", "says": "Bad."},
    ]


def test_the_table_fits_80_columns(isthmus, monkeypatch):
    monkeypatch.setattr(out, "_width", 80)
    monkeypatch.setattr(type(out), "is_terminal", True)
    sentence = "No Kafka answers at 127.0.0.1:19092 (ConnectionRefusedError): start one. " * 4

    _, text = isthmus([fault("connections", sentence), warning("quickbooks", sentence)])

    assert max(map(len, text.splitlines())) <= 80


def test_its_help_imports_little():
    code = (
        "import sys\nfrom agents.cli.main import main\n"
        "try:\n    main(['doctor', '--help'])\n"
        "finally:\n    print([m for m in ('sqlalchemy', 'aiokafka', 'streams.settings') "
        "if m in sys.modules], file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert told.stderr.strip() == "[]"
