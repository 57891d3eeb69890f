"""Which conditions of a park does a person's word meet?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody has said that all that waits for this guard is meant."""

    guard: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"confirmed:{self.guard}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's request, which stands in the place of any other condition and is met at once.

    `how`: `asked` has it judged again, `pushed` sends it by hand, `overwrite` has MediaOS win.
    """

    how: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return self.how


ASKED, PUSHED, OVERWRITE = Asked("asked"), Asked("pushed"), Asked("overwrite")
