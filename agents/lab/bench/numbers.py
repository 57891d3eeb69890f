"""Which value stands for many?  The one that a share of them does not exceed."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share (0 to 1) of the values do not exceed.

    No value is made up between two: the p99 of ten values is the largest.
    """
    if not values:
        raise ValueError("values: expected at least one")
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]
