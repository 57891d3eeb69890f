"""In which order are the parked documents of a lane judged again, once what they wait for is there?

Oldest first.  They are looked for once, and while they are worked off only what has been woken
since joins them: what crosses may be what another one waits for.
"""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from schemas.waiting import Waiting


class ReleaseQueue:
    """Documents by name, in their order."""

    def __init__(self, ready: Mapping[str, int]) -> None:
        self._heap = [(order, name) for name, order in ready.items()]
        heapify(self._heap)
        self._names = set(ready)

    def pop(self, waiting: Waiting) -> str | None:
        """Return the next document, of those too that are woken by now; None at the end."""
        for part in waiting.parts.values():
            self._join(part.woken)
        return heappop(self._heap)[1] if self._heap else None

    def _join(self, woken: dict[str, int]) -> None:
        # The latest stand last, and all before one that is known are known.
        for name in reversed(woken):
            if name in self._names:
                break
            self._names.add(name)
            heappush(self._heap, (woken[name], name))
