"""Does a second call fold only what is new, and never what another journal said?"""

import asyncio

import orjson
import pytest

from agents.cli.journal_state import fold, fold_on
from agents.view.kept_file import KeptFile
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.erasure_facts import Erased
from schemas.note_facts import Noted
from streams.cluster import Cluster
from tests.testing.simulated.clock import START, SimulatedClock
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic
from tests.unit.cli.journal_words import LANE, LATER, parked, seen

PARTITIONS = 2


class CountingLog(SimulatedLog):
    """A log that counts what is read of it."""

    def __init__(self, topic):
        super().__init__(topic)
        self.records = 0

    async def read(self, timeout_seconds):
        found = await super().read(timeout_seconds)
        self.records += len(found)
        return found


def journal(term, *steps, at=START):
    topic = SimulatedTopic(PARTITIONS)
    claim = JournalRecord(term=term, claim=term, lane="", at=START)
    topic.keep(0, b"", encode(claim))
    for facts in steps:
        tell(topic, term, *facts, at=at)
    return topic


def tell(topic, term, *facts, at=START):
    topic.keep(0, b"", encode(JournalRecord(term=term, lane=LANE, at=at, facts=facts)))


@pytest.fixture
def kept(tmp_path):
    return KeptFile(tmp_path / "state", Cluster(brokers="127.0.0.1:9092"))


async def read(kept, topic):
    log = CountingLog(topic)
    state = await fold_on(kept, log, SimulatedClock())
    return state, log.records


def documents(state):
    return [name for lane in state.lanes() for name in lane.documents]


async def test_only_what_is_new_is_read_and_the_last_record_once_more(kept):
    topic = journal("a", *[(seen(str(n)),) for n in range(20)])
    _, first = await read(kept, topic)
    tell(topic, "a", seen("136"))

    state, second = await read(kept, topic)

    assert (first, second) == (21, 2)
    assert documents(state) == [f"mediaos/invoice/{n}" for n in (*range(20), 136)]


async def test_since_when_a_document_waits_is_remembered(kept):
    topic = journal("a", (seen(), parked()), at=LATER)
    await read(kept, topic)

    state, _ = await read(kept, topic)

    assert state.since(LANE, "mediaos/invoice/136") == LATER


async def test_a_term_that_was_over_before_is_over_still(kept):
    topic = journal("a", (seen("1"),))
    topic.keep(0, b"", encode(JournalRecord(term="b", claim="b", lane="", at=START)))
    await read(kept, topic)
    tell(topic, "a", seen("2"))

    state, _ = await read(kept, topic)

    assert documents(state) == ["mediaos/invoice/1"]
    assert [told.offset async for told in state.again()] == [0, 1, 2]


async def test_what_was_kept_before_something_was_erased_does_not_count(kept):
    """A note, say, that is kept here and that nobody can read in the journal any more."""
    note = Noted(document="d", request="r", note="asked Ann", standing="", by="vera", at=START)
    topic = journal("a", (seen("1"), note))
    await read(kept, topic)
    [claim, noted] = topic.records[0]
    topic.records[0] = [claim, noted._replace(value=noted.value.replace(b"asked Ann", b"(erased)"))]
    tell(topic, "a", Erased(document="d", records=1, strings=1, by="ann", at=LATER))

    state, _ = await read(kept, topic)
    again, records = await read(kept, topic)

    assert [each.noted(LANE, "d").note for each in (state, again)] == ["(erased)"] * 2
    assert records == 1
    assert len([told async for told in again.again()]) == 3


@pytest.mark.parametrize("more", [0, 1, 5], ids=["shorter", "as-long", "longer"])
async def test_what_was_kept_of_another_journal_does_not_count(kept, more):
    await read(kept, journal("a", (seen("1"),), (seen("2"),)))
    other = journal("b", *[(seen(str(n)),) for n in range(10, 11 + more)])

    state, _ = await read(kept, other)
    again, records = await read(kept, other)

    assert documents(state) == documents(again)
    assert documents(state) == [f"mediaos/invoice/{n}" for n in range(10, 11 + more)]
    assert records == 1


@pytest.mark.parametrize(
    "other",
    [Cluster(brokers="127.0.0.1:9093"), Cluster(brokers="127.0.0.1:9092", prefix="team-a.")],
)
async def test_another_cluster_or_prefix_has_a_file_of_its_own(kept, tmp_path, other):
    topic = journal("a", (seen("1"),))
    await read(kept, topic)

    _, records = await read(KeptFile(tmp_path / "state", other), topic)

    assert records == 2
    assert len(list((tmp_path / "state").glob("cli-*.sqlite"))) == 2


async def test_a_damaged_file_is_made_anew(kept, tmp_path):
    topic = journal("a", (seen("1"),))
    await read(kept, topic)
    [path] = (tmp_path / "state").glob("cli-*.sqlite")
    path.write_bytes(b"no database" * 1000)

    state, _ = await read(kept, topic)
    _, records = await read(kept, topic)

    assert documents(state) == ["mediaos/invoice/1"]
    assert records == 1


async def test_without_a_folder_the_whole_journal_is_folded(tmp_path):
    (tmp_path / "state").write_text("a file stands where the folder should be")
    topic = journal("a", (seen("1"),))

    state, records = await read(
        KeptFile(tmp_path / "state", Cluster(brokers="127.0.0.1:9092")), topic
    )

    assert (documents(state), records) == (["mediaos/invoice/1"], 2)


async def test_what_is_kept_says_what_a_fold_from_the_beginning_says(kept):
    topic = journal("a", (seen("1"),), (seen(), parked()))
    await read(kept, topic)
    tell(topic, "a", seen("2"))

    state, _ = await read(kept, topic)
    anew = await fold(SimulatedLog(topic), SimulatedClock())

    assert state.lanes() == anew.lanes()
    assert state.since(LANE, "mediaos/invoice/136") == anew.since(LANE, "mediaos/invoice/136")


def unknown(term):
    """Return a record that a release to come may write."""
    told = orjson.loads(encode(JournalRecord(term=term, lane=LANE, at=START)))
    return orjson.dumps({**told, "facts": [{"type": "not-thought-of"}]})


@pytest.mark.parametrize(
    ("strange", "then"),
    [(b"junk", ["mediaos/invoice/2"]), (unknown("a"), ["mediaos/invoice/2"]), (unknown("b"), [])],
    ids=["junk", "of another term", "of ours"],
)
async def test_nor_of_one_that_has_in_that_place_what_cannot_be_read(kept, strange, then):
    await read(kept, journal("a", (seen("1"),)))
    other = journal("b")
    other.keep(0, b"", strange)
    tell(other, "b", seen("2"))

    async with asyncio.timeout(5):
        state, _ = await read(kept, other)

    assert documents(state) == then
    assert bool(state.stopped) is not bool(then)
