"""Was this write carried out before, and what was its reply?

Only what was carried out is remembered, and that for ever: a refused request changed nothing, so
its key may be used again. A replay looks neither at ``If-Match`` nor at the record as it is now.
"""

from dataclasses import dataclass

from streams.simulators.mediaos.book import Record
from streams.simulators.mediaos.refusals import Refusal

_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Reply:
    """What a write answered: the status and the record as it was right after."""

    status: int
    record: Record


class Replies:
    """Every reply given to a write that was carried out, by its Idempotency-Key."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[str, Reply]] = {}

    def recall(self, key: str | None, request: str) -> Reply | None:
        """Give the earlier reply to the same request; refuses a missing key and another request."""
        if key is None or not 1 <= len(key) <= _LONGEST:
            message = f"Send an Idempotency-Key header of 1 to {_LONGEST} characters."
            raise Refusal(400, "idempotency_key_missing", message)
        if key not in self._given:
            return None
        earlier, reply = self._given[key]
        if earlier != request:
            message = "This Idempotency-Key was used for another request; take a new one."
            raise Refusal(409, "idempotency_key_reused", message)
        return reply

    def remember(self, key: str, request: str, reply: Reply) -> None:
        """Keep the reply to a request that was carried out."""
        self._given[key] = (request, reply)
