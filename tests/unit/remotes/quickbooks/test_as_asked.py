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


def costs(amount: object, made: dict[str, Any]) -> dict[str, Any]:
    return {**made, "Amount": amount}


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
        ([line(), line("2")], [line("2", line_id="1"), line(line_id="2")]),
        (
            [costs(10, line()), costs(20, line("2"))],
            [costs(20.0, line("2", line_id="1")), costs(10.0, line(line_id="2"))],
        ),
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
        "new ones in another order",
        "new ones in another order, by their amounts",
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


@pytest.mark.parametrize("swapped", [False, True], ids=["in order", "in another order"])
def test_new_lines_are_paired_by_what_they_cost_where_their_items_were_changed(swapped):
    asked = [costs(10, line()), costs(20, line("2"))]
    shown = [costs(10.0, line("2", line_id="1")), costs(20.0, line(line_id="2"))]
    said = told(asked, shown[::-1] if swapped else shown)
    assert [each[:23] for each in said] == ["line 1: item 1 was aske", "line 2: item 2 was aske"]


def test_one_changed_item_among_new_lines_in_another_order_is_told_of_its_own_line():
    asked = [costs(10, line()), costs(20, line("2")), costs(30, line("3"))]
    shown = [
        costs(30, line("3", line_id="1")),
        costs(20, line("9", line_id="2")),
        costs(10, line(line_id="3")),
    ]
    [said] = told(asked, shown)
    assert said == "line 2: item 2 was asked for, and it sells item 9"


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


def test_a_number_that_no_decimal_holds_is_nothing_to_compare():
    asked = msgspec.json.encode({"Line": [line()]})
    lines = msgspec.json.encode([costs("huge", line("2"))])
    lines = lines.replace(b'"huge"', b"1e99999999999999999999")
    [said] = unlike(asked, b'{"Odd": 1e99999999999999999999, "Line": ' + lines + b"}")
    assert "item 2" in said


def test_money_that_lies_in_another_account_than_it_was_to_go_into_is_named():
    asked = {"DepositToAccountRef": {"value": "35"}}
    shown = {"DepositToAccountRef": {"value": "4", "name": "Undeposited Funds"}}
    sent, entity, nothing = map(msgspec.json.encode, (asked, shown, {}))
    assert unlike(sent, entity) == (
        "account 35 was asked for, and its money is in Undeposited Funds, account 4",
    )
    assert unlike(sent, sent) == unlike(sent, nothing) == unlike(nothing, entity) == ()


def test_another_class_or_location_than_was_asked_for_is_named_of_a_line_and_of_a_sale():
    classed = line()
    classed["SalesItemLineDetail"] |= {"ClassRef": {"value": "7"}}
    other = line(line_id="1")
    other["SalesItemLineDetail"] |= {"ClassRef": {"value": "8"}}
    assert told([classed], [other]) == ("line 1: class 7 was asked for, and it has 8",)
    assert told([classed], [line(line_id="1")]) == ()

    sent, entity = (msgspec.json.encode({"DepartmentRef": {"value": each}}) for each in ("3", "4"))
    assert unlike(sent, entity) == ("location 3 was asked for, and it has 4",)
