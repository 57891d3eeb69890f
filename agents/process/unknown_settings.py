"""Which variables look like settings and are none?

A mistyped variable leaves its setting at the default and says nothing, so every process tells of
it by name, with the nearest that there is.  Its value may be a secret, and is not told.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from streams.settable.kinds import may_be_a_file
from streams.settable.source import PREFIX, variable
from streams.settings import ProcessSettings

log = logging.getLogger("isthmus.settings")

#: What others read: the simulators.
OF_OTHERS = frozenset({"ISTHMUS_SIMULATOR_ADMIN_TOKEN"})


@dataclass(frozen=True, slots=True)
class Unknown:
    """A variable that nothing reads, and the setting that is spelt most like it."""

    variable: str
    nearest: str | None

    def __str__(self) -> str:
        """One sentence, remedy included."""
        near = f"did you mean {self.nearest}?" if self.nearest else "unset it"
        return f"{self.variable} is set and no setting: {near} (deploy/settings.md lists all)"


def unknown_settings(environment: Iterable[str]) -> Iterator[Unknown]:
    """Yield each variable that nothing reads, by name."""
    # The prefix is common to all, and no likeness.
    known = {name.removeprefix(PREFIX) for name in variables()}
    for name in sorted(set(environment) - OF_OTHERS):
        said = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and said not in known:
            near = get_close_matches(said, known, 1)
            yield Unknown(name, PREFIX + near[0] if near else None)


def variables() -> Iterator[str]:
    """Yield the variables that are read, those of files among them."""
    for name, field in ProcessSettings.model_fields.items():
        yield variable(name)
        if may_be_a_file(field):
            yield f"{variable(name)}_FILE"


def log_unknown(environment: Mapping[str, str]) -> None:
    """Warn of each in the log, once its level is set."""
    for each in unknown_settings(environment):
        log.warning("unknown setting", extra={"variable": each.variable, "nearest": each.nearest})
