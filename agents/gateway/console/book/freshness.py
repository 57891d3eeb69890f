"""How far does the book tell the truth?  Said on each page that is behind it."""

from dataclasses import dataclass

READING = "The console was reading the journal, so nothing was done: do it again in a moment."
BEHIND = (
    "The console has not read all of the journal yet, by which this cannot be done, so nothing was "
    "done: do it again in a moment."
)

#: How long a page waits for what the journal has by now, and how long what a form asks for.
PAGE_SECONDS, FORM_SECONDS = 1.0, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How the book stands: `edition` grows when its file is made anew, `version` when written to.

    `done` of `of` records are read of those that the journal had at first; `away` is why nothing is
    read now, `stopped` why partitions are read no further, each in a sentence.
    """

    edition: int = 0
    version: int = 0
    done: int = 0
    of: int = 0
    is_whole: bool = False
    away: str = ""
    stopped: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """Return how much of the journal is read, in whole percent."""
        return 100 * self.done // self.of if self.of else 0
