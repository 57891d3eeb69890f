"""What does QuickBooks really show, where one revision was shown in two ways?

A reply may lack its lines, and a replica may lag behind: the record is read once more by its id,
and the fuller one stands.
"""

import logging
from dataclasses import dataclass
from functools import partial

from agents.rules.documents.revisions import fuller, is_torn
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from schemas.changes import Change
from schemas.facts import Seen
from schemas.state import Snapshot
from streams.effects.effects import Effects
from streams.effects.results import MustWait

log = logging.getLogger("isthmus.sync")


@dataclass(frozen=True, slots=True)
class TornReads:
    """Reads once more what was shown in two ways."""

    effects: Effects

    async def again(
        self, context: LaneContext, document: str, change: Change, shown: Snapshot
    ) -> Seen | MustWait | None:
        """Return what stands instead of what is shown; None where nothing does."""
        if not is_torn(change, shown):
            return None
        remote = self.effects.remote(change.side)
        read = partial(remote.read, context.tenant, change.kind, change.id)
        reading = await read_or_wait(
            self.effects, context.tenant, change.side, read, "reading what was shown in two ways"
        )
        if isinstance(reading, MustWait):
            return reading
        there, known = reading.record, shown.record
        whole = there is not None and known is not None and not fuller(known, there)
        if not whole and reading.revision <= shown.revision:
            return None
        log.info("one revision was shown in two ways", extra={"record": str(change.name)})
        found = change_of(context.tenant, change.side, reading)
        return Seen(document=document, change=found, again=True)
