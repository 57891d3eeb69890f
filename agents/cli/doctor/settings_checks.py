"""Are the settings right, and all there that a process needs?"""

from collections.abc import Iterator, Mapping

from agents.cli.doctor.finding import Finding, fault, ok, warning
from agents.cli.doctor.role import NEEDED, Role
from agents.process.unknown_settings import unknown_settings
from streams.setting_faults import SettingsError
from streams.settings import ProcessSettings, read_settings, require

CHECK = "settings"


def settings_of(
    environment: Mapping[str, str], role: Role
) -> tuple[ProcessSettings | None, list[Finding]]:
    """Return the settings, None when they cannot be used, and what is to be said of them."""
    unknown = [warning(CHECK, f"{each}.") for each in unknown_settings(environment)]
    try:
        settings = read_settings(environment)
    except SettingsError as wrong:
        return None, [*_each(wrong), *unknown]
    try:
        require(settings, *NEEDED[role])
    except SettingsError as missing:
        return settings, [*_each(missing), *unknown]
    return settings, unknown or [ok(CHECK, "All are right, none is unknown.")]


def _each(wrong: SettingsError) -> Iterator[Finding]:
    for problem in wrong.problems:
        yield fault(CHECK, f"{problem}.")
