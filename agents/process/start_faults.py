"""Why can a process not start?  One sentence with the remedy, for what is nobody's bug.

What stands in the way outside (Kafka, a topic, a folder, a port, a store) is told so; anything else
is a bug, and shows its traceback.
"""

from typing import TYPE_CHECKING

from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from agents.process.health_server import PortTakenError
from streams.journal.same_journal import JournalLostError
from streams.journal.tables import StoreUnusableError
from streams.journal.unreadable import UnreadableError
from streams.kafka.knocking import NotLetInError, refused
from streams.kafka.log import RecordsGoneError
from streams.kafka.offsets import KafkaAwayError
from streams.kafka.topic_faults import TopicMissingError, TopicsWrongError

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

#: Their texts are such sentences.
_SAID = (
    JournalLostError,
    NotLetInError,
    PortTakenError,
    RecordsGoneError,
    StoreUnusableError,
    TopicMissingError,
    TopicsWrongError,
    UnreadableError,
)
#: What may stand in the way at a start.
START_FAULTS = (*_SAID, KafkaError, KafkaAwayError, DBAPIError, OSError)


def sentence(fault: Exception, settings: "ProcessSettings") -> str:
    """Return the sentence for one of START_FAULTS."""
    match fault:
        case KafkaError() | KafkaAwayError() | TimeoutError() | ConnectionError():
            return refused(fault, settings.cluster)
        case DBAPIError():
            return (
                f"The database of the connections cannot be used ({type(fault.orig).__name__}): "
                "start it, see that its folder can be written, or correct ISTHMUS_CONNECTIONS_URL."
            )
        case OSError(filename=str() as path, strerror=str() as reason):
            return f"{path} cannot be used ({reason}): see that it can be written."
        case OSError():
            return f"The system refuses ({fault.strerror or fault}): see that its paths are right."
        case _:
            return str(fault)
