"""May anything of a tenant be written?  Not while a person has paused it.

Reading goes on, and so does the journal: what comes is held in its lane, and goes in order once
somebody resumes the tenant.  A suspension is something else: a side says no, and it may end by
itself.
"""

from datetime import datetime

from msgspec.structs import replace

from schemas.facts import Fact
from schemas.lane_facts import LaneWentOn
from schemas.requests import PauseTenant, ResumeTenant
from schemas.state import Lane, WaitReason
from schemas.tenant_facts import TenantGoesOn, TenantPaused
from schemas.tenant_state import Pause, Tenant

Answer = tuple[bool, str, tuple[Fact, ...]]


def answer(tenant: Tenant, asked: PauseTenant | ResumeTenant, now: datetime) -> Answer:
    """Judge a person's word: whether it was done, in words, and the facts."""
    if isinstance(asked, PauseTenant):
        if tenant.paused is not None:
            return False, f"it is {told(tenant.paused)} already", ()
        pause = Pause(since=now, by=asked.by, reason=asked.reason)
        return True, "nothing of it is written", (TenantPaused(request=asked.id, pause=pause),)
    if tenant.paused is None:
        return False, "it is not paused", ()
    return True, "it goes on where it stopped, in order", (TenantGoesOn(request=asked.id),)


def tried_now(tenant: Tenant, lane: Lane, now: datetime) -> Answer:
    """Judge that a lane which waits for a time tries at once: done, in words, and the facts."""
    if tenant.stands_still:
        return False, "nothing of its tenant goes now", ()
    if not waits_for_a_time(lane, now):
        return False, "it waits for no time", ()
    why = lane.waits.why if lane.waits is not None else ""
    return True, f"it tries now: {why}", (LaneWentOn(why=f"somebody had it tried: {why}"),)


def waits_for_a_time(lane: Lane, now: datetime) -> bool:
    """Tell whether a lane waits until a time that a person may bring forward; a lock is none."""
    waits = lane.waits
    if waits is None or waits.until is None or waits.lockout:
        return False
    return waits.reason is WaitReason.TIME and waits.until > now


def evolve_pause(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant after one fact; only a person's word changes anything."""
    match fact:
        case TenantPaused():
            return replace(tenant, paused=fact.pause)
        case TenantGoesOn():
            return replace(tenant, paused=None)
        case _:
            return tenant


def told(pause: Pause) -> str:
    """Return by whom it was paused, and why: `paused by Ada: month end`."""
    return f"paused by {pause.by or 'somebody'}: {pause.reason}"
