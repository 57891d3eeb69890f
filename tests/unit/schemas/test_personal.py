"""Whether something is personal is said of every string that a journal or a store may hold."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import inspect

from schemas.answers import Answers
from schemas.envelope import JournalRecord
from schemas.personal import STRINGS
from schemas.state import Bearers, Creating, Document, Lane, Lockout, Owner
from schemas.tenant_state import Tenant
from schemas.waiting import Waiting

ROWS = (Lane, Document, Waiting, Tenant, Owner, Bearers, Creating, Lockout, Answers)


def beneath(told: Any) -> Iterator[Any]:
    for name in ("types", "item_types"):
        yield from getattr(told, name, ())
    yield from (getattr(told, name) for name in ("item_type", "value_type") if hasattr(told, name))
    if isinstance(told, inspect.Metadata):
        yield told.type


def shapes(told: Any) -> Iterator[inspect.StructType]:
    if isinstance(told, inspect.StructType):
        yield told
        for field in told.fields:
            yield from shapes(field.type)
    for each in beneath(told):
        yield from shapes(each)


def says_text(told: Any) -> bool:
    """Tell whether a string stands right here, in no shape of its own."""
    if isinstance(told, inspect.StrType | inspect.AnyType | inspect.RawType):
        return True
    if isinstance(told, inspect.NamedTupleType):
        return any(says_text(field.type) for field in told.fields)
    return any(says_text(each) for each in beneath(told))


ALL = {
    each.cls: each for root in (JournalRecord, *ROWS) for each in shapes(inspect.type_info(root))
}


@pytest.mark.parametrize("shape", ALL, ids=lambda each: each.__name__)
def test_each_string_of_a_shape_stands_in_the_table_once(shape):
    told = {field.name for field in ALL[shape].fields if says_text(field.type)}
    if not told and shape not in STRINGS:
        return
    strings = STRINGS[shape]
    columns = [getattr(strings, name) for name in strings.__slots__]

    assert told <= strings.all(), "say in schemas/personal.py whether it is about a person"
    assert strings.all() <= {field.name for field in ALL[shape].fields}
    assert sum(map(len, columns)) == len(strings.all())


def test_the_table_has_no_shape_that_is_in_no_journal():
    assert set(STRINGS) <= set(ALL)
