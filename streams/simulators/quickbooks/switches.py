"""Which switches has the simulated QuickBooks, and which positions has each?

Read off their definitions, so that a new switch is among them by itself: a setting that is yes or
no, one of a few words, or :class:`Tried` at some values; and what a person sets in a company.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

from streams.simulators.quickbooks.person import Person
from streams.simulators.quickbooks.settings import SimulatorSettings, Tried

if TYPE_CHECKING:
    from streams.simulators.quickbooks.app import QboSimulator

#: How the deeds begin by which a person sets what holds for the whole company.
_SETS = "set_"


@dataclass(frozen=True, slots=True)
class Position:
    """Where one switch can be put; a person's choice may have several values at once."""

    switch: str
    values: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        """Return `void_paid=unlink`, or `set_custom_numbers(on=True, warn=False)`."""
        told = ", ".join(f"{name}={value}" for name, value in self.values)
        return f"{self.switch}({told})" if self.switch.startswith(_SETS) else told

    def put(self, simulator: "QboSimulator") -> None:
        """Put the switch so; a person's choice in the first company."""
        if self.switch.startswith(_SETS):
            getattr(simulator.person, self.switch)(**dict(self.values))
        else:
            simulator.change_settings(dict(self.values))


def positions() -> Iterator[Position]:
    """Return every position of every switch."""
    hints = get_type_hints(SimulatorSettings, include_extras=True)
    for switch in fields(SimulatorSettings):
        for value in choices(hints[switch.name]):
            yield Position(switch.name, ((switch.name, value),))
    for name, deed in inspect.getmembers(Person, inspect.isfunction):
        if name.startswith(_SETS):
            for values in product(*_arguments(deed)):
                yield Position(name, values)


def choices(hint: Any) -> tuple[Any, ...]:
    """Return what a value of this type can be, nothing where that is no choice of a few."""
    if hint is bool:
        return (False, True)
    match get_origin(hint):
        case origin if origin is Literal:
            return get_args(hint)
        case origin if origin is Annotated:
            return next((one.at for one in get_args(hint) if isinstance(one, Tried)), ())
        case _ if type(None) in get_args(hint):
            return tuple(value for each in get_args(hint) for value in choices(each))
        case _:
            return ()


def _arguments(deed: Callable[..., Any]) -> Iterator[list[tuple[str, Any]]]:
    hints = get_type_hints(deed, include_extras=True)
    for name in inspect.signature(deed).parameters:
        if name in hints and (values := choices(hints[name])):
            yield [(name, value) for value in values]
