"""What is looked at before a tenant goes live, and how is it told what should be put right?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.outcomes import Fault
from schemas.tenant_state import TenantSettings
from schemas.values import Kind

#: How many names are told before "and so many more".
TOLD = 5
FORBIDDEN, TOO_MANY = {401, 403}, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the first page of one of MediaOS's lists shows; `more` records were not looked at."""

    live: int
    deleted: int
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was found on both sides; a Fault, or text, stands for what could not be read.

    `preferences` are QuickBooks' own words, `particulars` those about the company, `numbers` the
    document numbers there that are not ours, `unmapped` the names of MediaOS's products without an
    item, `taxes` are what is mapped to a tax code.
    """

    settings: TenantSettings
    books: Mapping[Kind, Listed | Fault | str]
    preferences: Mapping[str, Any] | Fault | str
    particulars: Mapping[str, Any] | Fault | str
    numbers: tuple[str, ...] | Fault | str
    unmapped: tuple[str, ...]
    taxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that somebody should know before a tenant goes live."""

    name: str
    what: str
    why: str
    remedy: str
    blocking: bool


def unreadable(name: str, what: str, side: str, why: Fault | str) -> Finding:
    """Return that something could not be read, and what may help."""
    status = why.status if isinstance(why, Fault) else 0
    remedy = f"see that {side} answers, then look again"
    if status in FORBIDDEN:
        remedy = f"give the key of {side} the right to read it, or connect again with more rights"
    elif status == TOO_MANY:
        remedy = f"the budget of calls to {side} is spent: look again when there is some"
    return Finding(
        name=f"{name}-unreadable",
        what=f"{what} cannot be read: {why}",
        why="what cannot be read counts as not empty and not fit",
        remedy=remedy,
        blocking=True,
    )


def some(names: list[str]) -> str:
    """Return the first of some names, and how many more there are."""
    more = len(names) - TOLD
    return ", ".join(names[:TOLD]) + (f" and {more} more" if more > 0 else "")
