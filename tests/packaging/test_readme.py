"""Do the page's ways to publish work as they stand there?"""

import json
import re
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.cli.main import main
from schemas.contract_files import CONTRACTS
from schemas.lockout_requests import decode_lockout_request
from schemas.requests import ImposeLockout, ReleaseLockout
from streams import publisher
from streams.publisher import change_event
from streams.remotes.mediaos.events import change_from_event
from streams.settings import read_settings
from tests.packaging.page_blocks import mine

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "schemas/README.md").read_text()
SECTION = PAGE.split("## Three ways to publish", 1)[1].split("\n## ")[0]
[HELPER] = mine("schemas/README.md", __file__)
[LOCKOUTS] = mine("deploy/README.md", __file__)


class Recording:
    """Takes the place of aiokafka's producer."""

    sent: list = []  # noqa: RUF012 - of the one test that reads it

    def __init__(self, **options):
        assert options["bootstrap_servers"] == "kafka-1:9092"

    async def start(self):
        self.sent.clear()

    async def stop(self):
        pass

    async def send_and_wait(self, topic, **message):
        self.sent.append((topic, message))


async def test_the_helper_is_used_as_it_says(monkeypatch):
    monkeypatch.setattr(publisher, "AIOKafkaProducer", Recording)
    record = json.loads((CONTRACTS.parent / "examples/invoice.v1/as-documented.json").read_text())
    known = {
        "Publisher": publisher.Publisher,
        "change_event": change_event,
        "datetime": datetime,
        "UTC": UTC,
        "invoice": {**record, "row_version": "7"},
    }
    body = textwrap.indent(HELPER.text, "    ")

    exec(f"async def told():\n{body}", known)  # noqa: S102 - our own README
    await known["told"]()

    [(topic, message)] = Recording.sent
    change = change_from_event(message["value"], message["key"])
    assert (topic, change.id, change.revision.number) == ("mediaos-changes", record["id"], 7)


def test_every_example_that_it_names_is_there():
    links = re.findall(r"\]\(([^)]+)\)", SECTION)

    assert links
    assert [link for link in links if not (ROOT / "schemas" / link).exists()] == []


def test_a_lock_is_asked_for_and_ended_by_the_records_that_are_shown():
    begin, end = LOCKOUTS.text.splitlines()

    asked, released = decode_lockout_request(begin.encode()), decode_lockout_request(end.encode())

    assert isinstance(asked, ImposeLockout)
    assert isinstance(released, ReleaseLockout)
    assert asked.lane == released.lane == "t1/mediaos/42"


def test_the_key_that_is_made_is_one_that_isthmus_takes(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["connections", "new-key"])
    key = capsys.readouterr().out.strip()
    assert ended.value.code == 0
    assert read_settings({"ISTHMUS_TOKEN_KEY": key}).token_key == (key,)
