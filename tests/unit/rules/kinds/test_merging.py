"""What comes of MediaOS's lines and links where QuickBooks holds more, or other ones by now?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.kinds.merging import (
    Halves,
    merged_lines,
    merged_links,
    same_lines,
    yielded_lines,
)
from schemas.records import Allocation, Line


def line(text: str, amount: int = 1, line_id: str = "") -> Line:
    price = Decimal(amount)
    return Line(id=line_id, product="7", description=text, unit_price=price, amount=price)


def numbered(*lines: Line) -> tuple[Line, ...]:
    """Return lines as QuickBooks shows them."""
    return tuple(replace(each, id=str(place)) for place, each in enumerate(lines, start=1))


A, B, C = line("a"), line("b"), line("c")
BASE = (A, B, C)
THERE = numbered(*BASE)


def merged(now, there=THERE, *, force=False):
    return merged_lines(Halves(BASE, tuple(now)), Halves(THERE, tuple(there)), force=force)


def test_only_the_line_that_changed_is_another_one():
    result = merged([A, replace(B, amount=Decimal(2)), C])

    assert result.value == (THERE[0], replace(THERE[1], amount=Decimal(2)), THERE[2])
    assert result.conflict == ()


def test_a_line_that_is_gone_takes_no_other_with_it():
    assert merged([B, C]).value == THERE[1:]
    assert merged([A, C]).value == (THERE[0], THERE[2])
    assert merged([]).value == ()


def test_a_line_in_the_midst_is_new_and_the_others_keep_their_ids():
    new = line("between")
    assert merged([A, new, B, C]).value == (*THERE, new)


def test_a_line_that_was_put_in_between_is_known_again_where_it_stands_last():
    new, there = line("between"), (*THERE, line("between", 1, "4"))
    agreed = Halves((A, new, B, C), (A, replace(new, amount=Decimal(8)), B, C))
    result = merged_lines(agreed, Halves(there, there), force=False)

    assert result.value == (*THERE, replace(there[3], amount=Decimal(8)))


def test_what_a_bookkeeper_changed_elsewhere_stays():
    theirs = (replace(THERE[0], description="theirs"), THERE[1], THERE[2], line("own", 5, "9"))
    result = merged([A, B, replace(C, amount=Decimal(3))], theirs)

    assert result.value == (*theirs[:2], replace(THERE[2], amount=Decimal(3)), theirs[3])
    assert result.conflict == ()


@pytest.mark.parametrize("mine", [[replace(A, amount=Decimal(2)), B, C], [B, C]])
def test_a_line_that_both_changed_is_a_conflict_of_that_line(mine):
    theirs = (replace(THERE[0], amount=Decimal(5)), *THERE[1:])
    asked = merged(mine, theirs)

    assert asked.conflict == ("line 1",)


def test_the_same_change_on_both_sides_is_none():
    both = (replace(THERE[0], amount=Decimal(5)), *THERE[1:])
    result = merged([replace(A, amount=Decimal(5)), B, C], both)

    assert (result.value, result.conflict) == (both, ())


def test_a_line_that_somebody_deleted_and_mediaos_changed_is_a_conflict():
    assert merged([replace(A, amount=Decimal(2)), B, C], THERE[1:]).conflict == ("line 1",)
    assert merged([A, replace(B, amount=Decimal(2)), C], THERE[1:]).conflict == ()


def test_overwritten_mediaos_has_its_own_lines_and_no_others():
    theirs = (replace(THERE[0], amount=Decimal(5)), THERE[1], line("own", 5, "9"))
    result = merged(BASE, theirs, force=True)

    assert (result.value, result.conflict) == ((*THERE[:2], C), ())


def test_a_bookkeepers_line_stays_at_the_second_edit_too():
    there = (*THERE, line("own", 0, "9"))
    result = merged_lines(
        Halves(BASE, (replace(A, amount=Decimal(2)), B, C)), Halves(there, there), force=False
    )

    assert result.value == (replace(THERE[0], amount=Decimal(2)), *there[1:])
    assert result.conflict == ()


def test_where_nobody_can_tell_which_line_is_which_a_person_looks():
    other = numbered(line("x", 7), line("y", 8))
    mine = (replace(A, amount=Decimal(2)), B, C)
    result = merged_lines(Halves(BASE, mine), Halves(other, other), force=False)

    assert (result.value, result.conflict) == (other, ("line 1",))


def test_overwritten_each_line_keeps_the_id_of_its_own():
    new = line("new")
    there = (*THERE, replace(new, id="4"))
    agreed = Halves((new, A, B, C), (new, A, B, C))
    theirs = (replace(THERE[0], description="theirs"), *there[1:])
    result = merged_lines(agreed, Halves(there, theirs), force=True)

    assert [each.id for each in result.value] == ["4", "1", "2", "3"]
    assert same_lines(result.value, (new, A, B, C))


@given(st.lists(st.sampled_from([A, B, C, line("d", 4)]), max_size=6))
def test_where_nobody_else_edited_quickbooks_shows_what_mediaos_does(now):
    result = merged(now)

    assert result.conflict == ()
    assert sorted(map(str, (replace(each, id="") for each in result.value))) == sorted(
        map(str, now)
    )
    assert len({each.id for each in result.value if each.id}) == sum(
        bool(each.id) for each in result.value
    )
    assert same_lines(result.value, now) or len(now) > 1


def link(invoice: str, amount: int) -> Allocation:
    return Allocation(invoice=invoice, amount=Decimal(amount))


def test_links_to_what_mediaos_does_not_know_stay():
    theirs = (link("1", 50), link("77", 30))
    result = merged_links(
        Halves((link("1", 50),), (link("1", 20),)), Halves(theirs, theirs), force=False
    )

    assert result.value == (link("1", 20), link("77", 30))


def test_a_link_that_mediaos_took_away_goes():
    theirs = (link("1", 50), link("77", 30))
    result = merged_links(Halves((link("1", 50),), ()), Halves(theirs, theirs), force=False)

    assert result.value == (link("77", 30),)


# What an earlier build kept of QuickBooks' lines has no ids.


def merged_anew(now, agreed, there):
    return merged_lines(Halves(BASE, tuple(now)), Halves(agreed, tuple(there)), force=False)


def test_lines_that_were_kept_without_ids_are_those_that_say_the_same_now():
    own = line("own", 5, "9")
    theirs = (THERE[2], own, THERE[0], THERE[1])
    result = merged_anew([A, replace(B, amount=Decimal(2)), C], BASE, theirs)

    assert result.value == (THERE[2], own, THERE[0], replace(THERE[1], amount=Decimal(2)))
    assert result.conflict == ()


def test_a_line_without_an_id_that_a_bookkeeper_took_out_is_a_conflict_where_mediaos_edits_it():
    gone = (THERE[0], THERE[2])
    assert merged_anew([A, B, replace(C, amount=Decimal(2))], BASE, gone).conflict == ()
    assert merged_anew([A, replace(B, amount=Decimal(2)), C], BASE, gone).conflict == ("line 2",)


def test_a_line_without_an_id_that_both_changed_is_a_conflict():
    theirs = (THERE[0], replace(THERE[1], description="theirs"), THERE[2])
    ours = [A, replace(B, description="ours"), C]
    assert merged_anew(ours, BASE, theirs).conflict == ("line 2",)


# What QuickBooks shows of what both changed is only known: MediaOS's word is the one change.


def yielded(now, there):
    """Return what is merged then."""
    mediaos, qbo = Halves(BASE, tuple(now)), Halves(THERE, tuple(there))
    found = yielded_lines(mediaos, qbo)
    return merged_lines(
        Halves(found.put_into(BASE), mediaos.now), Halves(found.qbo, qbo.now), force=False
    )


def test_a_line_that_both_changed_is_mediaos_and_the_others_stay_whose_they_are():
    own = line("own", 5, "9")
    theirs = (replace(THERE[0], amount=Decimal(7)), replace(THERE[1], description="b!"), own)
    result = yielded([replace(A, amount=Decimal(2)), B, C], theirs)

    changed = replace(THERE[0], amount=Decimal(2))
    assert (result.value, result.conflict) == ((changed, *theirs[1:]), ())


def test_a_line_that_is_gone_in_quickbooks_is_there_again():
    changed = replace(B, amount=Decimal(2))
    result = yielded([A, changed, C], (THERE[0], THERE[2]))
    assert (result.value, result.conflict) == ((THERE[0], THERE[2], changed), ())


def test_a_line_that_is_gone_in_mediaos_goes_in_quickbooks_too():
    result = yielded([A, C], (THERE[0], replace(THERE[1], amount=Decimal(2)), THERE[2]))
    assert (result.value, result.conflict) == ((THERE[0], THERE[2]), ())


def test_what_mediaos_says_again_as_it_was_before_is_still_its_word():
    found = yielded_lines(
        Halves(BASE, (replace(A, amount=Decimal(2)), B, C)),
        Halves(THERE, (replace(THERE[0], amount=Decimal(7)), *THERE[1:])),
    )
    again = merged_lines(
        Halves(found.put_into(BASE), BASE),
        Halves(found.qbo, (replace(THERE[0], amount=Decimal(7)), *THERE[1:])),
        force=False,
    )
    assert again.value == THERE


def test_lines_without_ids_are_all_mediaos():
    theirs = tuple(replace(each, id="", amount=Decimal(3)) for each in BASE)
    changed = (replace(A, amount=Decimal(2)), B, C)
    found = yielded_lines(Halves(BASE, changed), Halves(BASE, theirs))
    now = Halves(found.put_into(BASE), changed)
    result = merged_lines(now, Halves(found.qbo, theirs), force=False)
    assert (result.value, result.conflict) == (changed, ())
