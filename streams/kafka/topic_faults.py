"""What is wrong with a topic, so that nobody may go on?  A sentence each, with the remedy."""

from streams.cluster import Cluster
from streams.kafka.needs import REWRITTEN


class TopicMissingError(Exception):
    """The topic is not there, or hidden from us; the text says what to do."""

    def __init__(self, cluster: Cluster, named: str) -> None:
        told = f"Kafka has no topic {named}: make it with `isthmus topics create`"
        # Kafka tells neither from the other, so that nobody learns of what is not theirs.
        known = cluster.security.security_protocol != "PLAINTEXT"
        super().__init__(f"{told}, or have the right to READ it given." if known else f"{told}.")


class TopicsWrongError(Exception):
    """A topic is not as the journal needs it; the text is one sentence with the remedy."""


def being_rewritten(cluster: Cluster, command: str = "") -> str:
    """Return what ends that the journal is being rewritten: the command that began it, if known."""
    again = f"`{command}` again" if command else "`isthmus erase` again as it was begun"
    return (
        f"The journal is being rewritten, for there is a topic {cluster.named(REWRITTEN)}: while "
        f"that runs, wait; where it was broken off, run {again}, to its end, and start nothing "
        "before that."
    )
