"""How does a record get to its topic while the broker is away?  It is sent until it is there.

Whoever sends waits with it, so what comes behind waits too and nothing is dropped.  What the broker
will never take, a record too large for the topic, is the only thing that comes back.
"""

import logging
from collections.abc import Sequence

from streams.ports import Clock, Outbox

log = logging.getLogger("isthmus.steadfast")

#: The first pause, doubled with each failure, up to the longest.
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0


class SteadfastOutbox:
    """An Outbox that does not return before the broker has the record."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def send(
        self,
        topic: str,
        key: bytes,
        value: bytes,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Return once the broker has it; ValueError when it never will: it is too large.

        After a failure of unknown outcome the record may be there twice; its event id is the same.
        """
        wait = FIRST_WAIT
        while True:
            try:
                await self._outbox.send(topic, key, value, headers)
            except ValueError:
                raise
            except Exception as fault:  # noqa: BLE001 - whatever a broker's client raises, it goes again
                log.warning("not sent", extra={"topic": topic, "reason": type(fault).__name__})
            else:
                return
            await self._clock.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
