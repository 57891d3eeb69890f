"""What may this login do with a topic, a group?  Asked of the broker, which says it by bits.

aiokafka's own question about topics is of a version that cannot ask for rights.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import IntEnum

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

TEXT = String("utf-8")
#: What a broker says of a topic that this login may not even see.
NOT_YOURS = 29


class Right(IntEnum):
    """What Kafka calls an operation; READ and WRITE include DESCRIBE."""

    READ = 3
    WRITE = 4
    DESCRIBE = 8
    DESCRIBE_CONFIGS = 10


class TopicsAnswer(Response):  # type: ignore[misc] # aiokafka has no types here
    """Metadata, version 8."""

    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", Array(("node_id", Int32), ("host", TEXT), ("port", Int32), ("rack", TEXT))),
        ("cluster_id", TEXT),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", TEXT),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class TopicsQuestion(RequestStruct):  # type: ignore[misc]
    """Metadata, version 8: topics, whether to make them, whether to tell rights."""

    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = TopicsAnswer
    SCHEMA = Schema(
        ("topics", Array(TEXT)),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class AskTopics(Request[TopicsQuestion]):  # type: ignore[misc]
    """Asks for the rights on these topics, and makes none of them."""

    API_KEY = 3

    def __init__(self, topics: Collection[str]) -> None:
        self._topics = sorted(topics)

    def build(self, request_struct_class: type[TopicsQuestion]) -> TopicsQuestion:
        """Fill the question in."""
        return request_struct_class(self._topics, False, False, True)


def lacking(answer: TopicsAnswer, wanted: Mapping[str, Collection[Right]]) -> Iterator[str]:
    """Yield, in words, each right on a topic that is wanted and not given."""
    for code, topic, _, _, bits in answer.topics:
        # A topic that is not there has no rights to tell of.
        if code in {0, NOT_YOURS}:
            given = 0 if code == NOT_YOURS else bits
            for right in sorted(wanted[topic]):
                if not given >> right & 1:
                    yield f"{right.name} on the topic {topic}"
