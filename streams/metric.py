"""What is said of a metric, whichever process has it?"""

from dataclasses import dataclass
from typing import Final, Literal

#: From a lane that had nothing to wait for, to a side that answers after its time-out.
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric; the unit is "" for what is merely counted."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    unit: str = ""
    labels: tuple[str, ...] = ()
    of: Literal["worker", "gateway", "both"] = "worker"


def counter(name: str, help_: str, *labels: str) -> Metric:
    """Return what a worker counts."""
    return Metric(name=f"isthmus_{name}_total", kind="counter", help=help_, labels=labels)


def gauge(name: str, help_: str, *labels: str, unit: str = "") -> Metric:
    """Return what stands somewhere in a worker now."""
    return Metric(name=f"isthmus_{name}", kind="gauge", help=help_, labels=labels, unit=unit)


def histogram(name: str, help_: str, *labels: str) -> Metric:
    """Return how long something takes in a worker."""
    return Metric(
        name=f"isthmus_{name}_seconds", kind="histogram", help=help_, labels=labels, unit="seconds"
    )
