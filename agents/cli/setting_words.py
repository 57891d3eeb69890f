"""What starts to flow when a setting no longer holds it back, and how does a person say yes?"""

from collections import Counter
from collections.abc import Sequence

from agents.rules.documents.lane_book import LaneBook
from agents.rules.value_words import number_words


def would_flow(flowing: Sequence[tuple[LaneBook, str]]) -> str:
    """Return what starts to flow once two-way sync is on again, and how to say yes."""
    kinds = Counter(lane.documents[name].kind for lane, name in flowing)
    told = ", ".join(number_words(number, str(kind)) for kind, number in sorted(kinds.items()))
    return (
        f"Held for a push: {told} (`isthmus parked --reason manual` lists them). All of it flows, "
        "in order and at the pace of the budgets, once two-way sync is on: say so by --yes."
    )
