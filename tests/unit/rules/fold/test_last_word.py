"""Is a record the same one's for every reader of the journal, whatever it reads first?"""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.fold.last_word import counts
from agents.view.folding import Folding
from schemas.envelope import JournalRecord
from schemas.facts import Linked, Regenerated
from schemas.rows import OwnerRow, RecordOwnerRow
from schemas.state import Owner
from schemas.values import Kind, RecordRef, Side
from streams.journal.fold import Fold
from tests.testing.simulated.clock import START
from tests.unit.rules.fold.test_links_by_hand import MINUTE, linked, unlinked

FIRST, SECOND = "t1/mediaos/42", "t1/mediaos/43"
WHOSE = (OwnerRow("t1/qbo/500"), RecordOwnerRow("t1", "qbo/customer/500"))


def sold(lane):
    """One invoice, linked in a lane by the engine itself."""
    return Linked(
        kind=Kind.INVOICE, document="mediaos/invoice/136", mediaos="136", qbo="7", home=lane
    )


def again(_lane):
    """It was deleted, and is to be made anew."""
    gone = (RecordRef(Side.QBO, Kind.INVOICE, "7"),)
    return Regenerated(document="mediaos/invoice/136", generation=2, gone=gone)


def orders(one, other):
    """All orders in which two partitions can be read."""
    for places in combinations(range(len(one) + len(other)), len(one)):
        left, right = iter(one), iter(other)
        yield [next(left if at in places else right) for at in range(len(one) + len(other))]


def read(steps):
    """Fold these (partition, lane, fact), each as a record of its own."""
    fold = Fold(Folding(), partitions=2)
    for partition, lane, fact in steps:
        at = fold.partition_folds[partition].position
        record = JournalRecord(
            term="t", claim=None if at else "t", lane=lane, at=START, facts=(fact,)
        )
        assert fold.apply(partition, at, record).accepted
    return fold


def stands(fold, *rows):
    return [fold.rows.get(str(row)).state for row in rows]


def those_of(partition, lane, facts):
    return [(partition, lane, fact) for fact in facts]


@pytest.mark.parametrize(
    ("minutes", "last"),
    [((0, 1, 2, None), SECOND), ((0, 1, 2, 3), "t1/qbo/500"), ((2, 3, 0, 1), "t1/qbo/500")],
)
def test_who_was_linked_last_by_a_person_has_it(minutes, last):
    begun, ended, then, over = minutes
    one = those_of(0, FIRST, (linked("42", begun), unlinked("42", ended)))
    facts = [linked("43", then)] + ([unlinked("43", over)] if over is not None else [])
    for steps in orders(one, those_of(1, SECOND, facts)):
        fold = read(steps)
        assert [owner.lane for owner in stands(fold, *WHOSE)] == [last, last]
        assert sum(each.clashes for each in fold.partition_folds) == 0


def test_one_customer_may_go_to_and_fro_between_partitions():
    one = those_of(0, FIRST, (linked("42", 0), unlinked("42", 1), linked("42", 4)))
    other = those_of(1, SECOND, (linked("43", 2), unlinked("43", 3)))
    for steps in orders(one, other):
        assert [owner.lane for owner in stands(read(steps), *WHOSE)] == [FIRST, FIRST]


def test_what_two_lanes_have_linked_is_one_ones_for_every_reader_and_named():
    rows = [RecordOwnerRow("t1", "mediaos/invoice/136"), RecordOwnerRow("t1", "qbo/invoice/7")]
    whose = [Owner(lane=FIRST), Owner(lane=FIRST, document="mediaos/invoice/136")]
    for one, other in ((0, 1), (1, 0)):
        mine, others = those_of(one, FIRST, [sold(FIRST)]), those_of(other, SECOND, [sold(SECOND)])
        for steps in orders(mine, others):
            fold = read(steps)
            assert stands(fold, *rows) == whose
            assert sum(each.clashes for each in fold.partition_folds) == len(rows)


def test_what_the_other_lane_says_of_it_later_changes_nothing_of_whose_it_is():
    row = RecordOwnerRow("t1", "qbo/invoice/7")
    facts = (sold(SECOND), again(SECOND))
    for steps in orders(those_of(0, FIRST, [sold(FIRST)]), those_of(1, SECOND, facts)):
        assert stands(read(steps), row) == [Owner(lane=FIRST, document="mediaos/invoice/136")]


OWNERS = st.builds(
    Owner,
    lane=st.sampled_from((FIRST, SECOND, "t1/qbo/500")),
    document=st.sampled_from(("", "mediaos/customer/42")),
    since=st.none() | st.sampled_from([START + n * MINUTE for n in range(3)]),
)


@given(st.dictionaries(st.integers(0, 5), OWNERS, min_size=1), st.randoms(use_true_random=False))
def test_who_counts_of_all_counts_of_some_in_any_order(states, chance):
    row = str(WHOSE[0])
    first = counts(row, states)
    shuffled = list(states.items())
    chance.shuffle(shuffled)
    some = dict(shuffled[: chance.randint(1, len(shuffled))])
    rest = {**dict(shuffled), first: states[first]}
    assert counts(row, {**some, first: states[first]}) == first
    assert counts(row, {counts(row, some): some[counts(row, some)], **rest}) == first
