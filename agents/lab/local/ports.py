"""Which ports of the loopback are taken, and which are free."""

import os
import secrets
import socket
from collections import deque

from agents.lab.local.faults import LocalBrokerFault

#: Below those that Linux gives away by itself, also to whoever connects: a port that is found here
#: is still free when the program that it is meant for has started.
NOT_GIVEN_AWAY = range(12_000, 32_000)
#: So many are looked at for each one that is wanted.
LOOKED_AT = 100
#: A process that finds more gives its first ones up: those are in use by then, or nobody's.
KEPT = 256

#: File descriptors, which the process's end closes.  Each keeps one port until then, so that no
#: other process finds it in the time that the program needs for which it is meant.  Nothing here
#: speaks UDP, and the number of a port of UDP is in nobody's way who listens on TCP.
_kept: deque[int] = deque()


def in_use(port: int) -> bool:
    """Say whether somebody listens on a port of the loopback."""
    with socket.socket() as probe:
        # As Kafka binds: a connection that only lingers does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def free(count: int) -> list[int]:
    """Find ports that nobody listens on, and that nobody else finds as well.

    LocalBrokerFault where there are not as many.
    """
    looked_at = min(count * LOOKED_AT, len(NOT_GIVEN_AWAY))
    some = secrets.SystemRandom().sample(NOT_GIVEN_AWAY, looked_at)
    found: list[int] = []
    for port in some:
        if len(found) < count and not in_use(port) and _is_kept(port):
            found.append(port)
    if len(found) < count:
        span = f"{NOT_GIVEN_AWAY.start} to {NOT_GIVEN_AWAY.stop - 1}"
        raise LocalBrokerFault(
            f"Of the ports {span} {count} are wanted, and {len(found)} are free: "
            "end what uses them."
        )
    return found


def _is_kept(port: int) -> bool:
    """Keep a port for this process; say no where another one has it."""
    keeper = socket.socket(type=socket.SOCK_DGRAM)
    try:
        keeper.bind(("127.0.0.1", port))
    except OSError:
        keeper.close()
        return False
    _kept.append(keeper.detach())
    while len(_kept) > KEPT:
        os.close(_kept.popleft())
    return True
