"""How does a text fit a screen?  Broken between words, and by the cells that letters take.

What is there to be copied stays whole: an id, though it be longer than the line, and a command
between backticks where it fits on one.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells, set_cell_size

#: A command between backticks with what touches it, or a word.
_PIECES = re.compile(r"[^\s`]*`[^`\n]*`\S*|\S+")
#: An id, of a lane, a decision or a topic say, in quotes or not, with what ends its sentence.
_ID = re.compile(r"[(]?['\"]?[\w@#/:.+-]+['\"]?[,:;)]*[.]?", re.ASCII)


def wrapped(text: str, width: int, *, first: str = "", more: str = "") -> Iterator[str]:
    """Yield the lines of a text, none wider than `width` but for an id; a wider word is broken.

    The first one begins with `first`, all others with `more`.
    """
    room, start = width - max(cell_len(first), cell_len(more)), first
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph, room):
            longer = f"{line} {piece}" if line else piece
            if cell_len(longer) > room:
                yield start + line
                start, longer = more, piece
            line = longer
        yield f"{start}{line}".rstrip()
        start = more


def widest_whole(text: str) -> int:
    """Return how wide the widest word of a text is that is not broken; 0 where all may be."""
    return max((cell_len(word) for word in text.split() if _ID.fullmatch(word)), default=0)


def shortened(name: str, width: int) -> str:
    """Return a name that takes `width` cells at most, with an ellipsis where it is cut."""
    if cell_len(name) <= width:
        return name
    return set_cell_size(name, width - 1).rstrip() + "…"


def _pieces(text: str, room: int) -> Iterator[str]:
    for found in _PIECES.findall(text):
        for word in [found] if cell_len(found) <= room else found.split():
            fits = cell_len(word) <= room or _ID.fullmatch(word)
            yield from [word] if fits else chop_cells(word, room)
