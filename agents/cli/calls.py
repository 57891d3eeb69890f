"""How many calls has each tenant left on both sides?  As the workers said last, who alone know."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from agents.cli.environment import process_settings
from agents.cli.formatting import moment
from agents.process.clock import SystemClock
from agents.rules.tenant.calls_left import CallsLeft, NotTold, is_news
from schemas.calls import WorkerCalls, decode_calls
from schemas.catalog import NotUnderstoodError
from streams.budgets import CALLS_A_DAY, CALLS_A_MINUTE
from streams.kafka.history import read_to_end
from streams.ports import LogRecord
from streams.topics import CALLS

#: So many that a worker said last are heard: one of them may make no sense.
LAST = 3
MOST_WORKERS = 1_000


@dataclass(slots=True)
class CallsView:
    """What the workers said last; `unread` is why that is not known."""

    now: datetime
    told: dict[int, WorkerCalls] = field(default_factory=dict)
    unread: str | None = None
    _last: dict[bytes, deque[bytes]] = field(default_factory=dict)

    def take(self, record: LogRecord) -> None:
        """Take one record; a worker has said some hundred within the hour, of which the last count.

        To understand all of them takes half a minute where there are a thousand tenants.
        """
        # The key comes behind the others, so that the first one is of who is silent for longest.
        said = self._last.pop(record.key, deque(maxlen=LAST))
        said.append(record.value)
        self._last[record.key] = said
        if len(self._last) > MOST_WORKERS:
            del self._last[next(iter(self._last))]

    def hear(self) -> None:
        """Hear what was taken."""
        for value in (each for said in self._last.values() for each in said):
            self._hear(value)

    def _hear(self, value: bytes) -> None:
        try:
            told = decode_calls(value)
        except NotUnderstoodError:
            # Anybody can write to a topic, so what makes no sense is passed over.
            return
        first = min(told.partitions)
        if is_news(told, self.told.get(first), self.now):
            self.told[first] = told


async def calls_told() -> CallsView:
    """Return what the topic says, which is kept for an hour; it says itself when it is not read."""
    view = CallsView(SystemClock().now())
    try:
        await read_to_end(process_settings().cluster, CALLS.name, view.take)
    except Exception as fault:  # noqa: BLE001 - whatever a client raises, the rest is told
        view.unread = f"{type(fault).__name__}: {fault}"
    else:
        view.hear()
    return view


def calls_words(found: CallsLeft | NotTold) -> str:
    """Return in a sentence how many calls a tenant has left."""
    if isinstance(found, NotTold):
        since = f"since {moment(found.since)}" if found.since is not None else "yet"
        return f"how many calls QuickBooks and MediaOS still take, no worker has said {since}."
    minute = f"QuickBooks takes {found.left:,} of {CALLS_A_MINUTE:,} calls more this minute"
    if (day := found.mediaos) is None:
        return f"{minute}; how many MediaOS still takes is not known yet."
    return f"{minute}, MediaOS {day.left:,} of {CALLS_A_DAY:,} within 24 hours."
