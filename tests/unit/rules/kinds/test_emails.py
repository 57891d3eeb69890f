"""Whole addresses only, commas between them, and whatever does not fit is named."""

import pytest
from hypothesis import given as supposed
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.conversion import across
from agents.rules.documents.decide import decide
from agents.rules.kinds.emails import LONGEST, fitted
from schemas.decisions import InStep, OnlyOnOneSide
from schemas.state import Agreed, Document
from schemas.values import Kind, Side
from tests.unit.rules.records import ADVERTISER, CUSTOMER, INVOICE, given, linked_customer, shown

LAST = "accounts@harbour.com"
#: 101 characters.
LONG = f"{'x' * 28}@harbour.example, {'y' * 18}@harbour.example,{LAST}"
HELD = LONG.removesuffix(f",{LAST}")


@pytest.mark.parametrize(
    ("typed", "held", "left_out"),
    [
        (None, None, ()),
        ("a@b.example", "a@b.example", ()),
        ("a@b.example; c@d.example;", "a@b.example, c@d.example", ()),
        ("a@b.example,c@d.example", "a@b.example,c@d.example", ()),
        (LONG, HELD, (LAST,)),
        (LONG.replace(",", ";"), HELD, (LAST,)),
        (f"{'x' * 91}@b.example,c@d.example", None, (f"{'x' * 91}@b.example", "c@d.example")),
    ],
)
def test_addresses_are_held_whole_or_not_at_all(typed, held, left_out):
    found = fitted(typed)
    assert (found.held, found.left_out) == (held, left_out)


@supposed(st.text(alphabet="ab@.;, ", max_size=300))
def test_what_is_held_fits_has_no_semicolon_and_is_held_as_it_is(typed):
    found = fitted(typed)
    held = found.held or ""
    assert len(held) <= LONGEST
    assert ";" not in held
    assert fitted(found.held).held == found.held
    every = [each.strip() for each in typed.replace(";", ",").split(",") if each.strip()]
    assert [each.strip() for each in held.split(",") if each] + list(found.left_out) == every


@pytest.mark.parametrize("record", [CUSTOMER, INVOICE], ids=["customer", "invoice"])
def test_a_list_of_101_characters_crosses_without_the_last_address(record):
    assert len(LONG) == LONGEST + 1
    document = Document(kind=Kind.CUSTOMER, mediaos=shown(record, "42"))
    there = across(replace(record, email=LONG), Side.QBO, given(document))
    assert there.email == HELD


def linked(mediaos, qbo):
    here, there = replace(ADVERTISER, email=mediaos), replace(CUSTOMER, email=qbo)
    document = linked_customer()
    return replace(
        document,
        mediaos=shown(here, "42"),
        qbo=shown(there, "58"),
        agreed=Agreed(mediaos=here, qbo=there),
    )


def test_what_does_not_fit_is_listed_by_name_and_nothing_is_sent_back():
    answer = decide(given(linked(LONG, HELD)), "d")
    assert isinstance(answer, OnlyOnOneSide)
    assert f"e-mail {LAST} is in MediaOS only" in answer.reason
    assert isinstance(decide(given(linked(HELD, HELD)), "d"), InStep)


def test_what_is_listed_keeps_no_agreement_back():
    document = linked(LONG, HELD)
    document = replace(
        document,
        mediaos=shown(replace(document.mediaos.record, phone="1"), "42"),
        qbo=shown(replace(document.qbo.record, phone="1"), "58"),
    )
    answer = decide(given(document), "d")
    assert isinstance(answer, OnlyOnOneSide)
    assert answer.settled == ("phone",)


def test_an_edit_in_quickbooks_takes_no_address_that_it_never_held():
    document = linked(LONG, HELD)
    there = across(replace(CUSTOMER, email="new@b.example"), Side.MEDIAOS, given(document))
    assert there.email == f"new@b.example, {LAST}"
    cleared = across(replace(CUSTOMER, email=None), Side.MEDIAOS, given(document))
    assert cleared.email == LAST
