"""Where commands write: results to standard output, progress and refusals to standard error.

So `isthmus topics describe --json | jq` works while a progress line is shown.  What others wrote
is shown by its letters: a character that a terminal would obey, or that turns the line around, is
written out.
"""

import json
from collections.abc import Callable

import orjson
from rich.console import Console

from agents.cli.wrapping import wrapped

#: Results.
out = Console(highlight=False, soft_wrap=True)
#: Progress and refusals.
err = Console(stderr=True, highlight=False, soft_wrap=True)


#: How a refusal looks, and a warning.
REFUSED, WARNED = "red", "yellow"


def complain(sentence: str, style: str = REFUSED) -> None:
    """Print a refusal or a warning to standard error, broken between words as a result is."""
    for told in visible(sentence).split("\n"):
        for line in wrapped(told, err.width, more="  "):
            err.print(line, style=style, markup=False, emoji=False)


def show_json(value: object) -> None:
    """Print a result for programs: one JSON document, without colour."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()
    out.print(_each(text, lambda char: json.dumps(char)[1:-1]), markup=False, emoji=False)


def visible(text: str) -> str:
    """Return a text whose control and bidirectional characters are written out."""
    return _each(text, lambda char: ascii(char)[1:-1])


def _each(text: str, written: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else written(c) for c in text)
