"""Where are the personal strings of a journal's record?  Found by its shapes, in its own JSON.

The JSON is walked and not the decoded words, so that what an earlier or a newer release wrote
stays as it is: what no shape here has counts as a text.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import cache
from typing import Any

from msgspec import inspect, json

from schemas.decision_input import DecisionInput
from schemas.personal import STRINGS, Strings


class Sort(Enum):
    """What a string is about; the columns of `schemas.personal`."""

    NAME = auto()
    #: One in what the rules were given, which no row is made of.
    GIVEN_NAME = auto()
    TEXT = auto()
    CALLED = auto()


#: Says what a string is to be.
Replace = Callable[[str, Sort], str]
#: Returns the JSON as it is to be, the same object where nothing of it changes.
Walk = Callable[[Any, Replace], Any]

#: A description within a line as QuickBooks shows it; a quote inside a text has a backslash.
_DESCRIPTION = re.compile(r'((?<!\\)"Description"\s*:\s*")((?:[^"\\]|\\.)*)"')


def walk_of(shape: type) -> Walk:
    """Return how one walks the JSON of a word."""
    return _shape(shape)


def _each(walk: Walk) -> Walk:
    """Return how one walks a list of what is walked so."""

    def walked(told: Any, replace: Replace) -> Any:
        if not isinstance(told, list):
            return told
        after = [walk(one, replace) for one in told]
        return told if _same(told, after) else after

    return walked


def _values(walk: Walk) -> Walk:
    """Return how one walks what is listed by keys; those are ids."""

    def walked(told: Any, replace: Replace) -> Any:
        if not isinstance(told, dict):
            return told
        after = {key: walk(one, replace) for key, one in told.items()}
        return told if _same(list(told.values()), list(after.values())) else after

    return walked


def _all(sort: Sort) -> Walk:
    """Return how one walks what is of one sort, whatever it is made of."""

    def walked(told: Any, replace: Replace) -> Any:
        if isinstance(told, str):
            return replace(told, sort)
        return each(values(told, replace), replace)

    each, values = _each(walked), _values(walked)
    return walked


_text = _all(Sort.TEXT)


def _pair(told: Any, replace: Replace) -> Any:
    """Walk the second of two; the first is an id."""
    first, *rest = told
    after = [_text(one, replace) for one in rest]
    return told if _same(rest, after) else [first, *after]


def _line(told: Any, replace: Replace) -> Any:
    """Walk a line of QuickBooks', in its own JSON: amounts and ids stay."""

    def said(found: re.Match[str]) -> str:
        text = json.decode(f'"{found[2]}"', type=str)
        after = replace(text, Sort.TEXT)
        return found[0] if after == text else f'{found[1]}{json.encode(after).decode()[1:-1]}"'

    after = _DESCRIPTION.sub(said, told)
    return told if after == told else after


def _columns(strings: Strings) -> dict[str, Walk]:
    columns = (
        (strings.names, _all(Sort.NAME)),
        (strings.texts, _text),
        (strings.called, _all(Sort.CALLED)),
        (strings.pairs, _values(_pair)),
        (strings.lines, _each(_line)),
    )
    return {name: walk for names, walk in columns for name in names}


def _walk(told: inspect.Type) -> Walk | None:
    """Return how one walks what is of this type; None where no shape can be in it."""
    match told:
        case inspect.StructType():
            return _shape(told.cls)
        case inspect.UnionType():
            return _one_of(told)
        case inspect.VarTupleType() | inspect.ListType():
            item = _walk(told.item_type)
            return None if item is None else _each(item)
        case inspect.DictType():
            value = _walk(told.value_type)
            return None if value is None else _values(value)
        case inspect.Metadata():
            return _walk(told.type)
        case _:
            return None


def _one_of(union: inspect.UnionType) -> Walk | None:
    """Return how one walks one of several: shapes are told by their tag."""
    shapes = [each for each in union.types if isinstance(each, inspect.StructType)]
    if not shapes:
        return next(filter(None, map(_walk, union.types)), None)
    tagged = {each.tag: _shape(each.cls) for each in shapes}
    other = next(iter(tagged.values())) if len(shapes) == 1 else _text

    def walked(told: Any, replace: Replace) -> Any:
        if not isinstance(told, dict):
            return told
        return tagged.get(told.get("type", ""), other)(told, replace)

    return walked


@cache
def _shape(shape: type) -> Walk:
    told = inspect.type_info(shape)
    assert isinstance(told, inspect.StructType)  # noqa: S101 - nothing else is asked for
    fields: dict[str, Walk | None] = {each.name: _walk(each.type) for each in told.fields}
    fields |= _columns(STRINGS.get(shape, Strings()))
    # The word that says which shape it is, is no text.
    fields.setdefault("type", None)

    def walked(found: Any, replace: Replace) -> Any:
        if not isinstance(found, dict):
            return found
        return _by_field(found, fields, _given(replace) if shape is DecisionInput else replace)

    return walked


def _given(replace: Replace) -> Replace:
    return lambda text, sort: replace(text, Sort.GIVEN_NAME if sort is Sort.NAME else sort)


def _by_field(
    found: dict[str, Any], fields: Mapping[str, Walk | None], replace: Replace
) -> dict[str, Any]:
    walks = ((name, value, fields.get(name, _text)) for name, value in found.items())
    after = {name: walk(value, replace) for name, value, walk in walks if walk is not None}
    same = all(found[name] is value for name, value in after.items())
    return found if same else found | after


def _same(one: list[Any], other: list[Any]) -> bool:
    return all(before is after for before, after in zip(one, other, strict=True))
