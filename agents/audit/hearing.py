"""Who hears how far a book is read?"""

from collections.abc import Callable

#: Hears what is read, how much of it by now, and of how much where that is known.
Hear = Callable[[str, int, int | None], None]


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Nobody watches."""
