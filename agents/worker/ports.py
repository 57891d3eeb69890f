"""What does one worker stand on?  Everything outside of it, handed in.

Kafka and HTTP for a process (`agents.worker.worker`), or a simulated clock, broker and sides: the
worker between them is the same one.
"""

from dataclasses import dataclass

from agents.requests.request_consumer import RequestLog
from agents.worker.ownership import CommitNow
from agents.worker.sides import Sides
from streams.journal.journal import Journal
from streams.ports import Clock, Feed, Outbox, TopicReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a worker is composed on; the journal's partitions are also the intake's."""

    feed: Feed
    commit_now: CommitNow
    journal: Journal
    outbox: Outbox
    requests: RequestLog
    read_topic: TopicReader
    sides: Sides
    clock: Clock
