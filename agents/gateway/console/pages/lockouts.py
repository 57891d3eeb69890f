"""Which customers are locked now, what began it, for how long, and what was locked of late?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agents.gateway.console.actions import ACTIONS, IMPOSE, RELEASE
from agents.gateway.console.book.locks import Lock
from agents.gateway.console.holds import LockoutShown, customer_called, holds_of, locked
from agents.gateway.console.page import Page, Visit
from agents.gateway.console.people import Role
from agents.gateway.console.record_address import record_page
from agents.rules.wording import by_document
from schemas.limits import MOST_MINUTES
from schemas.rows import DocumentRow, record_of

#: What was locked since is told: a customer that is locked again and again is worth a look.
LATELY = timedelta(days=7)
#: Of those the last.
MOST_PAST = 25
#: As QuickBooks does; the form says it first.
USUAL_MINUTES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingShown:
    """A lock that stands, with the document that a side said it of; both blank where none is."""

    lock: LockoutShown
    of: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastShown:
    """A lock that is over."""

    called: str
    asker: str
    reason: str
    began: datetime
    ended: datetime | None
    releaser: str


def show(visit: Visit) -> dict[str, Any]:
    """Return what the page tells."""
    standing = list(locked(visit))
    names = {each.id for each in standing}
    past = visit.book.locks(visit.tenant, visit.now - LATELY, MOST_PAST + len(names))
    return {
        "standing": [_standing(visit, each) for each in standing],
        "past": [_past(visit, each) for each in past if each.id not in names][:MOST_PAST],
        "most_past": MOST_PAST,
        "others_locked": holds_of(visit, visit.book.tenant(visit.tenant)).others_locked,
        "usual_minutes": USUAL_MINUTES,
        "most_minutes": MOST_MINUTES,
        "may_act": visit.may(Role.OPERATOR),
        "may_begin": visit.may(Role.ADMIN),
    }


def standing(visit: Visit) -> int:
    """Return how many locks stand: the menu says it."""
    return sum(1 for _ in locked(visit))


def _standing(visit: Visit, lock: LockoutShown) -> StandingShown:
    if not lock.document:
        return StandingShown(lock=lock, of="", record="")
    row, record = DocumentRow(lock.lane, lock.document), record_of(lock.document)
    of = by_document(record, visit.book.documents([row]).get(row))
    return StandingShown(lock=lock, of=of, record=record_page(visit, record))


def _past(visit: Visit, lock: Lock) -> PastShown:
    return PastShown(
        called=customer_called(visit, lock.lane),
        asker=lock.asker,
        reason=lock.reason,
        began=lock.began,
        ended=lock.ended,
        releaser=lock.releaser,
    )


PAGE = Page(
    name="lockouts",
    path="lockouts",
    title="Lockouts",
    template="lockouts.html",
    show=show,
    acts={name: ACTIONS[name] for name in (RELEASE, IMPOSE)},
    count=standing,
)
