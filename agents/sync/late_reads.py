"""Is a record of QuickBooks still there, that a lane hears of for the first time, and late?

A lane that stood still for hours (a lockout, a suspension) did not know the record when it was
deleted, and a deletion names no customer: nobody could tell the lane.  So it looks.
"""

import logging
from dataclasses import dataclass
from functools import partial

from agents.rules.kinds.table import POLICIES
from agents.rules.tenant.coverage import may_be_gone
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from schemas.changes import Change
from schemas.facts import Fact
from schemas.lane_facts import Held, Taken
from schemas.values import Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait

log = logging.getLogger("isthmus.sync")


@dataclass(frozen=True, slots=True)
class LateReads:
    """Looks at records whose first change comes late."""

    effects: Effects

    async def gone(self, context: LaneContext, change: Change) -> bool | MustWait:
        """Tell whether the record of a change was deleted since; or that it cannot be read now."""
        crosses = change.side is Side.QBO and Side.QBO in POLICIES[change.kind].born
        late = may_be_gone(change.read_at, self.effects.now())
        if change.record is None or not crosses or not late:
            return False
        remote = self.effects.remote(change.side)
        read = partial(remote.read, context.tenant, change.kind, change.id)
        reading = await read_or_wait(
            self.effects, context.tenant, change.side, read, "reading what came late"
        )
        if isinstance(reading, MustWait):
            return reading
        if reading.revision.deleted:
            log.info("gone before it was known", extra={"record": str(change.name)})
        return reading.revision.deleted


def kept(change: Change, facts: tuple[Fact, ...], why: str) -> tuple[Held, ...]:
    """Return how a change is kept that cannot be taken now; one that is held already is."""
    held = any(isinstance(fact, Taken) for fact in facts)
    return () if held else (Held(change=change, why=why),)
