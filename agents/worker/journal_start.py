"""When may a worker be given partitions?  Once it has read the journal to its end.

A claim waits until all before it is folded: a worker that takes its partitions with an empty store
would keep them from working for as long as it reads.
"""

import asyncio
import logging
from collections.abc import Sequence

from streams.journal.journal import Journal
from streams.kafka.topic_faults import TopicsWrongError
from streams.ports import Clock, TopicPartition

log = logging.getLogger("isthmus.start")

#: Between two words about how far the journal is read.
TELL_SECONDS = 5.0


async def caught_up(journal: Journal, partitions: Sequence[int], clock: Clock) -> None:
    """Return once the journal is folded to where it ends now; the log says how far that is."""
    telling = asyncio.create_task(_tell(journal, partitions, clock))
    try:
        await journal.caught_up()
    finally:
        telling.cancel()


def refuse_made_anew(tp: TopicPartition, finished: int | None, end: int) -> None:
    """Refuse a partition that ends before what the journal has finished of it: it was made anew.

    Every record below that offset would be passed over without a word.  TopicsWrongError names it.
    """
    if finished is not None and finished > end:
        raise TopicsWrongError(
            f"The journal has partition {tp.partition} of {tp.topic} finished up to record "
            f"{finished}, and the topic ends at {end}: it was made anew, so bring back the one of "
            "before, or begin with a journal and a state store of their own "
            "(ISTHMUS_TOPIC_PREFIX)."
        )


async def _tell(journal: Journal, partitions: Sequence[int], clock: Clock) -> None:
    while True:
        await clock.sleep(TELL_SECONDS)
        records = sum(journal.position(partition) for partition in partitions)
        log.info("reading the journal", extra={"records": records})
