import asyncio
import base64
import json
from types import SimpleNamespace

import pytest

from agents.cli import dead_letters as module
from agents.cli.main import main
from agents.dead_letters.write import DeadLetters
from streams.kafka.history import TopicRecord
from streams.ports import Delivery, TopicPartition
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka

LETTERS, CHANGES = "isthmus-dead-letters", "mediaos-changes"
KEY, GARBAGE = b"t1/mediaos/42", b"\x00\xff{"


class Cluster:
    """The topics, who buries, and a command line over them."""

    def __init__(self, capsys):
        self.kafka = SimulatedKafka(4)
        self._letters = DeadLetters(self.kafka, SimulatedClock())
        self._capsys = capsys
        self.dies_before = None

    def bury(self, value, reason="value: not JSON", *, key=KEY, topic=CHANGES):
        """Let a record come in that makes no sense, and return its place."""
        partition = self.kafka.partition_of(key)
        offset = self.kafka.topics[topic].keep(partition, key, value)
        self.bury_again(topic, partition, offset, key, value, reason)
        return f"{topic}/{partition}/{offset}"

    def bury_again(self, topic, partition, offset, key, value, reason="value: not JSON"):
        tp = TopicPartition(topic, partition)
        delivery = Delivery(tp=tp, offset=offset, key=key, value=value, generation=1)
        asyncio.run(self._letters.post(delivery, reason))

    async def send(self, topic, key, value):
        if topic == self.dies_before:
            raise KeyboardInterrupt
        await self.kafka.send(topic, key, value)

    def isthmus(self, *arguments):
        code = 0
        try:
            main(["dead-letters", *arguments])
        except SystemExit as ended:
            code = ended.code or 0
        printed = self._capsys.readouterr()
        told = " ".join(printed.err.split())
        return SimpleNamespace(code=code, out=printed.out, err=printed.err, told=told)

    def json(self, *arguments):
        done = self.isthmus(*arguments, "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    def places(self, *arguments):
        return [row["place"] for row in self.json("list", *arguments)]


class History:
    """What the broker has, as a command reads it."""

    def __init__(self, kafka):
        self.topics = kafka.topics

    async def start(self):
        await asyncio.sleep(0)

    async def stop(self):
        await asyncio.sleep(0)

    async def read(self, topic):
        for partition in self.topics[topic].records:
            for record in partition:
                yield TopicRecord(*record)

    async def read_one(self, topic, partition, offset):
        await asyncio.sleep(0)
        records = self.topics[topic].records[partition]
        return TopicRecord(*records[offset]) if offset < len(records) else None


@pytest.fixture
def cluster(capsys, monkeypatch):
    cluster = Cluster(capsys)
    outbox = SimpleNamespace(send=cluster.send, stop=lambda: asyncio.sleep(0))
    monkeypatch.setattr(module, "KafkaHistory", lambda _brokers: History(cluster.kafka))
    monkeypatch.setattr(module, "Producer", lambda _brokers: outbox)
    monkeypatch.delenv("ISTHMUS_BROKERS", raising=False)
    return cluster


def test_without_letters_the_list_says_so(cluster):
    assert "No dead letter waits" in cluster.isthmus("list").out
    assert cluster.json("list") == []


def test_a_letter_is_listed_with_its_place_and_reason(cluster):
    place = cluster.bury(GARBAGE)

    [row] = cluster.json("list")
    assert (row["place"], row["reason"]) == (place, "value: not JSON")
    assert (row["key_text"], row["bytes"], row["closed"]) == (KEY.decode(), 3, None)
    assert place in cluster.isthmus("list").out


def test_bytes_that_are_buried_twice_are_one_letter(cluster):
    place = cluster.bury(GARBAGE)
    topic, partition, offset = place.split("/")
    cluster.bury_again(topic, int(partition), int(offset), KEY, GARBAGE)

    assert cluster.places() == [place]


def test_the_list_may_be_of_one_topic(cluster):
    cluster.bury(GARBAGE)
    other = cluster.bury(GARBAGE, topic="isthmus-requests")

    assert cluster.places("--topic", "isthmus-requests") == [other]


def test_retry_publishes_the_same_bytes_under_the_same_key_and_ends_the_letter(cluster):
    place = cluster.bury(GARBAGE)

    assert cluster.isthmus("retry", place).out == f"{place} is published again.\n"

    came = [record[2:] for part in cluster.kafka.topics[CHANGES].records for record in part]
    assert came == [(KEY, GARBAGE), (KEY, GARBAGE)]
    assert cluster.places() == []
    [row] = cluster.json("list", "--all")
    assert (row["closed"], row["closed_at"] is not None) == ("retried", True)


def test_a_second_retry_does_nothing(cluster):
    place = cluster.bury(GARBAGE)
    cluster.isthmus("retry", place)

    again = cluster.isthmus("retry", place)

    assert (again.code, "was retried at" in again.out) == (0, True)
    assert len(cluster.kafka.values(CHANGES)) == 2


def test_a_retry_whose_terminal_is_lost_in_the_middle_can_be_asked_for_again(cluster):
    place = cluster.bury(GARBAGE)
    cluster.dies_before = LETTERS
    with pytest.raises(KeyboardInterrupt):
        module.retry_([place])
    assert cluster.places() == [place]

    cluster.dies_before = None
    cluster.isthmus("retry", place)

    assert cluster.places() == []
    assert cluster.kafka.values(CHANGES) == [GARBAGE] * 3


def test_discard_ends_a_letter_and_publishes_nothing(cluster):
    place = cluster.bury(GARBAGE)

    assert cluster.json("discard", place) == [{"place": place, "detail": "is discarded"}]

    assert cluster.places() == []
    assert cluster.kafka.values(CHANGES) == [GARBAGE]
    assert "was discarded at" in cluster.isthmus("discard", place).out


def test_who_discards_one_says_who_it_is_and_why_and_the_list_has_it(cluster):
    place = cluster.bury(GARBAGE)

    cluster.json("discard", place, "--reason", "a trial, told anew", "--by", "Ada")

    [row] = cluster.json("list", "--all")
    assert (row["closed"], row["closed_by"], row["closed_why"]) == (
        "discarded",
        "Ada",
        "a trial, told anew",
    )
    out = " ".join(cluster.isthmus("list", "--all").out.split())
    assert "by Ada: a trial, told anew" in out


@pytest.mark.parametrize("reason", ["x" * 1_001, "a\u202eb"])
def test_a_reason_that_is_none_is_refused(cluster, reason):
    place = cluster.bury(GARBAGE)

    done = cluster.isthmus("discard", place, "--reason", reason)

    assert done.code == 1
    assert "--reason has at most 1,000 characters" in " ".join(done.err.split())
    assert cluster.places() == [place]


def test_what_was_discarded_can_still_be_retried(cluster):
    place = cluster.bury(GARBAGE)
    cluster.isthmus("discard", place)

    assert cluster.isthmus("retry", place).code == 0

    assert [row["closed"] for row in cluster.json("list", "--all")] == ["retried"]
    assert len(cluster.kafka.values(CHANGES)) == 2


def test_of_several_places_none_is_touched_when_one_is_not_there(cluster):
    place = cluster.bury(GARBAGE)

    done = cluster.isthmus("discard", place, f"{CHANGES}/0/99")

    assert (done.code, done.out) == (1, "")
    assert done.told.startswith(f"There is no dead letter of {CHANGES}/0/99")
    assert cluster.places() == [place]


@pytest.mark.parametrize("command", ["show", "retry", "discard"])
def test_a_place_that_is_none_is_refused_with_an_example(cluster, command):
    done = cluster.isthmus(command, "mediaos-changes/x/1")

    assert done.code == 1
    assert "expected topic/partition/offset, as mediaos-changes/3/17" in done.told


def test_a_letter_of_a_topic_that_had_another_name_is_retried_on_todays(cluster):
    place = cluster.bury(GARBAGE, topic="isthmus-commands")
    [former] = [part for part in cluster.kafka.topics["isthmus-commands"].records if part]

    assert cluster.isthmus("retry", place).code == 0

    assert cluster.kafka.values("isthmus-requests") == [GARBAGE]
    assert len(former) == 1
    assert cluster.places() == []


def test_a_value_too_large_for_a_letter_is_retried_from_its_own_topic(cluster):
    large = b"x" * 900_000
    place = cluster.bury(large)
    [row] = cluster.json("list")
    assert (row["bytes"], "too large for a letter" in row["reason"]) == (None, True)

    assert cluster.isthmus("retry", place).code == 0

    assert cluster.kafka.values(CHANGES) == [large, large]


def test_bytes_that_are_nowhere_any_more_are_a_sentence_with_the_remedy(cluster):
    place = cluster.bury(b"x" * 900_000)
    for partition in cluster.kafka.topics[CHANGES].records:
        partition.clear()

    done = cluster.isthmus("retry", place)

    assert (done.code, "Traceback" in done.err) == (1, False)
    assert "published anew by its service, then discard" in done.told
    assert cluster.places() == [place]
    assert "value: none. The letter of" in cluster.isthmus("show", place).out


def test_bytes_that_kafka_does_not_take_from_us_are_a_sentence_and_the_letter_waits_on(cluster):
    place = cluster.bury(b"x" * 1_100_000)

    done = cluster.isthmus("retry", place)

    assert (done.code, "Traceback" in done.err) == (1, False)
    assert "larger than Kafka takes from us" in done.told
    assert cluster.places() == [place]


def test_a_record_without_a_value_has_nothing_to_retry(cluster):
    place = cluster.bury(None)

    assert "there is nothing to retry" in cluster.isthmus("retry", place).told
    assert "value: none" in cluster.isthmus("show", place).out


def test_show_gives_the_bytes_to_a_program_and_to_a_person(cluster):
    place = cluster.bury(b'{"id": "t1"}')

    shown = cluster.json("show", place)

    assert base64.b64decode(shown["value"]) == b'{"id": "t1"}'
    assert 'value: {"id": "t1"}' in cluster.isthmus("show", place).out


def test_what_a_terminal_would_obey_is_shown_and_not_obeyed(cluster):
    place = cluster.bury(b"\x1b[2Jgone", key=b"t1\x1b[31m")

    for command in (["list"], ["show", place]):
        assert "\x1b" not in cluster.isthmus(*command).out
    assert r"value: \x1b[2Jgone" in cluster.isthmus("show", place).out


def test_bytes_that_are_no_text_are_shown_as_base64(cluster):
    place = cluster.bury(GARBAGE)

    assert f"in base64) {base64.b64encode(GARBAGE).decode()}" in cluster.isthmus("show", place).out


def test_a_record_that_is_no_letter_is_counted_and_not_in_the_way(cluster):
    place = cluster.bury(GARBAGE)
    cluster.kafka.topics[LETTERS].keep(0, b"", b"no letter")

    done = cluster.isthmus("list", "--json")

    assert [row["place"] for row in json.loads(done.out)] == [place]
    assert done.err == "1 record of the topic cannot be read as a letter.\n"
