"""How is one property of a request written?  By python-quickbooks' names, without its defaults.

The library's models say which properties there are, so a misspelt one fails here and not at Intuit;
but nothing that they hold by default is ever sent (quickbooks-online.md 7.2): a body contains what
was named and no more.
"""

import re
from decimal import Decimal
from typing import Any

from quickbooks.objects.base import Ref

from schemas.values import Kind

Body = dict[str, Any]

INACTIVE = " (deleted)"
#: What QuickBooks puts before the note of what it voids (quickbooks-online.md 2.3).
VOIDED = "Voided"
#: As schemas.identity.marker writes it.
MARKER = re.compile(rf"MediaOS \S+ (?:{'|'.join(Kind)}) \S+")


class UnsendableError(ValueError):
    """The command asks for something that this remote cannot write; the text says what."""


def named(model: type[Any], **values: object) -> Body:
    """Return these properties; UnsendableError when the library's model has no such property."""
    unknown = values.keys() - vars(model()).keys()
    if unknown:
        raise UnsendableError(f"{model.__name__} has no property {', '.join(sorted(unknown))}")
    return values


def ref(value: str) -> Body:
    """Return a reference; its name is QuickBooks' business."""
    return named(Ref, value=value)


def without_blanks(body: Body) -> Body:
    """Leave out what is empty: a create says nothing about it, an update would clear it."""
    return {name: value for name, value in _pruned(body).items() if value not in ("", None, {}, [])}


def called(name: str, *, active: bool) -> str:
    """Return a name without the suffix by which QuickBooks marks an inactive one (2.3 d).

    With it every deactivation would look like a person's renaming.
    """
    return name if active else name.removesuffix(INACTIVE)


def path_of(whole: str, name: str, *, active: bool) -> str:
    """Return the whole name of what stands in others, "" of what has none but its own."""
    path = called(whole, active=active)
    return "" if path == name else path


def is_void(total: Decimal, note: str) -> bool:
    """Tell whether something is voided: nothing else says so than no total, and its note (2.3)."""
    return not total and note.startswith(VOIDED)


def split_note(note: str, *, voided: bool = False) -> tuple[str | None, str | None]:
    """Split a note into a person's text and the marker, either may be None.

    The marker is the last line that is one: a person may write below it.  What QuickBooks puts
    before the note of what it voids is neither; a note of a person may begin with the same word.
    """
    note = note.removeprefix(VOIDED).lstrip(" -\n") if voided else note
    lines = note.rstrip().split("\n")
    places = [place for place, line in enumerate(lines) if MARKER.fullmatch(line.strip())]
    marker = lines.pop(places[-1]).strip() if places else None
    return "\n".join(lines).rstrip() or None, marker


def join_note(text: str | None, marker: str | None) -> str:
    """Write a note whose last line is the marker."""
    return "\n".join(part for part in (text, marker) if part)


def _pruned(body: Body) -> Body:
    return {
        name: without_blanks(value) if isinstance(value, dict) else value
        for name, value in body.items()
    }
