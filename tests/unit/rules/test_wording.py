"""No text for people holds a condition as a park carries it, nor a word of ours."""

from datetime import date
from typing import get_args

import pytest
from msgspec.structs import replace

from agents.rules.documents.lane_book import LaneBook
from agents.rules.wording import awaited_words, by_document, by_id, fields_called, lane_called
from schemas.asked_conditions import ASKED, OVERWRITE, PUSHED, Confirmed
from schemas.company import Classes
from schemas.conditions import Condition
from schemas.lane_conditions import (
    CustomerActive,
    CustomerCrossed,
    CustomerLinked,
    CustomerTaxed,
    News,
    OwesAgain,
    RecordLinked,
    StandsRight,
)
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.state import Lane
from schemas.tenant_conditions import (
    AccountingUnlocked,
    BooksOpen,
    BooksRead,
    ClosedOtherwise,
    Counted,
    CurrencyKept,
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.tenant_state import TaxBy
from schemas.values import Kind, MappingKind, RecordRef, Side
from tests.testing.plain_words import raw_words
from tests.unit.rules.records import INVOICE as RULES_INVOICE
from tests.unit.rules.records import given, linked_customer, linked_invoice, shown

INVOICE = RecordRef(Side.MEDIAOS, Kind.INVOICE, "20001")
#: In pairs, since conditions without a name are alike as tuples.
CONDITIONS: list[tuple[Condition, str]] = [
    (
        MappingUsable(MappingKind.PRODUCT, "7"),
        "product 7 of MediaOS to be mapped to what QuickBooks takes",
    ),
    (
        TargetClear(MappingKind.PRODUCT, "19"),
        "one product of MediaOS, and no other, to be mapped to 19 of QuickBooks",
    ),
    (NoWriteOff("12"), "line item type 12 of MediaOS to be no write-off"),
    (CustomerLinked(), "its customer to cross"),
    (CustomerCrossed("44"), "customer 44 of MediaOS to cross"),
    (CustomerActive("5"), "customer 5 of QuickBooks to be active"),
    (CustomerTaxed("5"), "customer 5 of QuickBooks to be taxed"),
    (RecordLinked(INVOICE), "invoice 20001 of MediaOS to cross"),
    (StandsRight(str(INVOICE)), "invoice 20001 of MediaOS to be the same on both sides"),
    (OwesAgain("2"), "invoice 2 of QuickBooks to owe it again"),
    (NumberFree("136", "MediaOS-136"), "another number than MediaOS-136"),
    (
        TaxReckoned(TaxBy.MEDIAOS),
        "figures that agree, or the tax of MediaOS to count no more",
    ),
    (
        TrackedOtherwise(Classes.BY_LINE, locations=True),
        "QuickBooks' settings of classes and locations to show what it refused",
    ),
    (ZoneKnown(), "the company's time zone to be known"),
    (BooksRead(), "QuickBooks to show until when its books are closed"),
    (ClosedOtherwise(), "QuickBooks to show that its books are closed"),
    (
        ClosedOtherwise(date(2026, 3, 2)),
        "the books to be closed until another day than 2026-03-02",
    ),
    (BooksOpen(date(2026, 3, 2)), "the books to be open on 2026-03-02"),
    (
        AccountingUnlocked(date(2026, 3, 2), date(2026, 3, 31)),
        "MediaOS' accounting to be open on 2026-03-02",
    ),
    (CurrencyKept("EUR"), "QuickBooks to keep EUR"),
    (CurrencyKept("*"), "it to be heard that QuickBooks keeps several currencies"),
    (CurrencyKept(), "QuickBooks to show which currencies it keeps"),
    (SyncOn(), "a push, or two-way sync"),
    (TenantLive(), "the tenant to go live"),
    (Counted("qbo/invoice/2"), "the other removals of this hour to be counted"),
    (Confirmed("qbo-1"), "somebody to confirm what was taken away at once"),
    (News(RecordRef(Side.QBO, Kind.PAYMENT, "7")), "news of payment 7 of QuickBooks"),
    (News(), "news of an invoice or a payment of its customer"),
    (ASKED, "its turn to be judged again"),
    (PUSHED, "its turn to be sent, since it was pushed"),
    (OVERWRITE, "what MediaOS has to go over the edit in QuickBooks"),
]


@pytest.mark.parametrize(("condition", "words"), CONDITIONS, ids=str)
def test_every_condition_is_told_in_words(condition, words):
    assert awaited_words((str(condition),)) == words
    assert not raw_words(words)


def test_no_condition_is_without_words():
    assert {type(each) for each, _ in CONDITIONS} == set(get_args(Condition))


def test_a_record_is_called_by_its_number_where_it_has_one():
    told = awaited_words((str(RecordLinked(INVOICE)), "customer"), lambda _record: "invoice M-1")
    assert told == "invoice M-1 to cross, its customer to cross"
    book = LaneBook(Lane(key="t1/mediaos/42"), {})
    assert book.called(INVOICE) == by_id(INVOICE) == "invoice 20001 of MediaOS"


def test_a_word_of_a_later_release_stands_as_it_is():
    assert awaited_words(("seven-sleepers",)) == "seven-sleepers"


def test_fields_and_lanes_are_called_as_people_do():
    assert fields_called(("applied", "lines (line 1)", "memo")) == (
        "what it settles, lines (line 1), memo"
    )
    assert lane_called("t1/mediaos/42") == "customer 42 of MediaOS"
    assert lane_called("t1") == "t1"


@pytest.mark.parametrize(
    "sentence",
    [
        "it waits for right:mediaos/invoice/20001",
        "both sides changed on_account",
        "qbo answered 400",
        "t1/mediaos/42 has it already",
        "waits for go-live",
    ],
)
def test_words_of_ours_are_found(sentence):
    assert raw_words(sentence)


def test_a_command_to_type_is_no_word_of_ours():
    assert not raw_words("`isthmus link customer 42 ID` or push it (isthmus push --overwrite)")


def test_a_record_is_called_by_its_number_or_name_where_a_side_that_is_known_shows_it():
    there = RecordRef(Side.QBO, Kind.INVOICE, "1")
    numbered = replace(linked_invoice(), mediaos=shown(RULES_INVOICE, "136"))
    assert by_document(there, numbered) == "invoice MediaOS-136"
    customer = RecordRef(Side.QBO, Kind.CUSTOMER, "58")
    assert by_document(customer, linked_customer()) == "customer Harbour Books"

    for nothing_known in (None, replace(numbered, qbo=None)):
        assert by_document(there, nothing_known) == by_id(there) == "invoice 1 of QuickBooks"


def test_a_decision_calls_the_customer_of_its_document_by_name_and_any_other_by_its_id():
    asked = replace(given(linked_invoice()), customer=linked_customer())
    own, other = (RecordRef(Side.QBO, Kind.CUSTOMER, each) for each in ("58", "59"))

    assert asked.called(own) == "customer Harbour Books"
    assert asked.called(other) == "customer 59 of QuickBooks"
