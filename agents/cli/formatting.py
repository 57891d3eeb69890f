"""How do facts look on a screen?

A sentence is broken between words where the screen ends, in a pipe as well.  What a side or a
person wrote is shown as text and never read as markup.
"""

from datetime import datetime
from typing import Any

import msgspec

from agents.cli.console import out, visible
from agents.cli.wrapping import wrapped
from agents.rules.value_words import utc_words

#: What is said about a line before it stands so far in.
INDENT = "  "


def moment(at: datetime) -> str:
    """Return a time in UTC, to the second: `2026-03-02 09:00:00Z`."""
    return utc_words(at)


def seconds_left(until: datetime, now: datetime) -> int:
    """Return how many whole seconds it is until then; 0 when it is over."""
    return max(0, int((until - now).total_seconds()))


def left(seconds: int) -> str:
    """Return how long that is: `19 min 5 s`, or `over`."""
    if not seconds:
        return "over"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def plain(value: Any) -> Any:
    """Return any word as JSON has it: money as text, times in ISO 8601."""
    return msgspec.to_builtins(value, str_keys=True)


def say(text: str, *, first: str = "", more: str = INDENT) -> None:
    """Print a sentence, broken between words; its other lines stand in by `more`."""
    for line in wrapped(visible(text), out.width, first=first, more=more):
        show_line(line)


def show_line(text: str) -> None:
    """Print one line as it is, however long: what is to be copied, or fits by itself."""
    out.print(visible(text), markup=False, emoji=False)
