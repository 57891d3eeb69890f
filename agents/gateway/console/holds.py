"""What holds up a tenant, or some of its customers, as a whole?  Few, so they are looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agents.gateway.console.page import Visit
from agents.rules.kinds.worth import Worth, worth_of
from agents.rules.wording import lane_called
from schemas.identity import tenant_of
from schemas.tenant_state import Pause, Suspension, Tenant
from schemas.values import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LockoutShown:
    """A lock that is waited out: of one customer, or of all that share its partition."""

    id: str
    lane: str
    called: str
    reason: str
    until: datetime
    shares: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalsShown:
    """What one side took away at once: `went` documents of that `worth` went before it stopped."""

    guard: str
    side: Side
    since: datetime
    went: int
    worth: Worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """All that holds up a tenant; `others_locked` counts partitions that others' locks pause."""

    suspended: Suspension | None
    paused: Pause | None
    lockouts: tuple[LockoutShown, ...]
    removals: tuple[RemovalsShown, ...]
    others_locked: int

    @property
    def number(self) -> int:
        """Return how many a person may end."""
        standing = (self.suspended is not None) + (self.paused is not None)
        return standing + len(self.lockouts) + len(self.removals)


def holds_of(visit: Visit, tenant: Tenant) -> Holds:
    """Return what holds up a tenant now."""
    partitions = visit.book.lockouts().values()
    own = tuple(locked(visit))
    return Holds(
        suspended=tenant.suspended,
        paused=tenant.paused,
        lockouts=own,
        removals=tuple(_removals(tenant)),
        others_locked=sum(tenant_of(each.lane) != visit.tenant for each in partitions),
    )


def locked(visit: Visit) -> Iterator[LockoutShown]:
    """Yield the locks of this tenant that are waited out."""
    for each in visit.book.lockouts().values():
        if tenant_of(each.lane) == visit.tenant:
            yield LockoutShown(
                id=each.id,
                lane=each.lane,
                called=customer_called(visit, each.lane),
                reason=each.reason,
                until=each.until,
                shares=True,
            )
    for wait in visit.book.lane_waits(visit.tenant):
        if wait.lockout and wait.until is not None:
            yield LockoutShown(
                id=wait.lockout,
                lane=wait.lane,
                called=customer_called(visit, wait.lane),
                reason=wait.why.removeprefix("locked: "),
                until=wait.until,
                shares=False,
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
                went=len(removals.passed),
                worth=worth_of(
                    ((each.currency, each.amount) for each in removals.passed), tenant.company.home
                ),
            )
