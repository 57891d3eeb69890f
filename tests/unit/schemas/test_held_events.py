"""The events that a lane holds: in order, whole, and few of them copied for one that comes."""

from collections import deque

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalog import encode
from schemas.changes import Change
from schemas.held_events import NO_EVENTS, HeldEvents
from schemas.parts import PARTS
from schemas.values import Kind, Revision, Side
from tests.unit.rules.records import AT, INVOICE

MANY = 50 * PARTS


def change(number, *, memo=None):
    record = msgspec.structs.replace(INVOICE, memo=memo)
    return Change(
        event=f"t1/mediaos/invoice/{number}@1",
        tenant="t1",
        side=Side.MEDIAOS,
        kind=Kind.INVOICE,
        id=str(number),
        customer="42",
        revision=Revision(deleted=False, number=1),
        at=AT,
        record=record,
    )


@given(st.lists(st.none() | st.integers(0, 9)))
def test_they_leave_in_the_order_in_which_they_came(steps):
    held, expected = NO_EVENTS, deque()
    for step in steps:
        if step is None:
            held = held.without_first()
            if expected:
                expected.popleft()
        else:
            held = held.with_last(change(step))
            expected.append(change(step))
        assert (tuple(held), len(held)) == (tuple(expected), len(expected))
        assert (held.first, bool(held)) == (next(iter(expected), None), bool(expected))


def test_one_event_with_two_contents_is_two():
    held = HeldEvents.of(change(1, memo="March"))

    assert change(1, memo="March") in held
    assert change(1, memo="April") not in held
    assert change(2, memo="March") not in held


def test_a_row_keeps_them():
    held = HeldEvents.of(*map(change, range(9))).without_first()

    assert msgspec.json.decode(encode(held), type=HeldEvents) == held
    assert HeldEvents.of(change(1)).without_first() is NO_EVENTS


def test_one_that_comes_or_goes_copies_one_part_of_many():
    held = HeldEvents.of(*map(change, range(MANY)))

    for after in (held.with_last(change(MANY)), held.without_first()):
        copied = [key for key in after.parts if after.parts[key] is not held.parts[key]]
        assert len(copied) == 1
        assert len(held.parts[copied[0]]) < MANY / PARTS * 2
