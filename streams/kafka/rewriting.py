"""Is the journal being rewritten, and which command ends that?

What stands aside says so, and by which command it was begun, to whoever may read it: an eraser, and
everybody where Kafka asks nobody who one is.  Who may only see that it is there is told that much.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka.errors import KafkaError

from streams.cluster import Cluster
from streams.kafka.copying import Copying, GapsError
from streams.kafka.minutes import Begun, MinuteBook, Minutes
from streams.kafka.needs import REWRITTEN
from streams.kafka.probe import admin, quiet
from streams.kafka.topic_faults import being_rewritten

#: Nobody waits longer to hear by which command: that there is one is known.
PATIENCE_SECONDS = 5.0
#: What it is told under, by who begins.
COMMAND = "command"


async def rewriting_told(cluster: Cluster) -> str | None:
    """Return in a sentence that the journal is being rewritten, None where it is not.

    Raises what Kafka raises where it cannot be seen which topics there are.
    """
    async with admin(cluster) as client:
        shapes = await client.describe_topics()
    return await told_of(cluster, {each["topic"]: len(each["partitions"]) for each in shapes})


async def told_of(cluster: Cluster, counts: Mapping[str, int]) -> str | None:
    """Return the same, by how many partitions each topic has that there is."""
    partitions = counts.get(cluster.named(REWRITTEN))
    if partitions is None:
        return None
    return being_rewritten(cluster, await _command(cluster, partitions))


async def _command(cluster: Cluster, partitions: int) -> str:
    """Return by which command it was begun, "" where that is not to be read."""
    book = MinuteBook(Copying(cluster), cluster.named(REWRITTEN), partitions - 1)
    try:
        with quiet():
            async with asyncio.timeout(PATIENCE_SECONDS):
                entries = await book.read()
    except (KafkaError, GapsError, OSError, TimeoutError, ValueError):
        return ""
    about: list[Mapping[str, Any]] = [
        each.about for each in entries if isinstance(each, Begun | Minutes)
    ]
    return next((each[COMMAND] for each in about if COMMAND in each), "")
