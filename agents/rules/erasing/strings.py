"""Where are the personal strings of a journal's record?  Found by its shapes, in its own JSON.

The JSON is walked and not the decoded words, so that what an earlier or a newer release wrote
stays as it is: a field that no shape here has is nobody's business, and its strings count as texts.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from functools import cache
from typing import Any

from msgspec import inspect, json

from schemas.personal import STRINGS, Strings


class Sort(Enum):
    """What a string is about; the columns of `schemas.personal`."""

    NAME = auto()
    TEXT = auto()
    CALLED = auto()


#: A description within a line as QuickBooks shows it; a quote inside a text has a backslash.
_DESCRIPTION = re.compile(r'((?<!\\)"Description"\s*:\s*")((?:[^"\\]|\\.)*)"')

#: Says what a string is to be; hears where it stands: in what the rules were given, or not.
Replace = Callable[[str, Sort, bool], str]
#: Returns the JSON as it is to be, the same object where nothing of it changes.
Walk = Callable[[Any, Replace, bool], Any]


def walk_of(shape: type) -> Walk:
    """Return how one walks the JSON of a word."""
    return _walk(inspect.type_info(shape)) or _nothing


def _nothing(told: Any, _replace: Replace, _given: bool) -> Any:
    return told


def _all(sort: Sort) -> Walk:
    """Return how one walks what is of one sort, whatever it is made of."""

    def walk(told: Any, replace: Replace, given: bool) -> Any:
        if isinstance(told, str):
            return replace(told, sort, given)
        if isinstance(told, list):
            return _each_of(told, lambda one: walk(one, replace, given))
        if isinstance(told, dict):
            return _values_of(told, lambda one: walk(one, replace, given))
        return told

    return walk


_name, _text, _called = _all(Sort.NAME), _all(Sort.TEXT), _all(Sort.CALLED)


def _seconds(told: Any, replace: Replace, given: bool) -> Any:
    """Walk pairs by a name: the first is an id."""

    def pair(one: Any) -> Any:
        first, *rest = one
        return [first, *(_text(each, replace, given) for each in rest)]

    return _values_of(told, pair) if isinstance(told, dict) else told


def _described(told: Any, replace: Replace, given: bool) -> Any:
    """Walk QuickBooks' lines, in its own JSON: amounts and ids stay."""

    def line(text: str) -> str:
        return _DESCRIPTION.sub(lambda found: f'{found[1]}{said(found[2])}"', text)

    def said(escaped: str) -> str:
        text = json.decode(f'"{escaped}"', type=str)
        after = replace(text, Sort.TEXT, given)
        return escaped if after == text else json.encode(after).decode()[1:-1]

    return _each_of(told, line) if isinstance(told, list) else told


def _columns(strings: Strings) -> dict[str, Walk]:
    columns: Iterable[tuple[frozenset[str], Walk]] = (
        (strings.names, _name),
        (strings.texts, _text),
        (strings.called, _called),
        (strings.pairs, _seconds),
        (strings.lines, _described),
    )
    return {name: walk for names, walk in columns for name in names}


def _walk(told: inspect.Type) -> Walk | None:
    """Return how one walks what is of this type; None where nothing personal can be in it."""
    match told:
        case inspect.StructType():
            return _shape(told.cls)
        case inspect.UnionType():
            return _one_of(told)
        case inspect.VarTupleType() | inspect.ListType():
            item = _walk(told.item_type)
            return None if item is None else _listed(item)
        case inspect.DictType():
            value = _walk(told.value_type)
            return None if value is None else _by_key(value)
        case inspect.Metadata():
            return _walk(told.type)
        case _:
            return None


def _listed(item: Walk) -> Walk:
    def walk(told: Any, replace: Replace, given: bool) -> Any:
        if not isinstance(told, list):
            return told
        return _each_of(told, lambda one: item(one, replace, given))

    return walk


def _by_key(value: Walk) -> Walk:
    def walk(told: Any, replace: Replace, given: bool) -> Any:
        if not isinstance(told, dict):
            return told
        return _values_of(told, lambda one: value(one, replace, given))

    return walk


def _one_of(union: inspect.UnionType) -> Walk | None:
    shapes = [each for each in union.types if isinstance(each, inspect.StructType)]
    others = [walk for each in union.types if each not in shapes and (walk := _walk(each))]
    tagged = {each.tag: _shape(each.cls) for each in shapes if each.tag is not None}
    only = _shape(shapes[0].cls) if len(shapes) == 1 and not tagged else None
    if not shapes and len(others) < 1:
        return None

    def walk(told: Any, replace: Replace, given: bool) -> Any:
        if not isinstance(told, dict):
            return others[0](told, replace, given) if others else told
        return (only or tagged.get(told.get("type")) or _text)(told, replace, given)

    return walk


@cache
def _shape(shape: type) -> Walk:
    told = inspect.type_info(shape)
    assert isinstance(told, inspect.StructType)  # noqa: S101 - nothing else is asked for
    fields: dict[str, Walk | None] = {each.name: _walk(each.type) for each in told.fields}
    fields |= _columns(STRINGS.get(shape, Strings()))
    # The word that says which shape it is, is no text.
    fields.setdefault("type", None)
    is_given = shape.__name__ == "DecisionInput"

    def walk(found: Any, replace: Replace, given: bool) -> Any:
        if not isinstance(found, dict):
            return found
        return _by_field(found, fields, replace, given or is_given)

    return walk


def _by_field(
    found: dict[str, Any], fields: Mapping[str, Walk | None], replace: Replace, given: bool
) -> dict[str, Any]:
    changed = {}
    for name, value in found.items():
        walk = fields.get(name, _text)
        if walk is not None and (after := walk(value, replace, given)) is not value:
            changed[name] = after
    return found | changed if changed else found


def _each_of(told: list[Any], of: Callable[[Any], Any]) -> list[Any]:
    after = [of(each) for each in told]
    same = all(one is other for one, other in zip(told, after, strict=True))
    return told if same else after


def _values_of(told: dict[str, Any], of: Callable[[Any], Any]) -> dict[str, Any]:
    after = {key: of(each) for key, each in told.items()}
    return told if all(after[key] is told[key] for key in told) else after
