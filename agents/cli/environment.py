"""How does a command read its settings?  Here, so that what is mistyped is told on the screen.

What reads them is imported then (a Kafka client and HTTP stand behind a login): no help needs it,
and a help is to be there at once.
"""

import os
from typing import TYPE_CHECKING

from agents.cli.console import WARNED, complain

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

#: Variables that this process told of already.
_TOLD: set[str] = set()


def process_settings(*needed: str) -> "ProcessSettings":
    """Read this process's settings; SettingsError names every fault, or what of `needed` lacks."""
    from streams.settings import read_settings, require  # noqa: PLC0415 - as above

    tell_unknown()
    settings = read_settings(os.environ)
    require(settings, *needed)
    return settings


def tell_unknown() -> None:
    """Tell once of each variable that looks like a setting and is none."""
    from agents.process.unknown_settings import unknown_settings  # noqa: PLC0415 - as above

    for each in unknown_settings(os.environ):
        if each.variable not in _TOLD:
            _TOLD.add(each.variable)
            complain(str(each), WARNED)
