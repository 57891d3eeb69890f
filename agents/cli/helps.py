"""What says the help of each command, before a module of it is read?

`helps.json` has the text of every command and group but the first list, made from the code by
`python -m agents.cli.making_helps`; a test compares both.  So a help costs none of the imports
that its command's work needs, which take a second.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import orjson

#: What the texts are broken at, as click does on a screen that is wide enough.
WIDTH = 80
FILE = Path(__file__).with_name("helps.json")


def kept_help(words: Sequence[str]) -> str | None:
    """Return the help that a command line asks for; None where it asks for more than that."""
    *command, last = words or [""]
    if last != "--help" or not command or shutil.get_terminal_size().columns < WIDTH:
        return None
    texts: dict[str, str] = orjson.loads(FILE.read_bytes())
    return texts.get(" ".join(command))
