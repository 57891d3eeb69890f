"""What somebody else wrote is shown by its letters: in a terminal, in JSON, in a spreadsheet."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.cli.console import show_json, visible
from agents.cli.formatting import say
from agents.cli.map_files import read_rows
from agents.cli.table import show_table
from agents.dead_letters.manage import Filed, StuckError, retry
from agents.process.folders import make_folder
from agents.rules.mappings.mapping_csv import cell, text_of
from agents.rules.mappings.table import PRODUCT
from schemas.dead_letters import DeadLetter
from schemas.tenant_facts import SourceSeen
from schemas.values import Revision
from streams.journal.store import Store
from streams.remotes.mediaos.replies import Reply as MediaosReply
from streams.remotes.mediaos.wire import Request as MediaosRequest
from streams.remotes.quickbooks.wire import Request
from streams.remotes.quickbooks.wire_replies import Reply
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka

AT = datetime(2026, 11, 28, tzinfo=UTC)
HOSTILE = "a\x1b[2J\x07b\x9bc\u202ed\u2066e\x7ff\u200fg\x00h\ri"
OBEYED = set(HOSTILE) - set("abcdefghi[2J")


@pytest.mark.parametrize("show", [say, lambda text: show_table(("x",), [(text,)], ids=())])
def test_no_terminal_obeys_what_somebody_wrote(show, capsys):
    show(HOSTILE)
    shown = capsys.readouterr().out
    assert not OBEYED & set(shown)
    assert r"a\x1b[2J\x07b\x9bc\u202ed\u2066e\x7ff\u200fg\x00h\ri" in shown


def test_json_says_the_same_without_it(capsys):
    show_json({"name": HOSTILE + "\U000e0041ü"})
    shown = capsys.readouterr().out
    assert not OBEYED & set(shown)
    assert json.loads(shown) == {"name": HOSTILE + "\U000e0041ü"}


def test_a_refusal_that_repeats_an_argument_does_not_obey_it(world):
    told = world.isthmus("connect", "t\x1b[2J\u202e")
    assert not OBEYED & set(told.err)


def test_letters_of_any_language_and_line_breaks_stay():
    assert visible("Ærø שלום\nжük") == "Ærø שלום\nжük"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-7", "@SUM(A1)", "  =cmd|x", "\t=1", "\r=1"])
def test_no_spreadsheet_computes_a_cell_and_an_import_reads_it_back(text):
    assert cell(text).startswith("'")
    assert text_of(cell(text)).strip() == text.strip()


@pytest.mark.parametrize("text", ["Full page", "'quoted'", "", "7", "a=b"])
def test_any_other_cell_stays_as_it_is(text):
    assert text_of(cell(text)) == cell(text) == text


def test_an_export_holds_no_formula_and_comes_back(world, tmp_path):
    seen = Revision(deleted=False, number=1)
    world.tell("t1", SourceSeen(source="-7", name="=HYPERLINK(1)\x1b[2J", revision=seen))
    file = tmp_path / "map.csv"
    world.isthmus("map", "products", "export", str(file))
    [row] = csv.DictReader(io.StringIO(file.read_text()))
    assert (row["product"], row["product_name"]) == ("'-7", "'=HYPERLINK(1) [2J")
    [(_, read)] = read_rows(str(file), PRODUCT)
    assert text_of(read["product"]) == "-7"


@pytest.mark.parametrize("topic", ["isthmus-journal", "isthmus-dead-letters", "orders"])
async def test_a_letter_of_a_topic_that_nobody_buries_from_is_not_retried(topic):
    letter = DeadLetter(
        topic=topic, partition=0, offset=0, key=b"k", reason="forged", value=b"v", at=AT
    )
    kafka = SimulatedKafka(1)
    with pytest.raises(StuckError, match="not ours"):
        await retry(None, kafka, SimulatedClock(), Filed(letter=letter, size=1, kept=(0, 0)))
    assert kafka.values(topic) == []


def test_what_a_call_sends_and_gets_shows_no_secret():
    secret = "the-secret"
    shown = repr(MediaosReply(status=200, body=b"the-secret", headers={"x": secret}))
    shown += repr(MediaosReply(status=200, body=b"", secrets=(secret,)))
    shown += repr(Reply(status=200, body=b"the-secret", headers={"x": secret}))
    shown += repr(Request(method="GET", path="/", body=b"the-secret"))
    shown += repr(MediaosRequest(method="GET", path="/", body=b"the-secret"))
    assert secret not in shown


def mode(path):
    return Path(path).stat().st_mode & 0o777


def test_a_file_of_state_is_read_by_its_owner_alone(tmp_path):
    older = tmp_path / "older.sqlite"
    older.touch(mode=0o644)
    for path in (older, tmp_path / "state" / "w.sqlite"):
        store = Store(f"sqlite:///{path}")
        store.checkpoints()
        store.close()
        assert mode(path) == 0o600
    make_folder(f"sqlite:///{tmp_path}/c/connections.sqlite")
    assert mode(tmp_path / "c/connections.sqlite") == 0o600


def test_an_error_of_the_state_store_names_no_values():
    assert Store("sqlite://")._engine.hide_parameters
