"""Which of what waits in a lane must be looked at again, and which was looked at before?

A lane looks after each event.  Where thousands wait, each for something else, that is thousands of
conditions; but whether one is met hangs on the tenant, on little of the lane, and on its own part
of the index.  A part in which nothing was met is passed over until one of them has changed.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from agents.rules.documents.readiness import hangs_on_others, ready
from schemas.parts import part_of
from schemas.state import Lane
from schemas.tenant_state import Tenant
from schemas.waiting import Waiting, WaitingPart

#: Lanes that are remembered.  What waits is in memory anyway, so each costs a few references.
MOST_LANES = 1_000


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look was about, and the parts in which nothing was met."""

    tenant: Tenant
    linked: bool
    inactive: tuple[str, ...]
    exempt: tuple[str, ...]
    elsewhere: frozenset[str]
    in_vain: Mapping[str, WaitingPart] = field(default_factory=dict)

    def is_like(self, other: "_Look") -> bool:
        """Tell whether every condition has the same answer; a tenant is large, so by identity."""
        ours = (self.linked, self.inactive, self.exempt, self.elsewhere)
        return self.tenant is other.tenant and ours == (
            other.linked,
            other.inactive,
            other.exempt,
            other.elsewhere,
        )


class LookedAt:
    """The last look at each lane of late."""

    def __init__(self) -> None:
        self._looks: OrderedDict[str, _Look] = OrderedDict()

    def ready(
        self, waiting: Waiting, lane: Lane, tenant: Tenant, elsewhere: Collection[str] = ()
    ) -> dict[str, int]:
        """Return what `readiness.ready` does."""
        look = _Look(tenant, lane.linked, lane.inactive, lane.exempt, frozenset(elsewhere))
        before = self._looks.pop(lane.key, None)
        known = before.in_vain if before is not None and before.is_like(look) else {}
        same = {key: part for key, part in waiting.parts.items() if part is known.get(key)}
        found = ready(waiting, lane, tenant, elsewhere, passed_over=same)
        in_vain = same | _in_vain(waiting, found, same)
        if in_vain:
            self._looks[lane.key] = replace(look, in_vain=in_vain)
        if len(self._looks) > MOST_LANES:
            self._looks.popitem(last=False)
        return found


def _in_vain(
    waiting: Waiting, found: Mapping[str, int], same: Mapping[str, WaitingPart]
) -> dict[str, WaitingPart]:
    """Return the parts that were looked at now, and need not be until they change."""
    with_some = {part_of(name) for name in found}
    return {
        key: part
        for key, part in waiting.parts.items()
        if key not in same and key not in with_some and not hangs_on_others(part)
    }
