"""Where does a run of the bench happen, and how much does it measure?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    repeats: int
    latency_seconds: float
    edits: int
    kills: int
    facts: int
    rebuilds: int
    budget_seconds: float
    queued: int
    documents: int
    asks: int


FULL = Sizes(
    repeats=5,
    latency_seconds=30.0,
    edits=5_000,
    kills=10,
    facts=200_000,
    rebuilds=3,
    budget_seconds=180.0,
    queued=200_000,
    documents=1_000_000,
    asks=200,
)
QUICK = Sizes(
    repeats=1,
    latency_seconds=10.0,
    edits=1_000,
    kills=2,
    facts=50_000,
    rebuilds=1,
    budget_seconds=60.0,
    queued=20_000,
    documents=50_000,
    asks=50,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a run happens: a Kafka, an absolute folder for stores and logs, who hears of it."""

    brokers: str
    folder: Path
    sizes: Sizes
    say: Say
