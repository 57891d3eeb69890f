"""Which partitions are ours to write now, and who hears when one no longer is (fencing)?"""

from collections.abc import Callable

from streams.journal.terms import Term


class HeldTerms:
    """Our live terms by partition."""

    def __init__(self) -> None:
        self._terms: dict[int, Term] = {}
        self._on_lost: list[Callable[[int], None]] = []

    def __contains__(self, partition: int) -> bool:
        return partition in self._terms

    def __len__(self) -> int:
        return len(self._terms)

    def on_lost(self, listener: Callable[[int], None]) -> None:
        """Have it told when a term of ours is over that we did not give up; it never raises."""
        self._on_lost.append(listener)

    def of(self, partition: int) -> Term | None:
        """Return our live term for a partition."""
        return self._terms.get(partition)

    def hold(self, partition: int, term: Term) -> None:
        """Write under this term from now on."""
        self._terms[partition] = term

    def release(self, partition: int) -> None:
        """End our term for a partition; nobody is told."""
        self._terms.pop(partition, None)

    def release_all(self) -> None:
        """End all our terms; nobody is told."""
        self._terms.clear()

    def lose(self, partition: int, term: Term) -> None:
        """End this term, if it is still ours, and tell."""
        if self._terms.get(partition) == term:
            del self._terms[partition]
            for listener in self._on_lost:
                listener(partition)

    def lose_all(self) -> None:
        """End all our terms, and tell of each."""
        for partition, term in list(self._terms.items()):
            self.lose(partition, term)
