"""How many events wait anywhere, and when will they be done?  From Kafka's offsets and the journal.

What waits for a condition (a mapping, a person) has no time, and is not in the forecast.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from agents.cli.environment import process_settings
from agents.rules.documents.lane_book import LaneBook
from agents.rules.tenant.forecast import Waiting, clears_at
from schemas.state import Lockout
from streams.kafka.backlog import backlog
from streams.ports import TopicPartition
from streams.topics import INTAKE


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """So many events wait, and when the last of them will be done.

    None when none has a time: while a tenant is suspended nobody knows when it goes on.
    """

    events: int
    clears_at: datetime | None


async def queued() -> Mapping[TopicPartition, int]:
    """Return how many events of each partition the workers have not finished with."""
    settings = process_settings()
    async with backlog(settings.cluster, settings.group) as of:
        return await of.by_partition()


def forecast(
    waiting: Mapping[TopicPartition, int],
    lanes: Iterable[LaneBook],
    lockouts: Mapping[int, Lockout],
    now: datetime,
    *,
    suspended: bool,
) -> Forecast:
    """Add up what waits in the topics and what lanes hold; a lockout's part begins at its end."""
    timed = [*_in_topics(waiting, lockouts, now), *_in_lanes(lanes, now)]
    events = sum(each.events for each in timed)
    return Forecast(events=events, clears_at=None if suspended else clears_at(timed, now))


def _in_topics(
    waiting: Mapping[TopicPartition, int], lockouts: Mapping[int, Lockout], now: datetime
) -> Iterator[Waiting]:
    for tp, events in waiting.items():
        lockout = lockouts.get(tp.partition) if tp.topic == INTAKE.name else None
        yield Waiting(events=events, begins=now if lockout is None else lockout.until)


def _in_lanes(lanes: Iterable[LaneBook], now: datetime) -> Iterator[Waiting]:
    for lane in lanes:
        until = now if lane.waits is None else lane.waits.until
        if until is not None:
            yield Waiting(events=len(lane.held) + (lane.in_flight is not None), begins=until)
