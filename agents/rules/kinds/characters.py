"""Which characters does a company of QuickBooks in the US hold?  Those of ISO-8859-1.

Quotes, dashes and blanks of printed text, which word processors make of what is typed, are written
as they are on a keyboard, for every company alike: which one holds more nobody tells us.  Whatever
else is refused is named, with the field that holds it.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from schemas.catalog import encode
from schemas.commands import Create, Update

R = TypeVar("R", bound=msgspec.Struct)

_TYPED = {
    "'": "\u2018\u2019\u201a\u201b\u2032",
    '"': "\u201c\u201d\u201e\u201f\u2033",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    " ": "\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f",
    "...": "\u2026",
    "*": "\u2022",
    "(TM)": "\u2122",
    "": "\u200b\u2060\ufeff",
}
_PLAIN = {ord(each): typed for typed, printed in _TYPED.items() for each in printed}


def plain(record: R) -> R:
    """Return a record with every text as it is typed."""
    # As nearly all are: to write one as JSON takes a twentieth of looking at each of its texts.
    if encode(record).isascii():
        return record
    shown = ((name, getattr(record, name)) for name in record.__struct_fields__)
    typed = {name: now for name, old in shown if (now := _typed(old)) is not old}
    return msgspec.structs.replace(record, **typed) if typed else record


def _typed(value: Any) -> Any:
    match value:
        case str():
            return value if value.isascii() else value.translate(_PLAIN)
        case tuple():
            typed = tuple(map(_typed, value))
            same = all(new is old for new, old in zip(typed, value, strict=True))
            return value if same else typed
        case msgspec.Struct():
            return plain(value)
        case _:
            return value


def odd_characters(command: Create | Update) -> str:
    """Return what a US company does not hold of a command, by field: `memo (Ω), lines (你)`."""
    odd = {
        name: "".join(dict.fromkeys(c for c in _letters(getattr(command.record, name)) if _odd(c)))
        for name in command.fields
    }
    return ", ".join(f"{name} ({letters})" for name, letters in odd.items() if letters)


def _letters(value: object) -> Iterator[str]:
    match value:
        case str():
            yield from value
        case tuple():
            for each in value:
                yield from _letters(each)
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from _letters(getattr(value, name))
        case _:
            return


def _odd(letter: str) -> bool:
    return ord(letter) > 0xFF  # noqa: PLR2004 - the last one of ISO-8859-1
