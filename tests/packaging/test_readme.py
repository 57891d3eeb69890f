"""Do the page's ways to publish work as they stand there?"""

import json
import re
import shlex
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.main import get_command

from agents.cli.main import cli, main
from agents.lab.demo.stage import FOLDER
from schemas.contract_files import CONTRACTS
from streams import publisher
from streams.publisher import change_event
from streams.remotes.mediaos.events import change_from_event
from streams.settings import read_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "schemas/README.md").read_text()
FIRST_SCREEN = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
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


def steps():
    """Return the commands that follow `make demo` on the first screen."""
    shown = FIRST_SCREEN.split("Then look at it:", 1)[1].split("```sh\n", 1)[1].split("```")[0]
    return [line.partition("#")[0].strip() for line in shown.splitlines()]


def test_what_the_first_screen_does_after_the_demo_finds_isthmus_and_the_demo():
    make, activate, env, *commands = steps()

    rule = re.search(r"^demo: .*\n\t(.*)$", MAKEFILE, re.MULTILINE)[1]
    assert make == "make demo KEEP=1"
    assert "$(BIN)/isthmus demo" in rule
    assert "$(if $(KEEP),--keep)" in rule
    assert activate == f". {re.search('^BIN := (.*)$', MAKEFILE, re.MULTILINE)[1]}/activate"
    assert env == f". {FOLDER}/env"
    assert [each.split()[0] for each in commands] == ["isthmus"] * len(commands)
    for words in (each.split()[1:] for each in commands):
        get_command(cli).make_context("isthmus", words, resilient_parsing=True)


def test_the_key_that_it_makes_is_one_that_isthmus_takes(capsys):
    assert "`isthmus connections new-key`" in FIRST_SCREEN
    with pytest.raises(SystemExit) as ended:
        main(["connections", "new-key"])
    key = capsys.readouterr().out.strip()
    assert ended.value.code == 0
    assert read_settings({"ISTHMUS_TOKEN_KEY": key}).token_key == (key,)
