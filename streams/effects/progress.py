"""What is known by now of one command: which attempt it is at, and what may have become of them?"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.commands import Command, Create
from schemas.identity import renewed_request_id
from schemas.outcomes import Fault
from schemas.state import InFlight
from streams.effects.results import MustWait

#: A request id may be repeated without asking for so long (design.md 7).
REPEAT_AGE = timedelta(hours=1)
#: Absence proves nothing sooner than this after the last attempt: QBO may commit late.
SETTLING = timedelta(seconds=120)
#: After so many answers that the side had failed on a command it is asked whether it did it all the
#: same: eight seconds after the first, when a lane gives its place up anyway.
ASK_AFTER = 6
#: Waits between attempts: a quarter of a second, doubled, up to five minutes.
FIRST_WAIT, LONGEST_WAIT = 0.25, 300.0


class Progress:
    """What the journal says of a command, and what one stay of its lane adds."""

    def __init__(self, in_flight: InFlight, *, spent: bool) -> None:
        """`spent` says that the last attempt may have been used."""
        self.command = in_flight.command
        self.create = in_flight.command if isinstance(in_flight.command, Create) else None
        self.document = in_flight.document
        self.spent = spent
        self.number = in_flight.attempts
        self.at = in_flight.last_attempt
        self.first = in_flight.first_attempt
        may_be_sent = spent and not in_flight.unsent
        self.unknown = in_flight.unknown or may_be_sent
        self.asks_first = in_flight.doubtful
        self.sent_at = in_flight.last_attempt if may_be_sent else in_flight.earlier
        self.failures, self.failure = in_flight.failures, in_flight.failure
        self.declined = in_flight.declined

    def worded(self) -> Command:
        """Return the command under the request id that it has by now."""
        renewed = renewed_request_id(self.command.request_id, self.declined)
        return replace(self.command, request_id=renewed)

    def wait(self) -> float:
        """Return the seconds before the next attempt."""
        tries = max(self.number, self.failures)
        return float(min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT))

    def is_failing(self) -> bool:
        """Tell whether the side has failed on it so often that it is asked whether it did it."""
        return self.unknown and self.failures >= ASK_AFTER

    def failed(self) -> Fault:
        """Return how the side failed on it."""
        return Fault(side=self.command.side, status=0, detail=self.failure)

    def is_doubtful(self, now: datetime) -> bool:
        """Tell whether the request id must not be sent unasked."""
        age = now - self.first
        too_old = self.unknown and age > REPEAT_AGE
        return self.create is not None and (self.asks_first or too_old)

    def not_settled(self, now: datetime) -> MustWait | None:
        """Absence proves nothing while an attempt may still arrive."""
        if self.sent_at is None or not (self.is_doubtful(now) or self.is_failing()):
            return None
        left = SETTLING - (now - self.sent_at)
        if left <= timedelta(0):
            return None
        return MustWait(left.total_seconds(), "the last attempt may still arrive")
