"""How much is in work at once, and what does a lock of QuickBooks' stop?"""

from typing import Literal

from pydantic import Field

from schemas.locks import LOCK_SIGNS
from streams.settable.group import Group
from streams.settable.kinds import LockSigns


class LaneSettings(Group):
    """Lanes."""

    max_in_flight: int = Field(default=100, ge=1, le=10_000)
    """Events in work at once in a worker. Default: what QuickBooks' limits can keep busy."""

    max_queued_per_lane: int = Field(default=50, ge=1, le=10_000)
    """A lane with more events waiting is held, so that one busy customer cannot fill memory."""

    max_backlog: int = Field(default=2000, ge=1, le=1_000_000)
    """Events waiting in a worker before it reads no more. Default: about 20 MB of invoices."""

    lockout_minutes: float = Field(default=20.0, ge=0, le=1440)
    """How long QuickBooks' lock is waited out; fractions allowed. Default: what the MediaOS guide
    says that the lock lasts."""

    lockout_scope: Literal["partition", "customer"] = "partition"
    """What a lockout pauses. `partition` also stops its other customers and tenants; `customer`
    stops nobody else."""

    lock_signs: LockSigns = LOCK_SIGNS
    """Which answers of QuickBooks count as a lock: a JSON list of code and text, or by
    ISTHMUS_LOCK_SIGNS_FILE a file with it. Default: what has been seen; no code is documented."""
