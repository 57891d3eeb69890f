"""Which neighbours are there, and which of them are what?"""

from streams.simulators.quickbooks.neighbours.forms import FORMS
from streams.simulators.quickbooks.neighbours.lists import LISTS
from streams.simulators.quickbooks.neighbours.row import Neighbour

NEIGHBOURS: dict[str, Neighbour] = LISTS | FORMS


def wrapped(kind: str) -> str:
    """Return the name under which an answer carries a record of a kind."""
    row = NEIGHBOURS.get(kind)
    return (row and row.wrapped_as) or kind
