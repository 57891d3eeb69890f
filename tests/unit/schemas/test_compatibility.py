"""Is every released schema still kept to, and would a break be seen?"""

import copy
import json

import pytest

from schemas.compatibility import breaks
from schemas.contract_files import CONTRACTS, NAMES, SUFFIX, WRITTEN, contract_files
from schemas.narrowings import NARROWINGS, narrowed

RELEASED = {path.name: path for path in (CONTRACTS / "released").iterdir()}
INVOICE = json.loads(RELEASED[f"invoice.v1{SUFFIX}"].read_text())
LETTER = json.loads(RELEASED[f"dead-letter.v1{SUFFIX}"].read_text())


def changed(schema, *path, **changes):
    new = copy.deepcopy(schema)
    part = new
    for name in path:
        part = part[name]
    part.update(changes)
    return new


def without(schema, *path):
    new = copy.deepcopy(schema)
    part = new
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return new


FIELDS = ("$defs", "Invoice", "properties")


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_what_was_released_is_kept_to(name):
    released = json.loads(RELEASED[name].read_text())
    now = json.loads(contract_files()[name])

    found = breaks(released, now, written=name.removesuffix(SUFFIX) in WRITTEN)
    assert sorted(found) == sorted(narrowed(name.removesuffix(SUFFIX))), (
        "a reader or publisher of the released schema would be let down: make a new version"
    )


def test_a_narrowing_is_said_to_publishers_and_never_of_what_we_write():
    assert not WRITTEN & {name for each in NARROWINGS for name in each.fields}
    changelog = (CONTRACTS.parents[1] / "CHANGELOG.md").read_text()
    assert all(f"narrowed on {each.on}" in changelog for each in NARROWINGS)


def test_every_contract_has_been_released():
    assert RELEASED.keys() == {f"{name}{SUFFIX}" for name in NAMES}


REQUIRED = INVOICE["$defs"]["Invoice"]["required"]
LINE = ("$defs", "InvoiceLine")
TEXT, WHOLE, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (without(INVOICE, *FIELDS, "comments"), "comments: is gone"),
        (
            without(INVOICE, *LINE, "properties", "description"),
            "line_items.[].description: is gone",
        ),
        (
            changed(without(INVOICE, *FIELDS, "comments"), *FIELDS, remarks=TEXT),
            "comments: is gone",
        ),
        (
            changed(INVOICE, "$defs", "Invoice", required=[*REQUIRED, "balance"]),
            "balance: is required now",
        ),
        (
            changed(INVOICE, *LINE, required=["amount", "quantity"]),
            "line_items[].quantity: is required now",
        ),
        (changed(INVOICE, *FIELDS, status=TEXT), "status: null is not taken any more"),
        (
            changed(INVOICE, *FIELDS, comments={"anyOf": [WHOLE, NULL]}),
            "comments: string is not taken any more",
        ),
        (
            changed(INVOICE, *FIELDS, line_items={"type": "object"}),
            "line_items: array is not taken any more",
        ),
        (
            changed(INVOICE, *FIELDS, id={"anyOf": [{**TEXT, "pattern": "^[0-9]+$"}, WHOLE]}),
            "id: pattern was '^[0-9A-Za-z_-]+$', is '^[0-9]+$'",
        ),
        (
            changed(INVOICE, *FIELDS, status={"anyOf": [{**TEXT, "enum": ["Paid"]}, NULL]}),
            "status: enum was None, is ['Paid']",
        ),
        (
            changed(INVOICE, *FIELDS, comments={"anyOf": [{**TEXT, "maxLength": 9}, NULL]}),
            "comments: maxLength was None, is 9",
        ),
    ],
)
def test_a_break_is_named_by_its_field(new, found):
    assert breaks(INVOICE, new) == [found]


def test_a_higher_least_value_and_a_lost_word_are_breaks():
    old = {"type": "integer", "minimum": 1}
    assert breaks(old, {"type": "integer", "minimum": 0}) == []
    assert breaks(old, {"type": "integer", "minimum": 2}) == ["the whole: minimum was 1, is 2"]
    words = {"type": "string", "enum": ["a", "b"]}
    assert breaks(words, {"type": "string", "enum": ["a", "b", "c"]}) == []
    assert breaks(words, {"type": "string", "enum": ["a"]}) != []


@pytest.mark.parametrize(
    "new",
    [
        INVOICE,
        changed(INVOICE, *FIELDS, remarks=TEXT),
        changed(INVOICE, *FIELDS, status={}),
        changed(INVOICE, "$defs", "Invoice", required=REQUIRED[:-1], description="Other words."),
        changed(INVOICE, *FIELDS, comments={"type": ["string", "integer", "null"]}),
    ],
    ids=["the-same", "a-new-field", "anything", "less-required", "one-more-type"],
)
def test_what_lets_nobody_down_is_no_break(new):
    assert breaks(INVOICE, new) == []


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (
            changed(LETTER, "$defs", "DeadLetter", required=["topic", "partition", "offset"]),
            "reason: is required now",
        ),
        (
            changed(LETTER, "$defs", "DeadLetter", "properties", offset={"anyOf": [WHOLE, NULL]}),
            "offset: null is not taken any more",
        ),
    ],
)
def test_of_what_we_write_a_looser_text_is_a_break_too(new, found):
    assert breaks(LETTER, new) == []
    assert f"for readers of the released one: {found}" in breaks(LETTER, new, written=True)
