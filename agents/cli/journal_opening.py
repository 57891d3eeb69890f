"""How does a command open the journal, which may be being rewritten?  It hears what ends that."""

from streams.cluster import Cluster
from streams.kafka.log import KafkaLog
from streams.kafka.rewriting import rewriting_told
from streams.kafka.topic_faults import TopicsWrongError


async def opened(log: KafkaLog, cluster: Cluster) -> str | None:
    """Connect; return in a sentence that the journal is being rewritten, None where it is not.

    TopicsWrongError has the same sentence, where the journal is away meanwhile.
    """
    try:
        await log.start()
    except TopicsWrongError:
        if (told := await rewriting_told(cluster)) is not None:
            raise TopicsWrongError(told) from None
        raise
    return await rewriting_told(cluster) if log.is_rewritten else None
