"""Of which kinds are settings, and how is it said what one may be?

A kind is a type with the reader of its text; numbers and words of a list are pydantic's own.  What
is not shown in a repr is a secret.  A secret, and whatever is marked so, may come from a file.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Annotated, Any, get_args

from annotated_types import Ge, Le
from pydantic import BeforeValidator, Field
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from schemas.locks import LockSign
from streams import setting_values as values
from streams.console_grants import ConsoleGrant, console_grants
from streams.setting_values import Grants


class Mark(Enum):
    """What else holds for settings of a kind."""

    #: A file may hold it: a table.
    FILE = auto()
    #: An address that is spoken to by TLS, but on the loopback.
    WEB = auto()


def _text(read: Callable[[str], Any]) -> BeforeValidator:
    """Read a text; what is made in code is a value already."""
    return BeforeValidator(lambda given: read(given) if isinstance(given, str) else given)


_database = values.url("sqlite", "postgresql", "postgresql+psycopg")
_hidden = Field(repr=False)

Address = Annotated[str, _text(values.address)]
Name = Annotated[str, _text(values.slug)]
Beginning = Annotated[str, _text(values.beginning)]
Brokers = Annotated[str, _text(values.brokers)]
Extensions = Annotated[tuple[tuple[str, str], ...], _text(values.extensions)]
Host = Annotated[str, _text(values.host)]
Hosts = Annotated[tuple[str, ...], _text(values.hosts)]
Web = Annotated[str, _text(values.url("https", "http")), Mark.WEB]
Recipients = Annotated[values.Recipients, _text(values.recipients)]
LockSigns = Annotated[tuple[LockSign, ...], _text(values.lock_signs), Mark.FILE]

Secret = Annotated[str, _hidden]
SecretWeb = Annotated[str, _text(values.url("https", "http")), Mark.WEB, _hidden]
Database = Annotated[str, _text(_database), _hidden]
Keys = Annotated[tuple[str, ...], _text(values.fernet_keys), _hidden]
Tokens = Annotated[Grants, _text(values.grants), _hidden]
ConsoleTokens = Annotated[tuple[ConsoleGrant, ...], _text(console_grants), _hidden]


def is_secret(field: FieldInfo) -> bool:
    """Tell whether a setting is never shown."""
    return not field.repr


def is_web(field: FieldInfo) -> bool:
    """Tell whether a setting is an address that is spoken to by HTTP."""
    return Mark.WEB in field.metadata


def may_be_a_file(field: FieldInfo) -> bool:
    """Tell whether a variable may name a file that holds the setting."""
    return is_secret(field) or Mark.FILE in field.metadata


def expected(field: FieldInfo, error: ErrorDetails) -> str:
    """Return what a setting should have been; ends "... is X, expected"."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "literal_error":
        return f"one of {', '.join(filter(None, get_args(field.annotation)))}"
    least = next(each.ge for each in field.metadata if isinstance(each, Ge))
    most = next(each.le for each in field.metadata if isinstance(each, Le))
    kind = "a whole number" if field.annotation is int else "a number"
    return f"{kind} from {least} to {most}"
