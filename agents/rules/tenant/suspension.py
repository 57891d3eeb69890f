"""Which faults hold a whole tenant, for how long, and what ends it?

A suspension is about one version of the tenant's connection: when that moves it is over, and a
late fault of an older version changes nothing.  What may end by itself is tried by one lane alone,
with growing pauses; a record's own fault never gets here.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from agents.rules.faults import judge
from schemas.engine_requests import Resume, Suspend
from schemas.facts import Fact
from schemas.outcomes import Fault, Verdict
from schemas.requests import TryNow
from schemas.tenant_facts import Resumed, Suspended
from schemas.tenant_state import Suspension, Tenant
from schemas.values import Side

#: The first pause before a lane tries again, doubled each time, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)

RECONNECT = "reconnect: connect QuickBooks again (isthmus connect)"
AS_MASTER = "connect as the company's Master Administrator (isthmus connect)"
WAIT = "it is tried again by itself"
NEW_KEY = "reconnect: give MediaOS's API key and password anew (isthmus connect)"

#: What is over when a side answers anybody; other faults are those of a write or a right.
ANSWERED = frozenset({"outage", "not-accepted", "company-locked", "maintenance"})

UNAUTHORISED, SERVICE_UNAVAILABLE, UNREACHABLE = 401, 503, "unreachable"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a tenant is held, in a word, what helps, and whether it may end by itself."""

    reason: str
    remedy: str
    by_itself: bool


#: quickbooks-online.md 3.2.
OF_QBO: dict[str, Cause] = {
    "120": Cause("permission", f"its administrator was removed; {AS_MASTER}", by_itself=True),
    "130": Cause(
        "wrong-cluster", "sandbox and production are mixed; connect anew", by_itself=False
    ),
    "140": Cause("company-locked", WAIT, by_itself=True),
    "150": Cause("maintenance", WAIT, by_itself=True),
    "3100": Cause("permission", AS_MASTER, by_itself=True),
    "not-accepted": Cause("not-accepted", AS_MASTER, by_itself=True),
    "6190": Cause("subscription", f"renew QuickBooks' subscription; {WAIT}", by_itself=True),
}


def cause_of(fault: Fault) -> Cause | None:
    """Return why this fault holds its tenant, or None when it is the record's own, or weather."""
    match judge(fault):
        case Verdict.RENEW if fault.status == UNAUTHORISED:
            # The next call renews the token once more, and says so when that is in vain.
            return None
        case Verdict.SUSPEND | Verdict.RENEW:
            return _of_mediaos(fault) if fault.side is Side.MEDIAOS else _of_qbo(fault)
        case Verdict.RETRY if fault.status == SERVICE_UNAVAILABLE or fault.code == UNREACHABLE:
            return Cause("outage", WAIT, by_itself=True)
        case _:
            return None


def answer(tenant: Tenant, asked: Suspend | Resume) -> tuple[bool, str, tuple[Fact, ...]]:
    """Judge a lane's word about its tenant: whether it was done, in words, and the facts."""
    standing = tenant.suspended
    if isinstance(asked, Resume):
        if standing is None or standing.id != asked.suspension:
            return False, "that suspension is over", ()
        return True, "resumed", (Resumed(request=asked.id, suspension=standing.id),)
    cause = cause_of(asked.fault)
    if cause is not None and not tenant.version:
        # The journal knows no connection of it that could move, so trying is all that is left.
        cause = dataclasses.replace(cause, by_itself=True)
    if cause is None:
        return False, f"no fault of the tenant: {asked.fault}", ()
    if asked.version != tenant.version:
        # Nor is a call ever made with a version before the journal has it.
        told = f"version {asked.version} of the connection met it, {tenant.version} holds"
        return False, told, ()
    if standing is not None and not _adds(standing, cause, asked):
        return False, f"suspended already: {standing.reason}", ()
    suspension = _suspension(standing, cause, asked)
    return True, f"suspended: {cause.reason}", (Suspended(request=asked.id, suspension=suspension),)


def tried_now(tenant: Tenant, asked: TryNow, now: datetime) -> tuple[bool, str, tuple[Fact, ...]]:
    """Judge that a suspended tenant is tried before its time: done, in words, and the facts."""
    standing = tenant.suspended
    if standing is None:
        return False, "it is not suspended", ()
    if standing.until is None:
        return False, f"no trying helps: {standing.detail}", ()
    if asked.answered is not None and not ends_with_an_answer(standing, asked.answered):
        return False, f"an answer of {asked.answered} does not end it", ()
    if standing.until <= now:
        return True, "it is tried already", ()
    earlier = replace(standing, until=now)
    return True, "it is tried now", (Suspended(request=asked.id, suspension=earlier),)


def ends_with_an_answer(standing: Suspension, side: Side) -> bool:
    """Tell whether any answer of a side gives hope that the suspension is over."""
    return standing.side is side and standing.reason in ANSWERED


def evolve_suspension(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant after one fact; a connection that moved ends what was about the last."""
    standing = tenant.suspended
    match fact:
        case Suspended() if fact.suspension.version >= tenant.version:
            return replace(tenant, suspended=fact.suspension)
        case Resumed() if standing is not None and standing.id == fact.suspension:
            return replace(tenant, suspended=None)
        case _ if standing is not None and standing.version < tenant.version:
            return replace(tenant, suspended=None)
        case _:
            return tenant


def pause_after(probes: int) -> timedelta:
    """Return how long the lane leaves its side alone after so many tries."""
    return min(FIRST_PAUSE * (1 << min(probes, 10)), LONGEST_PAUSE)


def _adds(standing: Suspension, cause: Cause, asked: Suspend) -> bool:
    """Tell whether a fault says more than what stands: a try that failed, or no trying helps."""
    if asked.version > standing.version:
        return True
    if standing.until is None:
        return False
    return not cause.by_itself or (asked.lane == standing.lane and asked.at >= standing.until)


def _suspension(standing: Suspension | None, cause: Cause, asked: Suspend) -> Suspension:
    tried = standing is not None and standing.lane == asked.lane and cause.by_itself
    probes = standing.probes + 1 if standing is not None and tried else 0
    return Suspension(
        id=standing.id if standing is not None and tried else asked.id,
        version=asked.version,
        side=asked.fault.side,
        reason=cause.reason,
        detail=f"{cause.remedy} ({asked.fault})",
        lane=asked.lane,
        since=standing.since if standing is not None else asked.at,
        until=asked.at + pause_after(probes) if cause.by_itself else None,
        probes=probes,
    )


def _of_qbo(fault: Fault) -> Cause:
    known = OF_QBO.get(fault.code)
    if known is not None:
        return known
    if fault.code in {"reconnect", "invalid_grant"}:
        return Cause("invalid_grant", RECONNECT, by_itself=False)
    return Cause("permission", AS_MASTER, by_itself=True)


def _of_mediaos(fault: Fault) -> Cause:
    if fault.status == UNAUTHORISED:
        # Without a code of MediaOS's own it may be the word of a proxy, which passes.
        return Cause("mediaos-key", NEW_KEY, by_itself=not fault.code)
    told = "allow MediaOS's API key to read and write customers, invoices and payments"
    return Cause("mediaos-permission", told, by_itself=True)
