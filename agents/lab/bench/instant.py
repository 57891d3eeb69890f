"""What is a side that answers at once?  The other end of every figure of the engine itself.

It keeps no book: what a command asks for is what it shows afterwards, and the id of what it makes
follows from the record that it stands for; so a worker that takes over goes on with the same ids.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from schemas.commands import Command, Create, Remove
from schemas.outcomes import Answer, Done, Unknown
from schemas.records import Invoice, Record
from schemas.values import Kind, MappingKind, Revision
from streams.budgets import Budget
from streams.ports import Clock, Reading, Source, Target


def across(kind: Kind, mediaos_id: str) -> str:
    """Return the id in QuickBooks of a record that MediaOS knows by this one."""
    return f"{9 if kind is Kind.INVOICE else 5}{mediaos_id}"


def _shown(record: Record) -> Record:
    """Return a record as it is shown: each line of an invoice in words of its own side."""
    if not isinstance(record, Invoice):
        return record
    return replace(record, as_shown=("{}",) * len(record.lines))


class InstantRemote:
    """One side; `called` hears of each command as it is carried out.

    With a budget it is a side that is called only so often; without one there is always a place.
    """

    def __init__(
        self, clock: Clock, called: Callable[[Command], None], budget: Budget | None = None
    ) -> None:
        self._clock = clock
        self._called = called
        self._budget = budget

    async def acquire(self, tenant: str, patience_seconds: float) -> float:  # noqa: ARG002
        """Take a place."""
        return 0.0 if self._budget is None else await self._budget.acquire(patience_seconds)

    async def carry_out(self, tenant: str, command: Command, not_after: datetime) -> Answer:  # noqa: ARG002
        """Do what is asked."""
        self._called(command)
        if isinstance(command, Create):
            target, number = across(command.kind, command.about.id), 1
        else:
            target, number = command.target, command.based_on.number + 1
        return Done(
            id=target,
            revision=Revision(deleted=False, number=number),
            record=None if isinstance(command, Remove) else _shown(command.record),
            at=self._clock.now(),
        )

    async def read(self, tenant: str, kind: Kind, record_id: str) -> Reading | Unknown:  # noqa: ARG002
        """Say that there is no book to read in."""
        return Unknown(detail=f"the bench keeps no {kind} {record_id}")

    async def target(self, tenant: str, kind: MappingKind, target_id: str) -> Unknown:  # noqa: ARG002
        """Say that there is no list to read in."""
        return Unknown(detail=f"the bench keeps no {kind} {target_id}")

    async def deposited_on(self, tenant: str, deposit: str) -> Unknown:  # noqa: ARG002
        """Know of no bank."""
        return Unknown(detail="no bank")

    async def targets(self, tenant: str, kind: MappingKind) -> tuple[Target, ...]:  # noqa: ARG002
        """List nothing."""
        return ()

    async def sources(self, tenant: str, kind: MappingKind) -> tuple[Source, ...]:  # noqa: ARG002
        """List nothing."""
        return ()

    async def look(self, tenant: str, command: Create) -> tuple[Reading, ...]:  # noqa: ARG002
        """Find nothing: no create of the bench is ever left without an answer."""
        return ()
