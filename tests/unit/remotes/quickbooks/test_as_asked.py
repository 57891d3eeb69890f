"""What QuickBooks may show otherwise than it was asked, and what it may not."""

from typing import Any

import msgspec
import pytest

from streams.remotes.quickbooks.as_asked import unlike


def line(item: str | None = "1", code: str | None = "NON", line_id: str = "") -> dict[str, Any]:
    detail: dict[str, Any] = {"Qty": 1}
    detail |= {"ItemRef": {"value": item}} if item else {}
    detail |= {"TaxCodeRef": {"value": code}} if code else {}
    made = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return {**made, "Id": line_id} if line_id else made


def told(asked: list[Any], shown: list[Any]) -> tuple[str, ...]:
    sent, entity = (msgspec.json.encode({"Line": lines}) for lines in (asked, shown))
    return unlike(sent, entity)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ([line()], [line(line_id="1")]),
        ([line()], [line(code=None, line_id="1")]),
        ([line()], [line(item=None, line_id="1")]),
        ([line()], [line(code="4", line_id="1")]),
        ([line(code=None, line_id="1")], [line(code="TAX", line_id="1")]),
        ([line(line_id="2"), line("3", line_id="1")], [line("3", line_id="1"), line(line_id="2")]),
        ([line(), line("2")], [line(line_id="1")]),
        ([line()], [line(line_id="1"), {"DetailType": "SubTotalLineDetail", "Amount": 1}]),
    ],
    ids=[
        "as asked",
        "no code shown",
        "no item shown",
        "a country's own code",
        "no code asked for",
        "in another order",
        "a line is missing",
        "a subtotal besides",
    ],
)
def test_what_says_nothing_else_is_as_it_was_asked(asked, shown):
    assert told(asked, shown) == ()


@pytest.mark.parametrize(
    ("asked", "shown", "words"),
    [
        ([line()], [line("2", line_id="1")], "item 2"),
        ([line()], [line(code="TAX", line_id="1")], "it has TAX"),
        ([line(code="4", line_id="1")], [line(code="5", line_id="1")], "it has 5"),
        (
            [line(line_id="1"), line("7")],
            [line(line_id="1"), line("8", line_id="2")],
            "line 2: item 7",
        ),
    ],
    ids=["item", "code", "a company's own code", "a new line beside an old one"],
)
def test_another_item_or_code_is_told(asked, shown, words):
    [said] = told(asked, shown)
    assert words in said


def test_the_lines_of_a_bundle_are_looked_at_too():
    asked = [{"GroupLineDetail": {"Line": [line(line_id="2")]}}]
    shown = [{"GroupLineDetail": {"Line": [line("5", line_id="2")]}}]
    assert len(told(asked, shown)) == 1


def test_a_write_that_says_no_lines_asks_for_nothing_of_them():
    assert (
        unlike(b'{"CustomerMemo": {"value": "April"}}', msgspec.json.encode({"Line": [line()]}))
        == ()
    )
    assert unlike(None, b"{}") == ()
