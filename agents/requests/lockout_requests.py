"""What may somebody ask for on `isthmus-lockouts`?  A lockout, or its release.

The same topic carries our own published view, which asks for nothing.
"""

from datetime import timedelta

from agents.requests.passing_on import PassingOn
from schemas.catalog import NotUnderstoodError
from schemas.lockout_requests import decode_lockout_request
from schemas.requests import ImposeLockout, ReleaseLockout

#: A lockout of more than a day is a mistake in a date, and would stop a partition till it is seen.
LONGEST = timedelta(days=1)


class LockoutRequests(PassingOn):
    """The handler of `isthmus-lockouts`."""

    __slots__ = ()

    def read(self, value: bytes | None) -> ImposeLockout | ReleaseLockout | None:
        """Return what is asked for, None for the view; NotUnderstoodError."""
        request = decode_lockout_request(value)
        until = request.until if isinstance(request, ImposeLockout) else None
        if until is not None and until - self.clock.now() > LONGEST:
            raise NotUnderstoodError(f"until: expected at most a day ahead, got {until}")
        return request
