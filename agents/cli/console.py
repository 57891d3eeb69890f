"""Where commands write: results to standard output, progress and refusals to standard error.

So `isthmus topics describe --json | jq` works while a progress line is shown.
"""

import orjson
from rich.console import Console

#: Results.
out = Console(highlight=False, soft_wrap=True)
#: Progress and refusals.
err = Console(stderr=True, highlight=False, soft_wrap=True)


def show_json(value: object) -> None:
    """Print a result for programs: one JSON document, without colour."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()
    out.print(text, markup=False, emoji=False)
