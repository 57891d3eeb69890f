"""What becomes of a word on a whole tenant, or on one lane of it: settings, pauses, holds?"""

from datetime import datetime

from msgspec.structs import replace

from agents.requests import removal_requests
from agents.rules.documents import observing
from agents.rules.tenant import pausing, setting_change, suspension
from agents.rules.tenant.digesting import answer as digest_answer
from agents.rules.tenant.reconciling import kept
from agents.view.lane_context import LaneContext
from schemas.engine_requests import CountRemoval, Resume, Suspend
from schemas.facts import Fact
from schemas.kept_requests import BeginDigest, KeepDigest, KeepReconciliation
from schemas.requests import (
    ChangeSettings,
    ConfirmRemovals,
    GoLive,
    PauseTenant,
    ResumeTenant,
    TryLane,
    TryNow,
)

#: Whether it is done, in words, and the facts.
Answer = tuple[bool, str, tuple[Fact, ...]]


def said(
    context: LaneContext,
    request: ChangeSettings
    | KeepReconciliation
    | BeginDigest
    | KeepDigest
    | PauseTenant
    | ResumeTenant
    | TryLane,
    now: datetime,
) -> Answer:
    """Take down what a person says of a tenant or a lane, where nothing else is asked."""
    if isinstance(request, PauseTenant | ResumeTenant):
        return pausing.answer(context.tenant_state, request, now)
    if isinstance(request, TryLane):
        return pausing.tried_now(context.tenant_state, context.lane, now)
    if isinstance(request, KeepReconciliation):
        return kept(context.tenant_state, request, now)
    if isinstance(request, BeginDigest | KeepDigest):
        return digest_answer(context.tenant_state, request)
    return setting_change.answer(context.tenant_state.settings, request)


async def held(
    context: LaneContext,
    request: GoLive | Suspend | Resume | TryNow | CountRemoval | ConfirmRemovals,
    now: datetime,
) -> Answer:
    """Answer what begins, tries or ends a hold of a tenant, and what its removals are held by."""
    if isinstance(request, CountRemoval | ConfirmRemovals):
        return await removal_requests.answer(context, request, now)
    if isinstance(request, GoLive):
        return observing.answer(context.tenant_state, request, now)
    if isinstance(request, TryNow):
        return suspension.tried_now(context.tenant_state, request, now)
    if isinstance(request, Suspend):
        # By our own clock: a time that is yet to come would hold the tenant until then.
        request = replace(request, at=min(request.at, now))
    return suspension.answer(context.tenant_state, request)
