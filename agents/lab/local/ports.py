"""Which ports of the loopback are taken, and which are free."""

import secrets
import socket

#: Below those that Linux gives away by itself, also to whoever connects: a port that is found here
#: is still free when the program that it is meant for has started.
NOT_GIVEN_AWAY = range(12_000, 32_000)
#: So many are looked at for each one that is wanted.
LOOKED_AT = 100


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
    """Find ports that nobody listens on, any of them, so that two who look find others."""
    some = secrets.SystemRandom().sample(NOT_GIVEN_AWAY, count * LOOKED_AT)
    return [port for port in some if not in_use(port)][:count]
