"""Is a document number free in QuickBooks, where QuickBooks itself would not say?

Where a company leaves custom transaction numbers off, QuickBooks takes a number that another
document has, without a word (quickbooks-online.md 2.9).  So it is asked before the write, and we
refuse in its words (6140) in its place; whoever gives the number away within that moment wins.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from schemas.commands import Write
from schemas.outcomes import Fault, No, Unknown
from schemas.records import Invoice
from schemas.values import Kind, Side
from streams.ports import Clock
from streams.remotes.quickbooks.faults import over_budget
from streams.remotes.quickbooks.queries import Row, numbered

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

    async def refused(self, tenant: str, command: Write) -> No | None:
        """Return why this create must not be sent; each call takes its own place in the budget."""
        number = _number(command)
        if number is None:
            return None
        custom = await self._is_custom(tenant)
        if custom is True:
            return None
        if isinstance(custom, No):
            return custom
        statement = numbered(number)
        found = await self._ask(tenant, lambda: self._client.query(tenant, Kind.INVOICE, statement))
        if isinstance(found, No):
            return found
        return No(fault=_duplicate(number, str(found[0]["Id"]))) if found else None

    async def _is_custom(self, tenant: str) -> bool | No:
        known = self._custom.get(tenant)
        if known is not None and self._clock.now() - known[1] < REMEMBERED:
            return known[0]
        shown = await self._ask(tenant, lambda: self._client.preferences(tenant))
        if isinstance(shown, No):
            return shown
        custom = bool(shown.get("SalesFormsPrefs", {}).get("CustomTxnNumbers"))
        self.learn(tenant, custom=custom)
        return custom

    def learn(self, tenant: str, *, custom: bool) -> None:
        """Remember whether a company leaves its numbers to callers."""
        self._custom[tenant] = (custom, self._clock.now())

    async def _ask(
        self, tenant: str, question: Callable[[], Awaitable[T | No | Unknown]]
    ) -> T | No:
        wait = await self._client.acquire(tenant, PATIENCE_SECONDS)
        if wait > 0:
            return No(fault=over_budget(wait))
        answer = await question()
        if isinstance(answer, Unknown):
            # Nothing was written, so this is no answer that is not known: it is asked again.
            return No(fault=Fault(side=Side.QBO, status=0, detail=answer.detail))
        return answer


def _number(command: Write) -> str | None:
    record = command.record
    if not command.creates or command.auto_number or not isinstance(record, Invoice):
        return None
    return record.number


def _duplicate(number: str, owner: str) -> Fault:
    return Fault(
        side=Side.QBO,
        status=400,
        code=DUPLICATE,
        message="Duplicate Document Number Error",
        detail=(
            "Duplicate Document Number Error : You must specify a different number. This number "
            f"has already been used. DocNumber={number} is assigned to TxnType=Invoice with "
            f"TxnId={owner}"
        ),
    )
