"""What is printed is written as it is typed, and what cannot be written is named."""

import pytest
from hypothesis import given as supposed
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.conversion import across
from agents.rules.kinds.characters import odd_characters, plain
from schemas.commands import Create
from schemas.records import Address
from schemas.state import Document
from schemas.values import Kind, RecordRef, Side
from tests.unit.rules.records import ADVERTISER, CUSTOMER, INVOICE, LINE, given, shown


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("\u201cSpring\u201d \u2013 Amy\u2019s\u00a0ad\u2026", '"Spring" - Amy\'s\u00a0ad...'),
        ("Söhne & Café", "Söhne & Café"),
        ("你好 €", "你好 €"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_printed_text_is_written_as_it_is_typed(printed, typed):
    assert plain(replace(INVOICE, memo=printed)) == replace(INVOICE, memo=typed)


@supposed(st.text())
def test_what_is_typed_stays_as_it_is(text):
    once = plain(replace(INVOICE, memo=text))
    assert plain(once) == once


def test_every_text_of_a_record_crosses_so_and_comes_back_as_it_is():
    document = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"))
    printed = replace(INVOICE, memo="\u2018A\u2019", lines=(replace(LINE, description="1\u20132"),))
    there = across(printed, Side.QBO, given(document))
    assert (there.memo, there.lines[0].description) == ("'A'", "1-2")
    customer = replace(
        ADVERTISER, name="Amy\u2019s", billing=Address(lines=("5\u20137 Quay",), city="X")
    )
    there = across(customer, Side.QBO, given(document))
    assert (there.name, there.billing.lines) == ("Amy's", ("5-7 Quay",))
    here = across(replace(CUSTOMER, name="Amy\u2019s"), Side.MEDIAOS, given(document))
    assert here.name == "Amy\u2019s"


def test_a_text_that_grows_is_still_no_longer_than_quickbooks_holds():
    document = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"))
    lines = (replace(LINE, description="\u2026" * 4000),)
    there = across(replace(INVOICE, memo="\u2026" * 1000, lines=lines), Side.QBO, given(document))
    assert (len(there.memo), len(there.lines[0].description)) == (1000, 4000)


def test_what_a_us_company_does_not_hold_is_named_by_its_field():
    lines = (LINE, replace(LINE, description="你好你"))
    create = Create(
        id="c",
        request_id="r",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        record=replace(INVOICE, memo="5 €, Söhne", lines=lines),
        fields=("memo", "lines", "issued"),
    )
    assert odd_characters(create) == "memo (€), lines (你好)"
    assert odd_characters(replace(create, fields=("issued",))) == ""
