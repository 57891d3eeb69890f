"""How often may somebody guess?  So often from one address, and so often in all (rate limiting).

Only what was wrong is counted, in memory, for a minute; behind a proxy that hides them all people
have one address.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

#: Wrong tokens within the window: from one address, and from all of them.
OF_ONE, OF_ALL = 5, 50
WINDOW_SECONDS = 60.0
#: Addresses that are remembered; the one that was wrong longest ago is forgotten first.
MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class LoginLimit:
    """Counts what was wrong."""

    monotonic: Callable[[], float]
    _all: deque[float] = field(default_factory=lambda: deque(maxlen=OF_ALL))
    _by_address: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def wait_seconds(self, address: str) -> int:
        """Return after how many seconds this address may try again; 0 when it may now."""
        now = self.monotonic()
        own = self._by_address.get(address)
        return max(_wait(own, OF_ONE, now), _wait(self._all, OF_ALL, now))

    def failed(self, address: str) -> None:
        """Count one wrong token."""
        now = self.monotonic()
        own = self._by_address.pop(address, None) or deque(maxlen=OF_ONE)
        own.append(now)
        self._all.append(now)
        self._by_address[address] = own
        if len(self._by_address) > MOST_ADDRESSES:
            self._by_address.popitem(last=False)


def _wait(failures: deque[float] | None, most: int, now: float) -> int:
    if failures is None or len(failures) < most:
        return 0
    return max(0, ceil(failures[0] + WINDOW_SECONDS - now))
