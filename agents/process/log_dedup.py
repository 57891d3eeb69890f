"""What becomes of a warning that repeats?  It is told once a minute, with how often it came.

While a broker is away its clients complain dozens of times a second, and a worker that was frozen
does about every heartbeat that it missed: whoever reads the log needs each complaint once.
"""

import logging
import re
from dataclasses import dataclass, field

#: A sentence that was told is not told again for so long.
QUIET_SECONDS = 60.0
#: Sentences that are remembered; beyond it the oldest is forgotten, and told again.
REMEMBERED = 1_000

NUMBERS = re.compile(r"\d+")

#: Of a reason is compared no more.
LONGEST_REASON = 200

Key = tuple[str, int, str, str, str, str]


@dataclass(slots=True)
class _Told:
    at: float
    repeated: int = 0


@dataclass(slots=True)
class Repeats:
    """A filter of a handler: lets a repeated warning pass once a minute.

    Sentences that differ in numbers only are one: libraries put node ids and times into theirs.
    The same sentence of another tenant, or for another reason, is another one.
    What is below a warning always passes; the time is that of the records.
    """

    _told: dict[Key, _Told] = field(default_factory=dict)

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether this record is written; it then tells how many were not, as `repeated`."""
        if record.levelno < logging.WARNING:
            return True
        key = _key(record)
        told = self._told.get(key)
        if told is not None and record.created - told.at < QUIET_SECONDS:
            told.repeated += 1
            return False
        if told is not None and told.repeated:
            record.repeated = told.repeated
        self._remember(key, record.created)
        return True

    def _remember(self, key: Key, at: float) -> None:
        self._told.pop(key, None)
        self._told[key] = _Told(at)
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]


def _key(record: logging.LogRecord) -> Key:
    raised = record.exc_info[0] if record.exc_info else None
    sentence = NUMBERS.sub("0", str(record.msg))
    reason = NUMBERS.sub("0", f"{getattr(record, 'reason', '')!s:.{LONGEST_REASON}}")
    tenant = str(getattr(record, "tenant", ""))
    kind = raised.__name__ if raised else ""
    return record.name, record.levelno, sentence, kind, tenant, reason
