"""What holds up a tenant, or some of its customers, as a whole?  Few, so they are looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agents.dead_letters.manage import Filed
from agents.gateway.console.letters import TOLD_BY
from agents.gateway.console.page import Visit
from agents.rules.locks import reason_told
from agents.rules.waiting_words import went_before
from agents.rules.wording import lane_called
from schemas.identity import tenant_of
from schemas.limits import LANE
from schemas.state import Lockout
from schemas.tenant_state import Pause, Suspension, Tenant
from schemas.values import Side

#: Of the records that nobody could use so many are shown, and all are counted.
LETTERS_SHOWN = 10
_LANE = re.compile(LANE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockoutShown:
    """A lock that is waited out: of one customer, or of all that share its partition.

    `asker` is who asked for it, blank where a side said locked; `held` counts the changes of a
    customer alone that wait behind it.
    """

    id: str
    lane: str
    called: str
    reason: str
    until: datetime
    shares: bool
    held: int
    asker: str
    document: str
    began: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalsShown:
    """What one side took away at once; `went_before` says what went before it stopped."""

    guard: str
    side: Side
    since: datetime
    went_before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterShown:
    """A record that nobody could use: `teller` is which system told it, blank where ours did.

    `customer` is blank where its key names none.
    """

    place: str
    teller: str
    customer: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """All that holds up a tenant; `others_locked` counts partitions that others' locks pause.

    `letters` are some of the `letters_waiting`; `letters_known`: whether they could be read.
    """

    suspended: Suspension | None
    paused: Pause | None
    lockouts: tuple[LockoutShown, ...]
    removals: tuple[RemovalsShown, ...]
    others_locked: int
    letters: tuple[LetterShown, ...]
    letters_waiting: int
    letters_known: bool

    @property
    def number(self) -> int:
        """Return how many a person may end."""
        standing = (self.suspended is not None) + (self.paused is not None)
        return standing + len(self.lockouts) + len(self.removals) + self.letters_waiting


def holds_of(visit: Visit, tenant: Tenant) -> Holds:
    """Return what holds up a tenant now."""
    partitions = visit.book.lockouts().values()
    own, letters = tuple(locked(visit)), visit.letters.waiting(visit.tenant)
    return Holds(
        suspended=tenant.suspended,
        paused=tenant.paused,
        lockouts=own,
        removals=tuple(_removals(tenant)),
        letters=tuple(_letter(visit, each) for each in (letters or ())[:LETTERS_SHOWN]),
        letters_waiting=len(letters or ()),
        letters_known=letters is not None,
        others_locked=sum(tenant_of(each.lane) != visit.tenant for each in partitions),
    )


def locked(visit: Visit) -> Iterator[LockoutShown]:
    """Yield the locks of this tenant that are waited out."""
    for each in visit.book.lockouts().values():
        if tenant_of(each.lane) == visit.tenant:
            yield _shown(visit, each, shares=True)
    for wait in visit.book.lanes_locked(visit.tenant):
        if wait.until is not None:
            reason = reason_told(wait.why)
            own = Lockout(id=wait.lockout, lane=wait.lane, until=wait.until, reason=reason)
            yield _shown(visit, own, shares=False, held=wait.held)


def _shown(visit: Visit, lockout: Lockout, *, shares: bool, held: int = 0) -> LockoutShown:
    lock = visit.book.lock(visit.tenant, lockout.id)
    return LockoutShown(
        id=lockout.id,
        lane=lockout.lane,
        called=customer_called(visit, lockout.lane),
        reason=lockout.reason,
        until=lockout.until,
        shares=shares,
        held=held,
        asker=lock.asker if lock is not None else "",
        document=lock.document if lock is not None else "",
        began=lock.began if lock is not None else None,
    )


def _letter(visit: Visit, filed: Filed) -> LetterShown:
    key = (filed.letter.key or b"").decode(errors="replace")
    return LetterShown(
        place=str(filed.place),
        teller=TOLD_BY.get(filed.place.topic, ""),
        customer=customer_called(visit, key) if _LANE.fullmatch(key) else "",
        reason=filed.letter.reason,
        at=filed.letter.at,
    )


def customer_called(visit: Visit, lane: str) -> str:
    """Return the name of a lane's customer, or its id where no side shows one."""
    _, _, customer = lane.partition("/")
    side, _, record_id = customer.partition("/")
    return visit.book.called(visit.tenant, f"{side}/customer/{record_id}") or lane_called(lane)


def _removals(tenant: Tenant) -> Iterator[RemovalsShown]:
    for side, removals in tenant.removals.items():
        if removals.guard and removals.since is not None:
            yield RemovalsShown(
                guard=removals.guard,
                side=side,
                since=removals.since,
                went_before=went_before(removals, tenant.company.home),
            )
