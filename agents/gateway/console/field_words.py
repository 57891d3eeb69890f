"""How is a field of a record told on a page?  Amounts as everywhere there, customers by name.

The id stands behind the name: two customers may be called alike.
"""

from typing import Any

from agents.gateway.console.page import Visit
from agents.rules.value_words import in_words
from schemas.values import Side

CUSTOMER = "customer"


def field_told(visit: Visit, side: Side, name: str, value: Any) -> str:
    """Return what a field holds as this side has it; `nothing` where it holds nothing."""
    if name == CUSTOMER and isinstance(value, str) and value:
        called = visit.book.called(visit.tenant, f"{side}/customer/{value}")
        return f"{called} ({value})" if called else value
    return in_words(value)
