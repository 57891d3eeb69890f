"""The page of settings is what the code says."""

from pathlib import Path

from agents.process.setting_page import page
from streams.settable.source import variable
from streams.settings import ProcessSettings

ROOT = Path(__file__).parents[3]


def test_the_page_is_made_from_the_code():
    """python -m agents.process.setting_page > deploy/settings.md"""
    assert (ROOT / "deploy/settings.md").read_text(encoding="utf-8") == page()


def test_each_setting_has_a_line_in_the_order_in_which_faults_are_told():
    lines = [line.split("`")[1] for line in page().splitlines() if line.startswith("| `ISTHMUS_")]

    assert lines == [variable(name) for name in ProcessSettings.model_fields]


def test_every_setting_says_what_it_is_for():
    told = {
        line.split("`")[1]: line.split(" | ")[-1] for line in page().splitlines() if "`I" in line
    }

    assert told.keys() >= {variable(name) for name in ProcessSettings.model_fields}
    assert {name for name, about in told.items() if not about.strip(" |")} == set()


def test_a_line_says_what_it_may_be_and_whether_it_is_secret():
    rows = {line.split("`")[1]: line for line in page().splitlines() if line.startswith("| `")}

    assert "| a whole number from 1 to 10000 | `100` |" in rows["ISTHMUS_MAX_IN_FLIGHT"]
    assert "| any text; secret; or a file | not set |" in rows["ISTHMUS_KAFKA_PASSWORD"]
    assert "| one of partition, customer | `partition` |" in rows["ISTHMUS_LOCKOUT_SCOPE"]
    assert (
        'a JSON list like [{"code": "6000", "text": "locked"}]; or a file | ours'
        in (rows["ISTHMUS_LOCK_SIGNS"])
    )
