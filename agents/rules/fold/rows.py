"""Which rows does a journal record change, and how?

A row belongs to the journal partition of the record that changes it.  A fact changes the rows of
its lane that it is about (`routes`), and may write a sign for others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from agents.rules.fold.answer_facts import evolve_answers
from agents.rules.fold.bearer_facts import Bearing, borne, evolve_bearers
from agents.rules.fold.before import State, completed, document_of, needs, untold
from agents.rules.fold.document_facts import evolve_document
from agents.rules.fold.lane_facts import evolve_lane
from agents.rules.fold.routes import ROUTES, Step, looks_at
from agents.rules.fold.sign_facts import (
    evolve_creating,
    evolve_lockout,
    evolve_owner,
    evolve_record_owner,
    evolve_seen,
)
from agents.rules.fold.tenant_facts import evolve_tenant
from agents.rules.fold.waiting_facts import evolve_waiting
from schemas.facts import Fact, Seen
from schemas.rows import (
    LOCKOUT_ROWS,
    TENANT_ROWS,
    AnswersRow,
    BearersRow,
    DocumentRow,
    LaneRow,
    LockoutRow,
    OwnerRow,
    PendingCreatesRow,
    RecordOwnerRow,
    SeenRow,
    TenantRow,
    WaitingRow,
    parsed,
)
from schemas.state import Creating, Document, Lane, Lockout, Owner
from schemas.tenant_state import Tenant
from schemas.values import Side
from schemas.waiting import Waiting

#: What a row is told: the fact, or, of who was shown a record or has it, who.
Told = Fact | Owner | Bearing

#: Rows that are open whatever they say, and few: everybody asks for them, at any time.
ALWAYS_OPEN: tuple[str, ...] = (TENANT_ROWS, LOCKOUT_ROWS, "creating:")


def routes(
    partition: int, lane: str, facts: Iterable[Fact], state: State
) -> Iterator[tuple[str, Told]]:
    """Name the rows that each fact of a step changes, in order, and what they are told."""
    step = Step(partition, lane, state)
    for fact in facts:
        yield from _told(step, completed(lane, fact, state))


def asks(partition: int, lane: str, facts: Iterable[Fact], state: State) -> Iterator[str]:
    """Name the rows that must be in memory before a step is folded."""
    step = Step(partition, lane, state)
    for fact in facts:
        yield from needs(lane, fact, state)
        whole = completed(lane, fact, state)
        yield from (str(row) for row in looks_at(step, whole))
        yield from (row for row, _ in _told(step, whole))


def hides(lane: str, facts: Iterable[Fact]) -> Iterator[str]:
    """Name what the rows begin with that a step changes, and that only the rows before it tell."""
    for fact in facts:
        yield from untold(lane, fact)


def evolve(row_key: str, state: Any, told: Any) -> Any:
    """Return a row as it stands after one fact; None where nothing is left to say."""
    row = parsed(row_key)
    return _EVOLVE[type(row)](row, state, told)


def is_open(state: Any) -> bool:
    """Tell whether work waits in a row, so that a worker must know of it from its start on."""
    match state:
        case Lane():
            return state.in_flight is not None or bool(state.held) or state.waits is not None
        case Document():
            return state.in_flight is not None
        case Waiting():
            return state.is_open
        case Tenant() | Creating() | Lockout():
            return True
        case _:
            return False


def _told(step: Step, fact: Fact) -> Iterator[tuple[str, Told]]:
    shown = _shown(step, fact) if isinstance(fact, Seen) else None
    if shown is not None:
        yield shown
    yield from borne(step, fact)
    for row in ROUTES[type(fact)](step, fact):
        yield str(row), fact


def _shown(step: Step, fact: Seen) -> tuple[str, Owner] | None:
    """Return what to note of a record of QuickBooks that is not linked: a deletion names no lane.

    Of what is linked the owner's row tells; this one is gone again once that is there.
    """
    document = document_of(step.lane, fact.document, step.state)
    if fact.change.side is not Side.QBO or (document is not None and document.agreed is not None):
        return None
    row = SeenRow(step.tenant, str(fact.change.name), step.partition)
    return str(row), Owner(lane=step.lane, document=fact.document)


_EVOLVE: Mapping[type, Callable[[Any, Any, Any], Any]] = {
    LaneRow: lambda row, lane, fact: evolve_lane(lane or Lane(key=row.lane), fact),
    DocumentRow: lambda row, document, fact: evolve_document(document, row.name, fact),
    WaitingRow: lambda _row, waiting, fact: evolve_waiting(waiting, fact),
    TenantRow: lambda _row, tenant, fact: evolve_tenant(tenant or Tenant(), fact),
    OwnerRow: lambda row, owner, fact: evolve_owner(owner, row, fact),
    RecordOwnerRow: lambda row, owner, fact: evolve_record_owner(owner, row, fact),
    SeenRow: lambda _row, owner, told: evolve_seen(owner, told),
    BearersRow: lambda _row, bearers, told: evolve_bearers(bearers, told),
    PendingCreatesRow: lambda _row, creating, fact: evolve_creating(creating, fact),
    LockoutRow: lambda _row, lockout, fact: evolve_lockout(lockout, fact),
    AnswersRow: lambda _row, answers, fact: evolve_answers(answers, fact),
}
