"""How long does something take by itself?  A collection of garbage or a neighbour comes once."""

import time
from collections.abc import Callable


def soonest(work: Callable[[], object], times: int = 3) -> float:
    """Return the CPU seconds of the quickest of some turns: what is slow is slow each time."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)
