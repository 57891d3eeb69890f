"""What is a side that answers at once?  The other end of every figure of the engine itself.

It keeps no book: what a command asks for is what it shows afterwards, and the id of what it makes
follows from the record that it stands for; so a worker that takes over goes on with the same ids.
"""

from collections.abc import Callable
from datetime import datetime

from schemas.commands import Write
from schemas.outcomes import Answer, Done, Unknown
from schemas.values import Kind, Revision
from streams.budgets import Budget
from streams.ports import Clock, Reading


def across(kind: Kind, mediaos_id: str) -> str:
    """Return the id in QuickBooks of a record that MediaOS knows by this one."""
    return f"{9 if kind is Kind.INVOICE else 5}{mediaos_id}"


class InstantRemote:
    """One side; `called` hears of each command as it is carried out.

    With a budget it is a side that is called only so often; without one there is always a place.
    """

    def __init__(
        self, clock: Clock, called: Callable[[Write], None], budget: Budget | None = None
    ) -> None:
        self._clock = clock
        self._called = called
        self._budget = budget

    async def acquire(self, tenant: str, patience_seconds: float) -> float:  # noqa: ARG002
        """Take a place."""
        return 0.0 if self._budget is None else await self._budget.acquire(patience_seconds)

    async def carry_out(self, tenant: str, command: Write, not_after: datetime) -> Answer:  # noqa: ARG002
        """Do what is asked."""
        self._called(command)
        based_on = command.based_on.number if command.based_on is not None else 0
        return Done(
            id=command.target or across(command.kind, command.about.id),
            revision=Revision(deleted=False, number=based_on + 1),
            record=command.record,
            at=self._clock.now(),
        )

    async def read(self, tenant: str, kind: Kind, record_id: str) -> Reading | Unknown:  # noqa: ARG002
        """Say that there is no book to read in."""
        return Unknown(detail=f"the bench keeps no {kind} {record_id}")

    async def items(self, tenant: str) -> tuple[Reading, ...]:  # noqa: ARG002
        """List no item."""
        return ()

    async def look(self, tenant: str, command: Write) -> tuple[Reading, ...]:  # noqa: ARG002
        """Find nothing: no create of the bench is ever left without an answer."""
        return ()
