"""Which settings does a form fill in, and what do a tenant's become by it?

A form is about one group of them and leaves the others as they are.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

from msgspec.structs import replace

from agents.gateway.console.page import NotPossible
from agents.rules.documents.numbers import prefix_fault
from agents.rules.kinds.owners import choices, defaults, wrong_in
from agents.rules.mappings.table import requirable
from schemas.limits import FIRST_YEAR, LAST_YEAR
from schemas.tenant_state import BornInQuickbooks, FieldOwner, TaxBy, TenantSettings
from schemas.values import MappingKind

#: By group the settings that its form fills in.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "guide": ("assign_invoice_id", "manual_push", "number_prefix"),
        "records": (
            *("born_in_quickbooks", "unapply_first", "skip_zero_invoices"),
            *("alternative_payments", "require"),
        ),
        "days": ("time_zone", "locked_as_of", "tax"),
        "owners": ("owners",),
    }
)
YES = "yes"
#: Of payment types that are named.
MOST_WORDS, LONGEST_WORD = 50, 80

#: Returns what a form says by a name, "" where it says nothing.
One = Callable[[str], str]


def wished(settings: TenantSettings, one: One) -> TenantSettings:
    """Return the settings as a form would have them; NotPossible says what is wrong in it."""
    group = GROUPS.get(one("group"))
    if group is None:
        raise NotPossible("The form names no group of settings.")
    given = {name: _READ.get(name, _switch)(one, name) for name in group}
    return replace(settings, **given)


def fields_of(settings: TenantSettings, group: str) -> dict[str, str]:
    """Return a group as a form says it: what `wished` reads again as the same."""
    found: dict[str, str] = {"group": group}
    for name in GROUPS[group]:
        found |= _said(name, getattr(settings, name))
    return found


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the names of the time zones, those of a region alone: America/New_York."""
    return tuple(sorted(each for each in available_timezones() if "/" in each))


def _said(name: str, value: Any) -> dict[str, str]:
    if name == "require":
        return {f"require.{word}": YES for word, kind in requirable().items() if kind in value}
    if name == "owners":
        return {f"owner.{field}": str(owner) for field, owner in value.items()}
    if name == "alternative_payments":
        return {name: ", ".join(value)}
    if isinstance(value, bool):
        return {name: YES} if value else {}
    return {name: "" if value is None else str(value)}


def _switch(one: One, name: str) -> bool:
    return one(name) == YES


def _prefix(one: One, name: str) -> str:
    if fault := prefix_fault(one(name)):
        raise NotPossible(f"The prefix {fault}.")
    return one(name)


def _born(one: One, name: str) -> BornInQuickbooks:
    if one(name) not in frozenset(BornInQuickbooks):
        raise NotPossible("Say what becomes of what is made in QuickBooks.")
    return BornInQuickbooks(one(name))


def _words(one: One, name: str) -> tuple[str, ...]:
    found = dict.fromkeys(each.strip() for each in one(name).split(",") if each.strip())
    seen = all(len(each) <= LONGEST_WORD and each.isprintable() for each in found)
    if len(found) > MOST_WORDS or not seen:
        raise NotPossible(
            f"At most {MOST_WORDS} payment types, each of at most {LONGEST_WORD} characters, all "
            "of which one sees."
        )
    return tuple(found)


def _required(one: One, _name: str) -> tuple[MappingKind, ...]:
    return tuple(k for word, k in requirable().items() if one(f"require.{word}") == YES)


def _zone(one: One, name: str) -> str:
    if one(name) and one(name) not in zones():
        raise NotPossible("Choose a time zone of the list, or that of the company.")
    return one(name)


def _day(one: One, name: str) -> date | None:
    if not one(name):
        return None
    try:
        day = date.fromisoformat(one(name))
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotPossible("What MediaOS locks up to is a day, such as 2026-09-30.")
    return day


def _tax(one: One, name: str) -> TaxBy | None:
    if one(name) and one(name) not in frozenset(TaxBy):
        raise NotPossible("Say whose tax counts: QuickBooks' or MediaOS'.")
    return TaxBy(one(name)) if one(name) else None


def _owners(one: One, _name: str) -> dict[str, FieldOwner]:
    said = {name: one(f"owner.{name}") for name in defaults()}
    for name, who in said.items():
        if who and who not in choices(name):
            raise NotPossible("Say for each field whose value stands, of those that may.")
    owners = {name: FieldOwner(who) for name, who in said.items() if who}
    if wrong := wrong_in(owners):
        raise NotPossible(f"{wrong}.")
    return dict(sorted(owners.items()))


_READ: Mapping[str, Callable[[One, str], Any]] = {
    "number_prefix": _prefix,
    "born_in_quickbooks": _born,
    "alternative_payments": _words,
    "require": _required,
    "time_zone": _zone,
    "locked_as_of": _day,
    "tax": _tax,
    "owners": _owners,
}
