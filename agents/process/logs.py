"""How does a process tell what it does?  One JSON object a line, ids only, on standard error.

A warning that repeats is told once a minute (`agents.process.log_dedup`).
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from agents.process.log_dedup import Repeats

#: What every record has and nobody asked for.
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """A constant sentence, and beside it what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        text = _as_json(line)
        return text if text.isprintable() else "".join(map(_visible, text))


def _as_json(line: dict[str, Any]) -> str:
    try:
        return orjson.dumps(line, default=str).decode()
    except TypeError:
        # Half of a character, a number of 30 digits: a line is one line of JSON, whatever it tells.
        return json.dumps(line, default=str, skipkeys=True)


def _visible(char: str) -> str:
    """Write out what a terminal would obey, or what turns the line around: others chose names."""
    return char if char.isprintable() else json.dumps(char)[1:-1]


def begin(level: str) -> None:
    """Send all logs to standard error; libraries are heard from warnings up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("isthmus", "streams", "agents"):
        logging.getLogger(ours).setLevel(level)
