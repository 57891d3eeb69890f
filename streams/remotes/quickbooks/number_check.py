"""Is a document number free in QuickBooks, where QuickBooks itself would not say?

Where a company leaves custom transaction numbers off, QuickBooks takes a number that another
document has, without a word (quickbooks-online.md 2.9).  So it is asked before the write, and we
refuse in its words (6140) in its place; whoever gives the number away within that moment wins.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from schemas.commands import Command
from schemas.outcomes import Fault, No, NotRead, Unknown
from schemas.values import Kind, Side
from streams.ports import Clock
from streams.remotes.quickbooks.faults import over_budget
from streams.remotes.quickbooks.kinds.entity import number_given
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.queries import Row

T = TypeVar("T")

#: How long a company's own choice is remembered.
REMEMBERED = timedelta(minutes=5)
#: How long a call may wait for its place in the budget.
PATIENCE_SECONDS = 5.0
DUPLICATE = "6140"


class Asked(Protocol):
    """The part of QuickBooks' client that answers these questions."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place for one call: see streams.ports.Remote."""
        ...

    async def preferences(self, tenant: str) -> Row | No | Unknown:
        """Return the company's preferences."""
        ...

    async def query(
        self, tenant: str, kind: Kind, statement: str
    ) -> tuple[Row, ...] | No | Unknown:
        """Return the records that a statement selects."""
        ...


class Numbering:
    """What is known of each company's numbers."""

    def __init__(self, client: Asked, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._custom: dict[str, tuple[bool, datetime]] = {}

    async def refused(self, tenant: str, command: Command) -> No | NotRead | None:
        """Return why this create must not be sent; each call takes its own place in the budget."""
        entity = ENTITIES[command.kind]
        number = number_given(entity, command)
        if number is None:
            return None
        custom = await self._is_custom(tenant)
        if custom is True:
            return None
        if isinstance(custom, NotRead):
            return custom
        statement = entity.by_number(number)
        found = await self._ask(tenant, lambda: self._client.query(tenant, command.kind, statement))
        if isinstance(found, NotRead):
            return found
        return No(fault=_duplicate(entity.name, number, str(found[0]["Id"]))) if found else None

    async def _is_custom(self, tenant: str) -> bool | NotRead:
        known = self._custom.get(tenant)
        if known is not None and self._clock.now() - known[1] < REMEMBERED:
            return known[0]
        shown = await self._ask(tenant, lambda: self._client.preferences(tenant))
        if isinstance(shown, NotRead):
            return shown
        custom = bool(shown.get("SalesFormsPrefs", {}).get("CustomTxnNumbers"))
        self.learn(tenant, custom=custom)
        return custom

    def learn(self, tenant: str, *, custom: bool) -> None:
        """Remember whether a company leaves its numbers to callers."""
        self._custom[tenant] = (custom, self._clock.now())

    async def _ask(
        self, tenant: str, question: Callable[[], Awaitable[T | No | Unknown]]
    ) -> T | NotRead:
        wait = await self._client.acquire(tenant, PATIENCE_SECONDS)
        if wait > 0:
            return NotRead(fault=over_budget(wait))
        answer = await question()
        # Nothing was sent, so this is no answer that is not known, and says nothing of the record.
        if isinstance(answer, Unknown):
            return NotRead(fault=Fault(side=Side.QBO, status=0, detail=answer.detail))
        return NotRead(fault=answer.fault) if isinstance(answer, No) else answer


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
