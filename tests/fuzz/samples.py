"""One good word of every kind that our types know: a new request, or fact, is here by itself."""

import re
from functools import cache

from msgspec import inspect

#: What a field of such a name holds on a good day; all others are made by their types.
NAMED = {
    "tenant": "t1",
    "lane": "t1/mediaos/42",
    "document": "mediaos/invoice/136",
    "source": "7",
    "target": "19",
    "customer": "42",
}
#: For a text with a pattern: the first of these that it takes.
TEXTS = (
    *("x1", "t1", "t1/mediaos/42", "mediaos/invoice/136", "2026-01-02 03:04:05", "USD"),
    *("https://a.example", "isthmus-pushes: ada", "invoice.memo", "memo", "0123456789abcdef", ""),
)
AT = "2026-03-01T09:00:00Z"
#: Of one type: itself, and with one part at a time of each other kind that it may be.
MOST = 12
PLAIN = {
    inspect.BoolType: True,
    inspect.FloatType: 5.0,
    inspect.DecimalType: "12.50",
    inspect.DateTimeType: AT,
    inspect.DateType: "2026-03-01",
    inspect.NoneType: None,
    inspect.RawType: {},
    inspect.AnyType: "x1",
    inspect.BytesType: "eDE=",
}


def samples_of(union):
    """Return samples of each type of a union, as JSON has them."""
    told = inspect.type_info(union)
    return [each for one in told.types for each in _structs(one)[:MOST]]


def _variants(told, name=""):
    """Return what a value of a type may be; the first is the plainest."""
    made = MADE.get(type(told))
    return [PLAIN[type(told)]] if made is None else made(told, name)


def _of_union(told, name):
    known = [each for each in told.types if not isinstance(each, inspect.NoneType)]
    return [each for one in known for each in _variants(one, name)]


def _mapping(told, _name):
    return [{_variants(told.key_type)[0]: each} for each in _variants(told.value_type)]


def _listed(told, name):
    return [[each] for each in _variants(told.item_type, name)]


def _text(told, name):
    fits = [NAMED.get(name, TEXTS[0]), *TEXTS]
    return [next(each for each in fits if re.search(told.pattern or "", each))]


MADE = {
    inspect.Metadata: lambda told, name: _variants(told.type, name),
    inspect.UnionType: _of_union,
    inspect.StructType: lambda told, _: _structs(told),
    inspect.NamedTupleType: lambda told, _: [
        [_variants(each.type, each.name)[0] for each in told.fields]
    ],
    inspect.TupleType: lambda told, _: [[_variants(each)[0] for each in told.item_types]],
    inspect.VarTupleType: _listed,
    inspect.ListType: _listed,
    inspect.DictType: _mapping,
    inspect.EnumType: lambda told, _: [each.value for each in told.cls],
    inspect.StrType: _text,
    inspect.IntType: lambda told, _: [max(1, told.ge or 1)],
}


@cache
def _structs_of(cls):
    told = inspect.type_info(cls)
    parts = {field.encode_name: _variants(field.type, field.name) for field in told.fields}
    plainest = {name: several[0] for name, several in parts.items()}
    found = [plainest]
    for name, several in parts.items():
        found += [plainest | {name: other} for other in several[1:]]
    tag = {} if told.tag is None else {told.tag_field: told.tag}
    if told.array_like:
        head = [told.tag] if told.tag is not None else []
        return [[*head, *each.values()] for each in found]
    return [tag | each for each in found]


def _structs(told):
    return _structs_of(told.cls)
