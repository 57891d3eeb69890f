"""What may be set on a simulated MediaOS?

Secrets are not here: they go to the simulator's constructor, so that settings can be printed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """The numbers that a test or a demo may want otherwise."""

    requests_per_window: int = 5_000
    """Requests of the account in one window before 429 (mediaos-api.md section 1)."""

    window_hours: float = 24.0
    """The window rolls. The documentation also says that it resets; rolling is the stricter."""

    hold_seconds: float = 30.0
    """How long a timed-out write keeps the client waiting, who gets 504 if still there then."""

    publish_patience_seconds: float = 5.0
    """How long a reply waits for Kafka to have the change; the change stays queued after that."""

    publish_retry_seconds: float = 0.5
    """The pause before a change that Kafka refused is published again."""
