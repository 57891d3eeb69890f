"""A topic is made, shut, grown and deleted on a broker that is slow to know what was done."""

from types import SimpleNamespace

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    NodeNotReadyError,
    RequestTimedOutError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from streams.kafka import topic_shapes
from streams.kafka.topic_shapes import SHUT, Shape, Topics

SHAPE = Shape(partitions=3, replication=1, config={"retention.ms": "-1"})
UNKNOWN, EXISTS, TIMED_OUT, NOT_YOURS = 3, 36, 7, 29
#: Why there is no answer, and whether the broker may have done it.
LOST = (
    (RequestTimedOutError, True),
    (KafkaConnectionError, True),
    (NodeNotReadyError, False),
    (TimeoutError, False),
)


class Broker:
    """An admin client over one broker.

    `lost` is raised by the next call of that name: once it has been carried out where `carried`
    says so; each of `stale` is what one look at the topics still finds.
    """

    def __init__(self):
        self.topics, self.stale = {}, []
        self.lost, self.carried = {}, True
        self.code = 0
        self.asked = []

    def _told(self, name, work):
        self.asked.append(name)
        fault = self.lost.pop(name, None)
        if fault is None or self.carried:
            work()
        if fault is not None:
            raise fault

    async def create_topics(self, topics):
        [made] = topics
        code = EXISTS if made.name in self.topics else self.code
        shape = Shape(
            partitions=made.num_partitions,
            replication=made.replication_factor,
            config=made.topic_configs,
        )
        self._told("create", lambda: self.topics.setdefault(made.name, shape))
        return SimpleNamespace(topic_errors=[(made.name, code, "told")])

    async def create_partitions(self, wanted):
        [(name, new)] = wanted.items()
        was = self.topics[name]
        grown = Shape(partitions=new.total_count, replication=1, config=was.config)
        self._told("grow", lambda: self.topics.update({name: grown}))

    async def alter_configs(self, resources):
        [asked] = resources
        was = self.topics[asked.name]
        shape = Shape(partitions=was.partitions, replication=1, config=asked.configs)
        self._told("alter", lambda: self.topics.update({asked.name: shape}))
        return [SimpleNamespace(resources=[(self.code, "told")])]

    async def delete_topics(self, names):
        [name] = names
        self._told("delete", lambda: self.topics.pop(name, None))
        return SimpleNamespace(topic_error_codes=[(name, self.code)])

    async def describe_topics(self):
        self._told("describe", lambda: None)
        found = self.stale.pop(0) if self.stale else self.topics
        return [
            {"topic": name, "partitions": [{"replicas": [1]}] * each.partitions}
            for name, each in found.items()
        ]

    async def describe_configs(self, resources):
        [asked] = resources
        self._told("configs", lambda: None)
        shape = self.topics.get(asked.name)
        if shape is None:
            return [SimpleNamespace(resources=[(UNKNOWN, "no such topic", 2, asked.name, [])])]
        entries = [(name, value, False, 1) for name, value in shape.config.items()]
        return [SimpleNamespace(resources=[(0, "", 2, asked.name, entries)])]


@pytest.fixture
def broker(monkeypatch):
    monkeypatch.setattr(topic_shapes, "LOOK_EVERY_SECONDS", 0.001)
    return Broker()


async def test_what_goes_between_two_looks_at_it_is_gone(broker):
    """The list of topics still has it, and when its settings are asked for nobody knows it."""
    topics = Topics(broker)
    await topics.make("j", SHAPE)
    broker.stale = [dict(broker.topics)] * 3
    await topics.delete("j")
    assert broker.topics == {}

    broker.stale = [{"j": SHAPE}]
    assert await topics.shape("j") is None


@pytest.mark.parametrize(("lost", "is_sent"), LOST)
async def test_an_answer_that_is_lost_is_looked_for_on_the_brokers(broker, lost, is_sent):
    """What was not sent is sent again, and what may have been done is not."""
    broker.carried = is_sent
    topics = Topics(broker)
    for name, work in (
        ("create", lambda: topics.make("j", SHAPE)),
        ("alter", lambda: topics.set("j", SHUT)),
        ("grow", lambda: topics.grow("j", 5)),
        ("delete", lambda: topics.delete("j")),
    ):
        broker.lost = {name: lost(), "describe": lost(), "configs": lost()}
        await work()
        assert broker.asked.count(name) == (1 if is_sent else 2)
    assert broker.topics == {}


async def test_a_broker_that_says_it_took_too_long_may_have_done_it(broker):
    broker.code = TIMED_OUT
    topics = Topics(broker)
    await topics.make("j", SHAPE)
    await topics.set("j", SHUT)
    assert (await topics.shape("j")).is_shut
    await topics.delete("j")
    assert broker.topics == {}


async def test_what_was_not_done_is_not_asked_for_again(broker, monkeypatch):
    """Somebody else may go on meanwhile: what is deleted once more would be another's."""
    monkeypatch.setattr(topic_shapes, "ANSWER_SECONDS", 0.05)
    topics = Topics(broker)
    await topics.make("j", SHAPE)
    broker.lost, broker.carried = {"delete": RequestTimedOutError()}, False

    with pytest.raises(TimeoutError):
        await topics.delete("j")

    assert broker.asked.count("delete") == 1
    assert broker.topics == {"j": SHAPE}


async def test_what_a_broker_refuses_is_told_at_once(broker):
    topics = Topics(broker)
    await topics.make("j", SHAPE)
    with pytest.raises(TopicAlreadyExistsError):
        await topics.make("j", SHAPE)
    broker.code = NOT_YOURS
    with pytest.raises(TopicAuthorizationFailedError):
        await topics.delete("j")
    broker.lost = {"describe": UnknownTopicOrPartitionError()}
    with pytest.raises(UnknownTopicOrPartitionError):
        await topics.shape("j")
