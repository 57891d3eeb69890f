"""Do the page's ways to publish work as they stand there?"""

import json
import re
import shlex
import textwrap
from datetime import UTC, datetime
from pathlib import Path

from schemas.contract_files import CONTRACTS
from streams import publisher
from streams.publisher import change_event
from streams.remotes.mediaos.events import change_from_event

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "schemas/README.md").read_text()
SECTION = PAGE.split("## Three ways to publish", 1)[1].split("\n## ")[0]


def block(language):
    return textwrap.dedent(re.search(rf" +```{language}\n(.*?) +```", SECTION, re.DOTALL)[1])


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
    body = textwrap.indent(block("python"), "    ")

    exec(f"async def told():\n{body}", known)  # noqa: S102 - our own README
    await known["told"]()

    [(topic, message)] = Recording.sent
    change = change_from_event(message["value"], message["key"])
    assert (topic, change.id, change.revision.number) == ("mediaos-changes", record["id"], 7)


def test_the_request_sends_a_file_that_is_there():
    words = shlex.split(block("sh").replace("\\\n", " "))
    file = words[words.index("--data") + 1]

    assert words[:2] == ["curl", "https://gateway.example/v1/changes"]
    assert (ROOT / file.removeprefix("@")).is_file()


def test_every_example_that_it_names_is_there():
    links = re.findall(r"\]\(([^)]+)\)", SECTION)

    assert links
    assert [link for link in links if not (ROOT / "schemas" / link).exists()] == []
