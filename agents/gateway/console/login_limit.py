"""How often may somebody guess?  So often from one address (rate limiting), and nobody else waits.

Only what was wrong is counted, in memory, for a minute.  Where many guess at once, each address has
one guess; one that was never wrong has its tries, whatever others do.  Of IPv6 somebody has a whole
network of addresses (RFC 6177).  Behind a proxy that hides them all people have one address.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

#: Wrong tokens within the window from one address; from all of them before each has but one.
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
        own = self._by_address.get(network_of(address))
        return _wait(own, 1 if _wait(self._all, OF_ALL, now) else OF_ONE, now)

    def failed(self, address: str) -> None:
        """Count one wrong token."""
        now, address = self.monotonic(), network_of(address)
        own = self._by_address.pop(address, None) or deque(maxlen=OF_ONE)
        own.append(now)
        self._all.append(now)
        self._by_address[address] = own
        if len(self._by_address) > MOST_ADDRESSES:
            self._by_address.popitem(last=False)


def _wait(failures: deque[float] | None, most: int, now: float) -> int:
    if failures is None or len(failures) < most:
        return 0
    return max(0, ceil(failures[-most] + WINDOW_SECONDS - now))


def network_of(address: str) -> str:
    """Return whose guesses an address's are: of IPv6 those of its network of 64 bits."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((known, 64), strict=False))
    return address
