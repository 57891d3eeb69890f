"""What does a query still see of a book that has just changed?

Queries read a copy that may lag behind what a read by id shows (0); how far is a switch.
"""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

Record = dict[str, Any]


class Replica:
    """What records were before their last changes, as long as a lag is set."""

    def __init__(self, now: Callable[[], datetime], lag: Callable[[], float]) -> None:
        self._now = now
        self._lag = lag
        self._before: deque[tuple[datetime, str, str, Record | None]] = deque()

    def note(self, kind: str, record_id: str, before: Record | None) -> None:
        """Keep what a record was before it changes now, None where there was none."""
        horizon = self._horizon()
        while self._before and self._before[0][0] <= horizon:
            self._before.popleft()
        if self._lag():
            self._before.append((self._now(), kind, record_id, before))

    def seen(self, kind: str, records: Mapping[str, Record]) -> list[Record]:
        """Return the records of a kind as the copy has them."""
        seen = dict(records)
        horizon = self._horizon()
        for at, changed, record_id, before in reversed(self._before):
            if changed != kind or at <= horizon:
                continue
            if before is None:
                seen.pop(record_id, None)
            else:
                seen[record_id] = before
        return list(seen.values())

    def _horizon(self) -> datetime:
        return self._now() - timedelta(seconds=self._lag())
