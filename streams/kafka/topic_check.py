"""Are our topics there, with the partition count that their keys need?

Asked before a process writes: a record in the partition of another count cannot be taken back.
"""

import asyncio
from collections.abc import Iterable

from streams.cluster import Cluster
from streams.kafka.probe import admin
from streams.kafka.rewriting import told_of
from streams.kafka.topic_faults import TopicMissingError, TopicsWrongError

ANSWER_SECONDS = 30


async def check_counts(cluster: Cluster, topics: Iterable[str], partitions: int) -> None:
    """Refuse over a topic that is missing or has another partition count.

    TopicMissingError or TopicsWrongError names each; KafkaError, OSError or TimeoutError when no
    broker answers.
    """
    async with asyncio.timeout(ANSWER_SECONDS), admin(cluster) as client:
        found = {each["topic"]: len(each["partitions"]) for each in await client.describe_topics()}
        if (told := await told_of(cluster, found)) is not None:
            raise TopicsWrongError(told)
    wanted = [cluster.named(topic) for topic in topics]
    missing = [name for name in wanted if name not in found]
    if missing:
        raise TopicMissingError(cluster, ", ".join(missing))
    other = [f"{name} has {found[name]}" for name in wanted if found[name] != partitions]
    if other:
        raise TopicsWrongError(
            f"Each topic must have {partitions} partitions, and {', '.join(other)}: a count is "
            "fixed when a topic is made, so name the right brokers, or make that topic anew."
        )
