"""How many calls to QuickBooks does one change cost, over the demo's whole day?

Reads count as writes do: a company's budget is one.  A change is what somebody does to a record of
either side; what the day breaks on purpose is none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from rich.console import Console

from agents.lab.bench.faults import BenchFault
from agents.lab.demo.deeds import Trouble
from agents.lab.demo.display import Display
from agents.lab.demo.plan import plan
from agents.lab.demo.run import Run
from agents.lab.demo.standing import Standing

SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsSpent:
    """What the day cost, and what was done in it."""

    changes: int
    calls: int
    refused: int

    @property
    def per_change(self) -> float:
        """Return the calls that one change cost."""
        return self.calls / self.changes


async def measure() -> CallsSpent:
    """Play the day, on a Kafka of its own; BenchFault where its end was not good."""
    day = plan(SEED, datetime.now(UTC).date())
    standing = Standing(day, monotonic)
    silent = Console(quiet=True)
    result, stage = await Run(day, standing, Display(silent, standing), None, keep=False).play()
    if not result.good:
        raise BenchFault(f"The demo's day did not end well: see {stage.folder}.")
    changes = sum(not isinstance(act.deed, Trouble) for act in day.acts)
    return CallsSpent(changes=changes, calls=result.qbo_calls, refused=result.qbo_refused)
