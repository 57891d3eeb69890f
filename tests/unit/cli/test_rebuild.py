import json

import pytest
from sqlalchemy import create_engine, text

from agents.cli.rebuild import made_anew
from agents.cli.refusal import Refusal
from streams.journal.fold import Checkpoint
from streams.journal.store import Store
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.log import SimulatedLog
from tests.unit.cli.journal_words import (
    LANE,
    crossed,
    decided,
    parked,
    product_seen,
    released,
    seen,
)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/state.sqlite"


@pytest.fixture
def told(world):
    world.tell("t1", product_seen())
    world.tell(LANE, seen(), parked())
    world.tell(LANE, released(), decided())
    world.tell(LANE, *crossed())
    return world


def damage(url, statement):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_an_empty_store_is_made_and_then_found_identical(told, url):
    made = told.isthmus("rebuild", "--state-url", url)
    assert made.code == 0
    assert "Folded 8 facts of 8 records" in made.out
    assert "facts/s" in made.out
    assert "The store was empty and is made." in made.out

    same = told.isthmus("rebuild", "--state-url", url)
    assert same.code == 0
    assert "Identical: the store says what the journal says." in same.out


def test_a_store_that_is_behind_is_compared_as_far_as_it_is(told, url):
    told.isthmus("rebuild", "--state-url", url)
    told.tell(LANE, seen("137"), parked(record_id="137"))

    code, report = told.json("rebuild", "--state-url", url)

    assert (code, report["behind"], report["differences"]) == (0, 1, [])
    assert report["facts"] == 8


def test_a_row_that_differs_is_named_and_the_code_is_1(told, url):
    told.isthmus("rebuild", "--state-url", url)
    damage(url, "UPDATE isthmus_rows SET body = x'7b7d' WHERE key = 'lane:t1/mediaos/42'")
    damage(url, "DELETE FROM isthmus_rows WHERE key = 'tenant:t1'")

    done = told.isthmus("rebuild", "--state-url", url)
    assert done.code == 1
    assert "2 differences" in done.out
    assert f"lane:{LANE}" in done.out
    assert "store:   no such row" in done.out

    again = told.isthmus("rebuild", "--state-url", url, "--json")
    assert again.code == 1
    assert [each["where"] for each in json.loads(again.out)["differences"]] == [
        f"lane:{LANE}",
        "tenant:t1",
    ]


def test_a_store_that_is_ahead_of_the_journal_is_another_s(told, url):
    told.isthmus("rebuild", "--state-url", url)
    damage(url, "UPDATE isthmus_partitions SET position = 99 WHERE partition = 0")
    refused = told.isthmus("rebuild", "--state-url", url)
    assert refused.code == 1
    assert "it belongs to another journal" in refused.told


async def test_a_store_that_is_written_to_meanwhile_is_not_judged(told, url, tmp_path):
    class Written(Store):
        times = 0

        def checkpoints(self):
            self.times += 1
            return {0: Checkpoint(position=min(self.times, 1), term=f"term {self.times}")}

    store = Written(url)
    with pytest.raises(Refusal, match="written to while it was compared: stop its worker"):
        await made_anew(SimulatedLog(told.journal), store, SimulatedClock(), tmp_path)
    store.close()


def test_an_address_that_is_no_store_is_one_sentence(told):
    refused = told.isthmus("rebuild", "--state-url", "mysql://host/name")
    assert refused.code == 1
    assert "sqlite://" in refused.told
    assert "Traceback" not in refused.err


def test_the_store_of_the_environment_is_the_one_that_is_meant(told, url, monkeypatch, tmp_path):
    monkeypatch.setenv("ISTHMUS_STATE_URL", url)
    assert told.isthmus("rebuild").code == 0
    assert (tmp_path / "state.sqlite").exists()
