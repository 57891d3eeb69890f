"""In which sentence is a command told what Kafka or the journal raised?"""

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

from agents.cli.refusal import Refusal
from streams.cluster import Cluster
from streams.journal.same_journal import JournalLostError
from streams.journal.tables import StoreUnusableError
from streams.journal.unreadable import UnreadableError
from streams.kafka.knocking import refused, why_not
from streams.kafka.log import RecordsGoneError
from streams.kafka.topic_faults import TopicMissingError, TopicsWrongError


@contextmanager
def sentences(cluster: Cluster) -> Iterator[None]:
    """Turn what Kafka and the journal raise into one sentence with the remedy."""
    # A token that is refused escapes aiokafka, which would ask on.
    if cluster.security.by_login and (told := why_not(cluster)) is not None:
        raise Refusal(told)
    try:
        yield
    except (
        TopicMissingError,
        TopicsWrongError,
        RecordsGoneError,
        UnreadableError,
        JournalLostError,
        StoreUnusableError,
    ) as fault:
        raise Refusal(str(fault)) from fault
    except (KafkaError, OSError, TimeoutError) as fault:
        raise Refusal(refused(fault, cluster)) from fault
