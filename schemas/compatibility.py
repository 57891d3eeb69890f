"""Would anybody who keeps to a released schema be let down by a later text of the same version?

For what others publish: all that the old one took must be taken still, and no field be dropped.
For what we write, the other way round as well: a reader of the old one must find what it expects.
Unknown differences count as breaks, so a new keyword is looked at before it passes.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

#: What tells a reader something and refuses nothing.
SAYING = frozenset({"$schema", "$id", "$defs", "title", "description", "default", "examples"})
#: What is compared by its parts.
PARTS = frozenset({"type", "anyOf", "properties", "required", "items"})
#: Bounds, and whether the new one still takes all that the old one took.
BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda old, new: new <= old,
    "minLength": lambda old, new: new <= old,
    "maximum": lambda old, new: new >= old,
    "maxLength": lambda old, new: new >= old,
    "enum": lambda old, new: set(old) <= set(new),
}


def breaks(old: Schema, new: Schema, *, written: bool = False) -> list[str]:
    """Name every break between two texts of one version; `written` is for what we write."""
    found = [*_dropped(old, new, _Defs(old), _Defs(new)), *_narrower(old, new)]
    if written:
        found += [f"for readers of the released one: {each}" for each in _narrower(new, old)]
    return found


class _Defs:
    """Follows the references of one document."""

    def __init__(self, document: Schema) -> None:
        self._defs: Mapping[str, Schema] = document.get("$defs", {})

    def __call__(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._defs[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def choices(self, schema: Schema) -> list[Schema]:
        """Return the alternatives of a schema, each of one type."""
        schema = self(schema)
        if "anyOf" in schema:
            return [choice for each in schema["anyOf"] for choice in self.choices(each)]
        types = schema.get("type")
        return [{**schema, "type": each} for each in types] if isinstance(types, list) else [schema]


def _dropped(old: Schema, new: Schema, olds: _Defs, news: _Defs, path: str = "") -> Iterator[str]:
    for was in olds.choices(old):
        for now in news.choices(new):
            if was.get("type") != now.get("type"):
                continue
            before, after = was.get("properties", {}), now.get("properties", {})
            yield from (f"{path}{name}: is gone" for name in before if name not in after)
            for name in before.keys() & after.keys():
                yield from _dropped(before[name], after[name], olds, news, f"{path}{name}.")
            if "items" in was and "items" in now:
                yield from _dropped(was["items"], now["items"], olds, news, f"{path}[].")


def _narrower(old: Schema, new: Schema) -> list[str]:
    return sorted(set(_refused(old, new, _Defs(old), _Defs(new), "")))


def _refused(old: Schema, new: Schema, olds: _Defs, news: _Defs, path: str) -> Iterator[str]:
    now = news.choices(new)
    for was in olds.choices(old):
        tried = [list(_fits(was, each, olds, news, path)) for each in now if _same(was, each)]
        if not tried:
            yield f"{path or 'the whole'}: {was.get('type', 'this')} is not taken any more"
        elif all(tried):
            yield from min(tried, key=len)


def _same(was: Schema, now: Schema) -> bool:
    types = (was.get("type"), now.get("type"))
    return types[0] == types[1] or types[1] is None or types == ("integer", "number")


def _fits(was: Schema, now: Schema, olds: _Defs, news: _Defs, path: str) -> Iterator[str]:
    whole = path or "the whole"
    for name in (was.keys() | now.keys()) - SAYING - PARTS:
        if not _takes(name, was.get(name), now.get(name)):
            yield f"{whole}: {name} was {was.get(name)!r}, is {now.get(name)!r}"
    newly = set(now.get("required", ())) - set(was.get("required", ()))
    yield from (f"{_join(path, name)}: is required now" for name in newly)
    before, after = was.get("properties", {}), now.get("properties", {})
    for name in before.keys() & after.keys():
        yield from _refused(before[name], after[name], olds, news, _join(path, name))
    if "items" in now:
        yield from _refused(was.get("items", {}), now["items"], olds, news, f"{path}[]")


def _takes(name: str, was: Any, now: Any) -> bool:
    if now is None or was == now:
        return True
    return was is not None and name in BOUNDS and BOUNDS[name](was, now)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
