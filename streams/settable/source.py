"""From where does a setting come?  A variable, or the file that a variable beside it names.

Container platforms mount secrets as files: ISTHMUS_TOKEN_KEY_FILE names one.  A file that cannot be
read is one fault among others, so it is noted and not raised.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from streams.settable.kinds import may_be_a_file

PREFIX = "ISTHMUS_"


def variable(name: str) -> str:
    """Name the environment variable of a setting."""
    return PREFIX + name.upper()


class Variables(PydanticBaseSettingsSource):
    """Reads each setting's text; an empty one is not set."""

    def __init__(
        self,
        settings: type[BaseSettings],
        environment: Mapping[str, str],
        read_file: Callable[[str], str],
    ) -> None:
        super().__init__(settings)
        self._environment = environment
        self._read_file = read_file
        #: By setting what is wrong with where it comes from: ends "... is X, expected".
        self.faults: dict[str, str] = {}

    def __call__(self) -> dict[str, Any]:
        """Return the texts of all that is set, by the setting's name."""
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            try:
                text, _, _ = self.get_field_value(field, name)
            except ValueError as fault:
                self.faults[name] = str(fault)
                continue
            if text is not None:
                found[name] = text
        return found

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        """Return one setting's text, None where it is not set."""
        named = variable(field_name)
        given, path = self._environment.get(named) or None, self.file(field_name, field)
        if path and given:
            raise ValueError(f"only one of {named} and {named}_FILE; unset the other")
        return self._read_file(path).strip() if path else given, field_name, False

    def file(self, name: str, field: FieldInfo) -> str | None:
        """Return the file that is said to hold a setting, if any is."""
        return self._environment.get(f"{variable(name)}_FILE") if may_be_a_file(field) else None

    def shown(self, name: str, field: FieldInfo) -> str:
        """Return what was given, as a fault may show it."""
        path = self.file(name, field)
        return f"what {path} holds" if path else repr(self._environment.get(variable(name), ""))
