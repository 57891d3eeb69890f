"""Is a document number free in QuickBooks, where QuickBooks itself would not say?

It refuses a number that another document has (6140) only where callers number *and* a person has
asked to be warned, which no API shows (quickbooks-money.md 0); else it takes it without a word.  So
every create asks before, and we refuse in QuickBooks' words in its place; whoever gives the number
away within that moment wins.  Creates that come together share one question.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol, TypeAlias

from schemas.commands import Command
from schemas.outcomes import Fault, No, NotRead, Unknown
from schemas.values import Kind, Side
from streams.ports import Clock
from streams.remotes.quickbooks.faults import over_budget
from streams.remotes.quickbooks.kinds.entity import number_given
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.queries import Row
from streams.remotes.quickbooks.rounds import Rounds

#: How long a call may wait for its place in the budget.
PATIENCE_SECONDS = 5.0
#: Numbers of one question: the statement stays short.
MOST = 50
DUPLICATE = "6140"

#: The id of a document by its number, as QuickBooks compares numbers: without case.
Owners: TypeAlias = Mapping[str, str] | NotRead


class Asked(Protocol):
    """The part of QuickBooks' client that answers these questions."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place for one call: see streams.ports.Remote."""
        ...

    async def query(
        self, tenant: str, kind: Kind, statement: str
    ) -> tuple[Row, ...] | No | Unknown:
        """Return the records that a statement selects."""
        ...


class _Of(NamedTuple):
    tenant: str
    kind: Kind


class Numbering:
    """Who has the numbers that are about to be given."""

    def __init__(self, client: Asked, clock: Clock) -> None:
        self._client = client
        self._rounds = Rounds[_Of, Owners](clock, most=MOST, place=self._place, ask=self._ask)

    async def refused(self, tenant: str, command: Command) -> No | NotRead | None:
        """Return why this create must not be sent; each question takes its place in the budget."""
        entity = ENTITIES[command.kind]
        number = number_given(entity, command)
        if number is None:
            return None
        owners = await self._rounds.answer(_Of(tenant, command.kind), number)
        if isinstance(owners, NotRead):
            return owners
        owner = owners.get(number.casefold())
        return No(fault=_duplicate(entity.name, number, owner)) if owner is not None else None

    async def _place(self, of: _Of) -> NotRead | None:
        wait = await self._client.acquire(of.tenant, PATIENCE_SECONDS)
        return NotRead(fault=over_budget(wait)) if wait > 0 else None

    async def _ask(self, of: _Of, numbers: Collection[str]) -> Owners:
        statement = ENTITIES[of.kind].by_numbers(numbers)
        found = await self._client.query(of.tenant, of.kind, statement)
        # Nothing was sent, so this is no answer that is not known, and says nothing of the record.
        if isinstance(found, Unknown):
            return NotRead(fault=Fault(side=Side.QBO, status=0, detail=found.detail))
        if isinstance(found, No):
            return NotRead(fault=found.fault)
        return {str(row["DocNumber"]).casefold(): str(row["Id"]) for row in found}


def _duplicate(entity: str, number: str, owner: str) -> Fault:
    return Fault(
        side=Side.QBO,
        status=400,
        code=DUPLICATE,
        message="Duplicate Document Number Error",
        detail=(
            "Duplicate Document Number Error : You must specify a different number. This number "
            f"has already been used. DocNumber={number} is assigned to TxnType={entity} with "
            f"TxnId={owner}"
        ),
    )
