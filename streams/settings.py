"""What an operator may set, and what is used when they do not.

Read once, at a composition root, from variables that start with ISTHMUS_; deploy/settings.md lists
them.  All faults are reported together, so that a deployment is corrected once and not field by
field.  A secret or a table may come from a file: ISTHMUS_TOKEN_KEY_FILE names it, as container
platforms mount them.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from streams.login.problems import problems as login_problems
from streams.settable.digest import DigestSettings
from streams.settable.kafka import KafkaSettings
from streams.settable.kinds import expected, is_secret, is_web
from streams.settable.lanes import LaneSettings
from streams.settable.sides import MediaosSettings, QuickBooksSettings
from streams.settable.source import Variables, variable
from streams.settable.state import StateSettings
from streams.settable.surfaces import SurfaceSettings
from streams.settable.traces import TraceSettings
from streams.setting_faults import SettingsError
from streams.setting_values import (
    beyond_loopback,
    intuits_environment,
    openly,
    spoken_to_openly,
    unread,
)

NOT_SHOWN = "a value that is not shown"
#: Characters; a device or a log that was named in its place has no end.
MOST_OF_A_FILE = 1_000_000


class ProcessSettings(
    # Pydantic takes the last one's fields first.
    TraceSettings,
    DigestSettings,
    SurfaceSettings,
    MediaosSettings,
    QuickBooksSettings,
    LaneSettings,
    StateSettings,
    KafkaSettings,
):
    """Everything that is set per process.

    What a tenant's accountants decide (prefix, doc numbers, two-way sync) are facts in the
    journal and not here.  An empty text means "not set"; `require` says so where it matters.
    """

    @property
    def faust_folder(self) -> Path:
        """Return the folder that Faust wants for itself in a worker."""
        return Path(self.state_folder) / self.cluster.file(self.worker_name)

    @property
    def spool(self) -> Path:
        """Return the folder of the gateway's spool."""
        default = f".local/spool/{self.cluster.file(str(self.gateway_port))}"
        return Path(self.spool_folder or default)


def read_settings(
    environment: Mapping[str, str], *, read_file: Callable[[str], str] | None = None
) -> ProcessSettings:
    """Read all settings, or raise one SettingsError which names every fault."""
    source = Variables(ProcessSettings, environment, read_file or _read_text)
    settings, wrong = _validated(source)
    problems = [
        f"{variable(name)} is {_given(source, name)}, expected {wrong[name]}"
        for name in ProcessSettings.model_fields
        if name in wrong
    ]
    if settings is None or (problems := problems or list(_together(settings))):
        raise SettingsError(tuple(problems))
    return settings.model_copy(update=_own_files(settings))


def require(settings: ProcessSettings, *names: str) -> None:
    """Insist that these are set, naming all that are not in one SettingsError."""
    missing = [name for name in names if not getattr(settings, name)]
    if missing:
        raise SettingsError(tuple(f"{variable(name)} is not set; set it" for name in missing))


def _validated(source: Variables) -> tuple[ProcessSettings | None, dict[str, str]]:
    """Return the settings, and of each that is wrong what was expected of it."""
    fields = ProcessSettings.model_fields
    try:
        settings = ProcessSettings.model_validate(source())
    except ValidationError as wrong:
        errors = {str(error["loc"][0]): error for error in wrong.errors()}
        told = {name: expected(fields[name], error) for name, error in errors.items()}
        return None, source.faults | told
    return settings, source.faults


def _given(source: Variables, name: str) -> str:
    field = ProcessSettings.model_fields[name]
    return NOT_SHOWN if is_secret(field) else source.shown(name, field)


def _together(settings: ProcessSettings) -> Iterator[str]:
    """Yield a sentence for all that does not fit together."""
    world = settings.qbo_environment
    for name in ("qbo_base_url", "qbo_discovery_url"):
        found = intuits_environment(getattr(settings, name))
        if found not in {None, world}:
            yield (
                f"{variable(name)} is Intuit's {found}, expected {world}: "
                f"{variable('qbo_environment')}"
            )
    for name in (name for name, field in ProcessSettings.model_fields.items() if is_web(field)):
        host = spoken_to_openly(getattr(settings, name), settings.plain_http_hosts)
        if host is not None:
            yield f"{variable(name)} {openly(host)}"
    if settings.smtp_security == "none" and (host := beyond_loopback(settings.smtp_host)):
        yield f"{variable('smtp_security')} is 'none', expected starttls or tls: {unread(host)}"
    yield from login_problems(settings.cluster.security, lambda name: variable(f"kafka_{name}"))


def _own_files(settings: ProcessSettings) -> dict[str, str]:
    """Name the files of whoever names no server: two installations never share one."""
    own = settings.cluster.file
    state = f"sqlite:///{settings.state_folder}/{own(settings.worker_name)}.sqlite"
    connections = f"sqlite:///.local/state/{own('connections')}.sqlite"
    return {
        "state_url": settings.state_url or state,
        "connections_url": settings.connections_url or connections,
    }


def _read_text(path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8") as file:
            text = file.read(MOST_OF_A_FILE + 1)
    except (OSError, UnicodeDecodeError) as fault:
        raise ValueError(f"a file that can be read at {path}") from fault
    if len(text) > MOST_OF_A_FILE:
        raise ValueError(f"a file of at most {MOST_OF_A_FILE} characters at {path}")
    return text
